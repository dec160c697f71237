"""The order in which an agency means to submit what its units have sent."""

from django.db.models import F, QuerySet

from agencies.models import Agency
from competitions.enums import EntryState
from competitions.models import Entry, Group


def waiting_in_order(agency: Agency, groups: "QuerySet[Group] | list[Group]") -> QuerySet[Entry]:
    """Entries that lie with the agency's admin: as ranked, then as they came in."""
    return (
        Entry.objects.filter(agency=agency, group__in=groups, state=EntryState.WITH_AGENCY)
        .for_list()
        .order_by(F("agency_rank").asc(nulls_last=True), "state_changed_at", "pk")
    )
