"""How many proposals agencies have submitted in the groups of an edition, and may still submit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet

from agencies.models import Agency
from competitions.enums import EntryState, StageKind
from competitions.models import Edition, Entry, Group, Stage
from competitions.workflow import HELD_BY_MINISTRY
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared
from sinovik.web.querysets import counted_beside

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


def open_groups(agency_ids: Collection[int] = ()) -> QuerySet[Group]:
    """Groups that take proposals now, of one of the agencies or of all; edition loaded."""
    return groups_taking(clock.now(), agency_ids)


def groups_taking(at: Any, agency_ids: Any) -> QuerySet[Group]:
    """`open_groups` at an instant; both may be blanks of a prepared statement."""
    stages = Stage.objects.taking(at, agency_ids).of_kind(StageKind.REGISTRATION)
    groups = Group.objects.filter(edition__in=stages.order_by().values("edition"))
    return groups.select_related("edition").order_by("-edition__year", "position")


@dataclass(frozen=True)
class QuotaUse:
    """How many proposals an agency has submitted in a group; `quota` None: no limit.

    `waiting` are those that lie with its admin.
    """

    group: Group
    used: int
    waiting: int = 0

    @property
    def quota(self) -> int | None:
        """The most the agency may submit."""
        return self.group.quota

    @property
    def left(self) -> int | None:
        """What may still be submitted; None without a limit."""
        return None if self.quota is None else max(0, self.quota - self.used)

    @property
    def is_short(self) -> bool:
        """Whether more proposals wait than may still be submitted."""
        return self.left is not None and self.waiting > self.left

    @property
    def has_no_room(self) -> bool:
        """Whether one more that is sent would be one too many."""
        return self.left is not None and self.waiting >= self.left


def quota_use(agency: Agency, groups: Sequence[Group]) -> list[QuotaUse]:
    """Use of the quota in each group, in one query."""
    rows = _USE.all(agency=agency.pk, groups=[group.pk for group in groups])
    counts = {group: (used, waiting) for group, used, waiting in rows}
    return [QuotaUse(group, *counts.get(group.pk, (0, 0))) for group in groups]


_USE = Prepared(
    lambda agency, groups: (
        Entry.objects.filter(OneOf("group_id", groups), agency=agency)
        .order_by()
        .values_list("group")
        .annotate(
            used=Count("pk", filter=Q(state__in=HELD_BY_MINISTRY)),
            waiting=Count("pk", filter=Q(state=EntryState.WITH_AGENCY)),
        )
    ),
    *("agency", "groups"),
)


def open_quota_use(agency: Agency, edition: Edition) -> list[QuotaUse]:
    """The same of every group of an edition that takes the agency's proposals now; one query."""
    groups: list[Any] = _OPEN_USE.all(
        now=clock.now(), agencies=[agency.pk], agency=agency.pk, edition=edition.pk
    )
    return [QuotaUse(group, group.used, group.waiting) for group in groups]


def _open_use(now: Any, agencies: Any, agency: Any, edition: Any) -> QuerySet[Group]:
    own = Entry.objects.filter(agency=agency, group=OuterRef("pk"))
    return (
        groups_taking(now, agencies)
        .filter(edition=edition)
        .annotate(
            used=counted_beside(own.filter(state__in=HELD_BY_MINISTRY)),
            waiting=counted_beside(own.filter(state=EntryState.WITH_AGENCY)),
        )
    )


_OPEN_USE = Prepared(_open_use, "now", "agencies", "agency", "edition")


def quota_of(entry: Entry) -> QuotaUse:
    """The quota that the entry counts against (`group` and `agency` loaded); no query without."""
    if entry.group.quota is None:
        return QuotaUse(entry.group, 0, 0)
    return quota_use(entry.agency, [entry.group])[0]
