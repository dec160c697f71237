"""What a person may choose from when writing a dossier."""

from django.db.models import QuerySet

from agencies.enums import Role
from agencies.models import Agency, Region, Unit, User


def units_of(user: User, agency: Agency) -> QuerySet[Unit]:
    """Units the person may put an innovation under: the own ones, all for an admin."""
    if agency.pk in user.agency_ids(Role.AGENCY_ADMIN):
        return agency.units.all()
    own = [m.unit_id for m in user.active_memberships if m.agency_id == agency.pk]
    return agency.units.filter(pk__in=[unit for unit in own if unit])


def places_for(agency: Agency) -> QuerySet[Region]:
    """The regions of a local government's province; the whole country for central agencies."""
    if agency.region is None:
        return Region.objects.all()
    province = agency.region.province_or_self
    return Region.objects.filter(pk=province.pk) | Region.objects.filter(province_id=province.pk)
