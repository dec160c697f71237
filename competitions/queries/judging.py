"""How the judges of a running stage get on: pace, severity, spread, disagreement.

What a reader is in conflict with is `hidden`: it is in no row, count or average here. Marks
appear only where the caller asks for them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    Avg,
    Exists,
    FloatField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    StdDev,
)

from agencies.models import User
from competitions.calibration import Severity, Sheet, severity
from competitions.enums import SheetState
from competitions.models import Stage
from competitions.pace import Reading
from competitions.queries.extra_readers import serving
from competitions.queries.progress import (
    entries_in,
    judges_of,
    reading_numbers,
    reading_of,
)
from competitions.queries.sheets import calibration_sheets, free_assignments
from sinovik.notifications.models import Reminder
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
    held = {row.pop("evaluator_id"): row for row in _held(stage, hidden, at, with_marks=with_marks)}
    judges = judges_of(stage).annotate(
        is_serving=Exists(serving(stage).filter(user=OuterRef("pk"))),
        is_nudged=Exists(_nudges(contest_day(at), stage).filter(recipient=OuterRef("pk"))),
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


def _held(
    stage: Stage, hidden: Collection[int], at: datetime, *, with_marks: bool
) -> list[dict[str, Any]]:
    final = Q(scoresheet__state=SheetState.FINAL)
    touched = final | Q(scoresheet__edit_number__gt=1)
    numbers: dict[str, Any] = reading_numbers(at) | {
        "last_activity": Max("scoresheet__updated_at", filter=touched),
    }
    if with_marks:
        numbers |= {
            "mean": Avg("scoresheet__total", filter=final, output_field=FloatField()),
            "deviation": StdDev("scoresheet__total", filter=final, output_field=FloatField()),
            "spread": Quantiles("scoresheet__total", filter=final),
        }
    rows = free_assignments(stage).exclude(entry__in=hidden)
    return [dict(row) for row in rows.values("evaluator_id").annotate(**numbers)]


def judges_nudged_on(day: date, stage: Stage) -> set[int]:
    """Judges whom somebody reminded of their sheets on a day (WIB)."""
    return set(_nudges(day, stage).values_list("recipient", flat=True))


def _nudges(day: date, stage: Stage) -> "QuerySet[Reminder]":
    return Reminder.objects.filter(
        kind=NUDGED, object_type=stage._meta.label_lower, object_id=stage.pk, due_on=day
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
    seen = entries_in(stage).exclude(entry__in=hidden).values("entry")
    sheets = calibration_sheets(stage, seen)
    return Quality(severity(sheets), _disagreements(sheets))


def _disagreements(sheets: Sequence[Sheet]) -> list[Disagreement]:
    totals: dict[int, list[Decimal]] = {}
    for sheet in sheets:
        totals.setdefault(sheet.entry, []).append(sheet.total)
    found = [Disagreement(entry, sorted(own)) for entry, own in totals.items() if len(own) > 1]
    return sorted(found, key=lambda one: (-one.gap, one.entry))
