"""Entries whose judges disagree, and the further readers that a stage's rule calls for them."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet

from agencies.models import Membership, User
from competitions.enums import SheetState
from competitions.models import Assignment, Entry, ExtraReading, Stage
from competitions.queries.conflicts import conflicted_pairs
from competitions.queries.progress import body_of, judges_of
from competitions.queries.sheets import free_assignments, sheets_held
from competitions.queries.stages import still_in

SHEETS_APART, SIDES_OF_PASSING_GRADE = "sheets_apart", "sides_of_passing_grade"


@dataclass(frozen=True)
class Wanted:
    """How many readers more the rule calls for an entry, and by which of its two halves."""

    number: int
    reason: str


def entries_apart(stage: Stage, entry_ids: Collection[int] | None = None) -> dict[int, Wanted]:
    """Entries for which the rule calls readers; one query, none where there is no rule.

    An entry's ordinary sheets must all be final, as many as the stage asks for, and the
    highest of its counting totals at least the threshold above the lowest, or the stage's
    passing grade above the lowest and not above the highest.
    """
    if not stage.extra_readers:
        return {}
    rows = free_assignments(stage).filter(entry__in=still_in(stage).values("entry"))
    if entry_ids is not None:
        rows = rows.filter(entry__in=entry_ids)
    final = Q(scoresheet__state=SheetState.FINAL)
    disagree = Q(gap__gte=stage.disagreement_threshold)
    if stage.passing_grade is not None:
        disagree |= Q(lowest__lt=stage.passing_grade, highest__gte=stage.passing_grade)
    found = (
        rows.values("entry_id")
        .annotate(
            extra=Count("extra_reading"),
            drafts=Count("pk", filter=~final & Q(extra_reading=None)),
            finals=Count("pk", filter=final),
            lowest=Min("scoresheet__total"),
            highest=Max("scoresheet__total"),
            gap=F("highest") - F("lowest"),
        )
        .filter(
            disagree,
            drafts=0,
            finals__gte=stage.reviews_per_entry,
            extra__lt=stage.extra_readers,
        )
    )
    return {
        row["entry_id"]: Wanted(
            stage.extra_readers - row["extra"],
            SHEETS_APART if row["gap"] >= stage.disagreement_threshold else SIDES_OF_PASSING_GRADE,
        )
        for row in found
    }


def awaited_extras(stage: Stage) -> set[int]:
    """Entries whose further reader has not sent the sheet; no query where there is no rule."""
    if not stage.extra_readers:
        return set()
    rows = free_assignments(stage).filter(
        extra_reading__isnull=False,
        scoresheet__state=SheetState.DRAFT,
        entry__in=still_in(stage).values("entry"),
    )
    return set(rows.values_list("entry_id", flat=True))


@dataclass(frozen=True)
class Bench:
    """The judges who may be called, and what each has still to read; it counts who is called."""

    stage: Stage
    judges: dict[int, User]
    barred: set[tuple[int, int]]
    unsent: dict[int, int]
    held: dict[int, int]

    def free_for(self, entry: int) -> list[User]:
        """Those neither in conflict nor readers already; who has the least to read first.

        Fewest sheets to send, then fewest held, then a draw that anybody can repeat.
        """
        free = [judge for judge in self.judges if (judge, entry) not in self.barred]
        random.Random(f"extra:{self.stage.pk}:{entry}").shuffle(free)  # noqa: S311  (fair, not secret)
        free.sort(key=lambda judge: (self.unsent.get(judge, 0), self.held.get(judge, 0)))
        return [self.judges[judge] for judge in free]

    def call(self, judge: User, entry: int) -> None:
        """Take a judge for an entry."""
        self.barred.add((judge.pk, entry))
        for counted in (self.unsent, self.held):
            counted[judge.pk] = counted.get(judge.pk, 0) + 1


def serving(stage: Stage) -> "QuerySet[Membership]":
    """Active memberships in the role of the body that scores the stage."""
    return serving_in(body_of(stage))


def serving_in(body: Any, day: Any = None) -> "QuerySet[Membership]":
    """The same of a body, on a day (today)."""
    return Membership.objects.active(day).filter(role=body, user__is_active=True)


def bench_of(stage: Stage, entries: Collection[Entry]) -> Bench:
    """Appointed judges who still hold their role; entries need `agency__region` loaded.

    Six queries.
    """
    judges = list(judges_of(stage).filter(pk__in=serving(stage).values("user")).order_by("pk"))
    loads = sheets_held(stage)
    return Bench(
        stage=stage,
        judges={judge.pk: judge for judge in judges},
        barred=_barred(stage, judges, entries),
        unsent={judge: unsent for judge, (_held, unsent) in loads.items()},
        held={judge: held for judge, (held, _unsent) in loads.items()},
    )


def _barred(
    stage: Stage, judges: Collection[User], entries: Collection[Entry]
) -> set[tuple[int, int]]:
    """Pairs of judge and entry that can't be: in conflict, or read by the judge already."""
    read = Assignment.objects.filter(stage=stage, entry__in=[entry.pk for entry in entries])
    pairs = set(read.values_list("evaluator_id", "entry_id"))
    return pairs | conflicted_pairs(judges, entries)


def stuck_entries(stage: Stage, judges: Collection[User], entries: Collection[Entry]) -> set[int]:
    """Those of the entries (with `agency__region`) that none of the judges may read."""
    barred = _barred(stage, judges, entries)
    return {
        entry.pk for entry in entries if all((judge.pk, entry.pk) in barred for judge in judges)
    }


@dataclass(frozen=True)
class ExtraReaders:
    """What the rule did in a stage: readings by entry, without those who stepped back.

    `lacking` entries want a reader whom nobody has been called as yet.
    """

    called: dict[int, list[ExtraReading]]
    lacking: set[int]

    @property
    def number(self) -> int:
        """How many were called."""
        return sum(map(len, self.called.values()))

    @property
    def sent(self) -> int:
        """How many of them have sent their sheet."""
        rows = (row for rows in self.called.values() for row in rows)
        return sum(row.assignment.scoresheet.state == SheetState.FINAL for row in rows)


def extra_readers_of(stage: Stage, hidden: Collection[int]) -> ExtraReaders:
    """Called readers, and entries that lack one, without what is hidden; two queries."""
    rows = ExtraReading.objects.filter(assignment__in=free_assignments(stage))
    called: dict[int, list[ExtraReading]] = {}
    joined = rows.exclude(entry__in=hidden).select_related(
        "assignment__evaluator", "assignment__scoresheet"
    )
    for row in joined.order_by("entry", "number"):
        called.setdefault(row.entry_id, []).append(row)
    lacking = entries_apart(stage).keys() - set(hidden) if stage.is_open else set()
    return ExtraReaders(called, lacking)
