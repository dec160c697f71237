"""The people who hold an entry now."""

from collections.abc import Collection, Sequence

from agencies.enums import Role
from agencies.models import Membership, User
from competitions.enums import EntryState
from competitions.models import Entry
from competitions.pace import Holder

WAITING = (EntryState.DRAFT, EntryState.RETURNED, EntryState.WITH_AGENCY)
"""States of entries that have not reached the ministry."""


def holder_kind(entry: Entry) -> Holder:
    """Which side has an entry that waits."""
    return Holder.AGENCY if entry.state == EntryState.WITH_AGENCY else Holder.UNIT


def holders(entries: Sequence[Entry]) -> dict[int, list[User]]:
    """Active people who hold each entry, by entry id (innovation loaded); one query.

    A unit's entry: who registered it, while still in the agency, and the innovators of its
    unit; where nobody of them is left, as with the agency itself: the agency's admins.
    """
    people = _people({entry.agency_id for entry in entries})
    return {entry.pk: _of(entry, people.get(entry.agency_id, [])) for entry in entries}


def admins_of(agency_ids: Collection[int]) -> dict[int, list[User]]:
    """Active admins by agency; one query."""
    return {
        agency_id: [one.user for one in people if one.role == Role.AGENCY_ADMIN]
        for agency_id, people in _people(agency_ids).items()
    }


def _people(agency_ids: Collection[int]) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = {}
    memberships = Membership.objects.active().filter(
        agency__in=agency_ids, user__is_active=True, role__in=(Role.INNOVATOR, Role.AGENCY_ADMIN)
    )
    for membership in memberships.select_related("user").order_by("pk"):
        found.setdefault(membership.agency_id, []).append(membership)
    return found


def _of(entry: Entry, people: Sequence[Membership]) -> list[User]:
    admins = [one.user for one in people if one.role == Role.AGENCY_ADMIN]
    if entry.state == EntryState.WITH_AGENCY:
        return admins
    unit = entry.innovation.unit_id
    writers = {
        one.user_id: one.user
        for one in people
        if one.user_id == entry.created_by_id
        or (one.role == Role.INNOVATOR and unit and one.unit_id == unit)
    }
    return list(writers.values()) or admins
