"""How the judges of a running stage get on: pace, severity, spread, disagreement.

What a reader is in conflict with is `hidden`: it is in no row, count or average here. Marks
appear only where the caller asks for them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    Avg,
    BigIntegerField,
    Exists,
    F,
    FloatField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    StdDev,
)
from django.db.models.functions import Cast

from agencies.models import User
from competitions.calibration import MILLION, Severity, SheetColumns, severity
from competitions.enums import SheetState
from competitions.models import Stage
from competitions.pace import Reading
from competitions.queries.extra_readers import serving_in
from competitions.queries.progress import (
    appointed_to,
    body_of,
    entries_in,
    reading_numbers,
    reading_of,
    recent_from,
)
from competitions.queries.sheets import counting_sheets, free_assignments
from sinovik.audit import clock
from sinovik.notifications.models import Reminder
from sinovik.web.prepared import OneOf, Prepared
from sinovik.web.zones import contest_day

NOTHING = Reading(total=0, final=0, recent=0, held=0, left=0)
MARKS = ("last_activity", "mean", "deviation", "spread")
NUDGED = "judge_nudged"
"""Kind of the reminders by which people ask judges for their sheets."""


class Quantiles(Aggregate):
    """The 10th, 25th, 50th, 75th and 90th percentile of a number."""

    function = "percentile_cont"
    template = "%(function)s(ARRAY[0.1,0.25,0.5,0.75,0.9]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())
    allow_distinct = False


@dataclass(frozen=True)
class JudgeLine:
    """One judge's work in a stage; the last four only where marks are asked for.

    `is_serving`: still in the role; `is_nudged`: somebody reminded the judge today.
    """

    judge: User
    reading: Reading
    is_serving: bool
    is_nudged: bool
    last_activity: datetime | None = None
    mean: float | None = None
    deviation: float | None = None
    spread: list[float] | None = None
    severity: float | None = None

    @property
    def share(self) -> float:
        """How much of it is sent; who holds nothing comes last."""
        return self.reading.final / self.reading.total if self.reading.total else 2


def judge_lines(
    stage: Stage, hidden: Collection[int], *, at: datetime, with_marks: bool
) -> list[JudgeLine]:
    """Appointed judges with what they hold and sent, the least advanced first; two queries.

    `stage` needs its `deadline`. `with_marks` adds mean, standard deviation and percentiles
    of their final totals.
    """
    held = _held(stage, hidden, at, with_marks=with_marks)
    judges = _JUDGES.all(
        edition=stage.edition_id,
        body=body_of(stage),
        today=clock.today(),
        day=contest_day(at),
        stage=stage.pk,
    )
    lines = [
        JudgeLine(
            judge=judge,
            is_serving=judge.is_serving,
            is_nudged=judge.is_nudged,
            **_work(held.get(judge.pk), at, stage.deadline),
        )
        for judge in judges
    ]
    return sorted(lines, key=lambda line: (line.share, line.judge.name))


def _judges(edition: Any, body: Any, today: Any, day: Any, stage: Any) -> "QuerySet[Any]":
    return appointed_to(edition, body).annotate(
        is_serving=Exists(serving_in(body, today).filter(user=OuterRef("pk"))),
        is_nudged=Exists(_nudges(day, stage).filter(recipient=OuterRef("pk"))),
    )


_JUDGES = Prepared(_judges, "edition", "body", "today", "day", "stage")


def _held(
    stage: Stage, hidden: Collection[int], at: datetime, *, with_marks: bool
) -> dict[int, dict[str, Any]]:
    """By judge id what a reading is made of, and the marks if they are asked for."""
    ask, names = (_WITH_MARKS, MARKED) if with_marks else (_WITHOUT_MARKS, COUNTED)
    rows = ask.all(stage=stage.pk, hidden=[*hidden], recent=recent_from(at))
    return {judge: dict(zip(names, numbers, strict=True)) for judge, *numbers in rows}


COUNTED = ("total", "final", "recent", "since", "last_activity")
MARKED = (*COUNTED, "mean", "deviation", "spread")


def _numbers(names: Sequence[str]) -> "Prepared[tuple[Any, ...]]":
    final = Q(scoresheet__state=SheetState.FINAL)
    touched = final | Q(scoresheet__edit_number__gt=1)
    marks: dict[str, Any] = {
        "last_activity": Max("scoresheet__updated_at", filter=touched),
        "mean": Avg("scoresheet__total", filter=final, output_field=FloatField()),
        "deviation": StdDev("scoresheet__total", filter=final, output_field=FloatField()),
        "spread": Quantiles("scoresheet__total", filter=final),
    }

    def ask(stage: Any, hidden: Any, recent: Any) -> "QuerySet[Any, tuple[Any, ...]]":
        known = reading_numbers(recent) | marks
        rows = free_assignments(stage).filter(~OneOf("entry_id", hidden)).values("evaluator_id")
        return rows.annotate(**{name: known[name] for name in names}).values_list(
            "evaluator_id", *names
        )

    return Prepared(ask, "stage", "hidden", "recent")


_WITHOUT_MARKS, _WITH_MARKS = _numbers(COUNTED), _numbers(MARKED)


def judges_nudged_on(day: date, stage: Stage) -> set[int]:
    """Judges whom somebody reminded of their sheets on a day (WIB)."""
    return set(_nudges(day, stage.pk).values_list("recipient", flat=True))


def _nudges(day: Any, stage: Any) -> "QuerySet[Reminder]":
    return Reminder.objects.filter(
        kind=NUDGED, object_type=Stage._meta.label_lower, object_id=stage, due_on=day
    )


def _work(row: dict[str, Any] | None, at: datetime, closes_at: datetime) -> dict[str, Any]:
    if row is None:
        return {"reading": NOTHING}
    reading = reading_of(row, at, closes_at)
    return {name: row[name] for name in row if name in MARKS} | {"reading": reading}


@dataclass(frozen=True)
class Disagreement:
    """An entry with the totals of its final sheets, lowest first."""

    entry: int
    totals: Sequence[Decimal]

    @property
    def gap(self) -> Decimal:
        """Distance between the highest and the lowest sheet."""
        return self.totals[-1] - self.totals[0]


@dataclass(frozen=True)
class Quality:
    """What the final sheets of a stage say of its judges and of its entries."""

    severity: Severity
    disagreements: Sequence[Disagreement]


def quality_of(stage: Stage, hidden: Collection[int]) -> Quality:
    """Severity of the judges, and entries with two sheets or more, the widest apart first.

    One query.
    """
    found = _FINAL.first(stage=stage.pk, hidden=[*hidden]) or ([], [], [])
    sheets = SheetColumns(*(np.array(column, dtype=np.int64) for column in found))
    return Quality(severity(sheets), disagreements(sheets))


def _column(what: Any) -> ArrayAgg:
    """A number of every sheet, by entry and judge."""
    return ArrayAgg(what, order_by=["assignment__entry", "assignment__evaluator"])


# One row of lists: thousands of rows took longer to fetch than all that is reckoned with them.
_FINAL = Prepared(
    lambda stage, hidden: (
        counting_sheets(stage)
        .filter(~OneOf("assignment__entry_id", hidden), total__isnull=False)
        .filter(assignment__entry__in=entries_in(stage).values("entry"))
        .order_by()
        .values("assignment__stage")
        .annotate(
            entries=_column("assignment__entry"),
            evaluators=_column("assignment__evaluator"),
            millionths=_column(Cast(F("total") * MILLION, BigIntegerField())),
        )
        .values_list("entries", "evaluators", "millionths")
    ),
    *("stage", "hidden"),
)


def disagreements(sheets: SheetColumns) -> Sequence[Disagreement]:
    """Entries with two sheets or more, the widest apart first."""
    return _Disagreements(sheets)


class _Disagreements(Sequence[Disagreement]):
    """Thousands are ordered, a page of them is read."""

    def __init__(self, sheets: SheetColumns) -> None:
        self._sheets = sheets
        entries, totals = sheets.entries, sheets.millionths
        self._edges = np.flatnonzero(np.diff(entries, prepend=-1, append=-1))
        first, counts = self._edges[:-1], np.diff(self._edges)
        if not len(entries):
            self._order = first
            return
        gaps = np.maximum.reduceat(totals, first) - np.minimum.reduceat(totals, first)
        by_gap = np.lexsort((entries[first], -gaps))
        self._order = by_gap[counts[by_gap] > 1]

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        group = self._order[index]
        own = slice(self._edges[group], self._edges[group + 1])
        totals = np.sort(self._sheets.millionths[own])
        return Disagreement(
            int(self._sheets.entries[own.start]),
            [Decimal(int(total)) / MILLION for total in totals],
        )
