"""Who may follow entries on the radar, and remind those who hold them."""

from typing import Any

from django.utils.translation import gettext as _

from agencies.enums import AgencyType, Role
from agencies.models import Agency, User
from competitions.enums import EntryState
from competitions.models import Entry
from sinovik.web.access import Forbidden


def check_can_see_radar(user: Any) -> None:
    """The secretariat and agency admins; which rows: `Entry.objects.watched_by`."""
    if user.is_authenticated and (user.is_secretariat or user.has_role(Role.AGENCY_ADMIN)):
        return
    raise Forbidden(_("Radar proposal untuk admin instansi dan tim sekretariat."))


def can_see_radar(user: Any) -> bool:
    """Whether `check_can_see_radar` passes."""
    try:
        check_can_see_radar(user)
    except Forbidden:
        return False
    return True


def watches(user: User, agency: Agency) -> bool:
    """Whether `watched_by` shows the person the agency's entries (region loaded).

    A province's admin watches the regencies and cities of the province.
    """
    if user.is_secretariat or agency.pk in user.agency_ids(Role.AGENCY_ADMIN):
        return True
    if agency.agency_type not in (AgencyType.REGENCY, AgencyType.CITY) or not agency.region:
        return False
    return any(
        membership.role == Role.AGENCY_ADMIN
        and membership.agency.agency_type == AgencyType.PROVINCE
        and membership.agency.region_id == agency.region.province_id
        for membership in user.active_memberships
    )


def check_can_nudge(user: User, entry: Entry) -> None:
    """Whoever watches the entry may remind its holder, but nobody the own self."""
    if not watches(user, entry.agency):
        raise Forbidden(_("Proposal ini di luar instansi atau wilayah Anda."))
    is_own = entry.agency_id in user.agency_ids(Role.AGENCY_ADMIN)
    if is_own and entry.state == EntryState.WITH_AGENCY:
        raise Forbidden(_("Proposal ini menunggu Anda sendiri. Ajukan atau kembalikan."))


def can_nudge(user: User, entry: Entry) -> bool:
    """Whether `check_can_nudge` passes."""
    try:
        check_can_nudge(user, entry)
    except Forbidden:
        return False
    return True
