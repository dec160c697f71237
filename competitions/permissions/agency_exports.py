"""Who may have a copy of everything an agency has."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import Agency, User
from sinovik.web.access import Forbidden


def check_can_export_agency(user: User, agency: Agency) -> None:
    """The agency's own admin and nobody else."""
    if agency.pk not in user.agency_ids(Role.AGENCY_ADMIN):
        raise Forbidden(_("Hanya admin instansi ini yang dapat mengunduh salinan datanya."))


def can_export_agency(user: User, agency: Agency) -> bool:
    """Whether `check_can_export_agency` passes."""
    try:
        check_can_export_agency(user, agency)
    except Forbidden:
        return False
    return True
