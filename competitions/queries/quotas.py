"""How many proposals agencies have submitted in the groups of an edition."""

from collections.abc import Collection, Sequence

from django.db.models import Count, Q

from competitions.models import Entry
from competitions.workflow import HELD_BY_MINISTRY

Place = tuple[int, int]
"""(agency id, group id)"""


def submitted_counts(entries: Sequence[Entry]) -> dict[Place, int]:
    """Submitted entries by agency and group, those under examination left out."""
    return counts_in(
        {(entry.agency_id, entry.group_id) for entry in entries},
        without=[entry.pk for entry in entries],
    )


def counts_in(places: Collection[Place], *, without: Collection[int] = ()) -> dict[Place, int]:
    """Submitted entries in each of the places, one query; places without any are missing."""
    wanted = Q(pk__in=[])
    for agency_id, group_id in sorted(places):
        wanted |= Q(agency_id=agency_id, group_id=group_id)
    rows = (
        Entry.objects.filter(wanted, state__in=HELD_BY_MINISTRY)
        .exclude(pk__in=without)
        .values("agency_id", "group_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {(row["agency_id"], row["group_id"]): row["count"] for row in rows}
