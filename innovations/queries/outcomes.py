"""Outcomes as pages show them: before and after, a line, alarms and what was said to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format

from agencies.enums import Role
from agencies.models import User
from innovations.enums import Direction, ValueKind
from innovations.models import Alarm, AlarmAnswer, IndicatorValue, Innovation, OutcomeIndicator
from sinovik.web.prepared import Prepared
from sinovik.web.templatetags.web import number

MARGIN = Decimal("0.12")
"""Room above and below the line, as a share of the chart's height."""

CLEAR = 15
"""Percent of the width that a printed value takes on a phone."""


@dataclass(frozen=True)
class Spot:
    """A value's place in the chart, in percent from the left and the top; `label` is the value.

    Neither `label` nor `year` is printed where it would run into a neighbour's: both are empty.
    """

    x: str
    y: str
    label: str = ""
    year: str = ""


@dataclass(frozen=True)
class Chart:
    """A line through the measurements, in percent; `base` and `goal` are heights."""

    spots: Sequence[Spot]
    base: str
    goal: str

    @property
    def strokes(self) -> list[tuple[Spot, Spot]]:
        """Neighbours along the line."""
        return list(zip(self.spots, self.spots[1:], strict=False))


@dataclass(frozen=True)
class Outcome:
    """An indicator with its values: those in force by kind, and all of them."""

    indicator: OutcomeIndicator
    values: Sequence[IndicatorValue]

    @property
    def in_force(self) -> list[IndicatorValue]:
        """Values that nothing has put right, the oldest first."""
        replaced = {value.corrects_id for value in self.values}
        return [value for value in self.values if value.pk not in replaced]

    def _only(self, kind: str) -> list[IndicatorValue]:
        return [value for value in self.in_force if value.kind == kind]

    @property
    def baseline(self) -> IndicatorValue | None:
        """What it was before."""
        return next(iter(self._only(ValueKind.BASELINE)), None)

    @property
    def target(self) -> IndicatorValue | None:
        """What it should become."""
        return next(iter(self._only(ValueKind.TARGET)), None)

    @property
    def latest(self) -> IndicatorValue | None:
        """What was measured last."""
        return next(reversed(self._only(ValueKind.MEASURED)), None)

    @property
    def has_fallen_back(self) -> bool:
        """Whether the latest measurement is no better than the baseline, as `fallen_back`."""
        before, after = self.baseline, self.latest
        if before is None or after is None or after.dated_on <= before.dated_on:
            return False
        if self.indicator.direction == Direction.UP:
            return after.value <= before.value
        return after.value >= before.value

    @property
    def alarm(self) -> Alarm | None:
        """The alarm that stands."""
        if not self.has_fallen_back or self.latest is None:
            return None
        return getattr(self.latest, "alarm", None)

    @property
    def alarms(self) -> list[Alarm]:
        """Every alarm that was raised, the one that stands among them."""
        raised = (getattr(value, "alarm", None) for value in self.values)
        return [alarm for alarm in raised if alarm]

    @property
    def ended(self) -> list["Ended"]:
        """Alarms that stand no more, the oldest first."""
        rows = {row.value.pk: row for row in self.rows}
        standing = self.alarm
        return [
            Ended(alarm, rows[alarm.value_id], rows.get(alarm.baseline_id))
            for alarm in self.alarms
            if alarm != standing
        ]

    @property
    def chart(self) -> Chart | None:
        """The line from the baseline through the measurements; None before there is one."""
        before, goal = self.baseline, self.target
        rows = [*([before] if before else []), *self._only(ValueKind.MEASURED)]
        if before is None or len(rows) < 2:
            return None
        heights = [row.value for row in [*rows, *([goal] if goal else [])]]
        low, high = min(heights), max(heights)
        first, last = rows[0].dated_on.toordinal(), rows[-1].dated_on.toordinal()

        def top(value: Decimal) -> str:
            share = (value - low) / (high - low) if high > low else Decimal("0.5")
            return f"{(1 - MARGIN - share * (1 - 2 * MARGIN)) * 100:.2f}"

        lefts = [(row.dated_on.toordinal() - first) * 100 / (last - first) for row in rows]
        printed = _apart(lefts)
        spots = [
            Spot(f"{left:.2f}", top(row.value), _plain(row.value), str(row.dated_on.year))
            if place in printed
            else Spot(f"{left:.2f}", top(row.value))
            for place, (left, row) in enumerate(zip(lefts, rows, strict=True))
        ]
        return Chart(spots, top(before.value), top(goal.value) if goal else "")

    def said(self, value: IndicatorValue) -> str:
        """A value with its unit: "15 menit"."""
        return f"{_plain(value.value)} {self.indicator.unit}"

    @property
    def rows(self) -> list["Row"]:
        """Every value for a table, those that were put right too."""
        later = {value.corrects_id: value for value in self.values if value.corrects_id}
        return [
            Row(value, self.said(value), when(value), later.get(value.pk)) for value in self.values
        ]

    @property
    def before(self) -> "Row | None":
        """The baseline as a figure."""
        return self._row(self.baseline)

    @property
    def after(self) -> "Row | None":
        """The latest measurement as a figure."""
        return self._row(self.latest)

    @property
    def wanted(self) -> "Row | None":
        """The target as a figure."""
        return self._row(self.target)

    def _row(self, value: IndicatorValue | None) -> "Row | None":
        return Row(value, self.said(value), when(value), None) if value else None


@dataclass(frozen=True)
class Ended:
    """An alarm that stands no more: what was measured, and the baseline of that time."""

    alarm: Alarm
    after: "Row"
    before: "Row | None"


@dataclass(frozen=True)
class Row:
    """A value in words, and the further one that puts it right."""

    value: IndicatorValue
    text: str
    day: str
    correction: IndicatorValue | None


def _plain(value: Decimal) -> str:
    """1234.50 as the page's language writes it: 1.234,5."""
    return number(value.normalize() + 0)


def _apart(lefts: Sequence[float]) -> set[int]:
    """Which places to print: the first, the last, and those that stand clear of both sides."""
    printed = {0, len(lefts) - 1}
    for place, left in enumerate(lefts[1:-1], start=1):
        if all(abs(left - lefts[other]) >= CLEAR for other in printed):
            printed.add(place)
    return printed


def when(value: Any) -> str:
    """The day of a value or finding, or its year where no more is known."""
    return date_format(value.dated_on, "Y" if value.is_year_only else "j F Y")


def outcomes_of(innovation: Innovation) -> list[Outcome]:
    """Everything that is measured about an innovation. One query, two where an alarm is."""
    grouped: dict[int, list[IndicatorValue]] = {}
    for value in _VALUES.all(innovation=innovation.pk):
        grouped.setdefault(value.indicator_id, []).append(value)
    outcomes = [Outcome(values[0].indicator, values) for values in grouped.values()]
    _put_answers(outcomes)
    return outcomes


_VALUES = Prepared(
    lambda innovation: (
        IndicatorValue.objects.filter(indicator__innovation=innovation)
        .select_related("indicator", "attachment__innovation", "alarm")
        .order_by("indicator", "dated_on", "pk")
    ),
    "innovation",
)


def _put_answers(outcomes: Sequence[Outcome]) -> None:
    """Put the answers on the alarms, as `said`."""
    raised = {alarm.pk: alarm for one in outcomes for alarm in one.alarms}
    if not raised:
        return
    for alarm in raised.values():
        alarm.said = []  # type: ignore[attr-defined]
    for answer in AlarmAnswer.objects.filter(alarm__in=raised).order_by("answered_at", "pk"):
        raised[answer.alarm_id].said.append(answer)  # type: ignore[attr-defined]


def alarms_of(user: User, *, standing: bool = True) -> QuerySet[Alarm]:
    """Alarms that stand, or that have ended: of the person's own dossiers, or all of them.

    All are for ministry and observers. `is_answered` says whether the agency has said
    something. The unanswered come first.
    """
    rows = Alarm.objects.standing()
    if not standing:
        rows = Alarm.objects.exclude(pk__in=rows.values("pk"))
    if not (user.is_secretariat or user.has_role(Role.OBSERVER)):
        rows = rows.filter(value__indicator__innovation__in=Innovation.objects.editable_by(user))
    answers = AlarmAnswer.objects.filter(alarm=OuterRef("pk"))
    return (
        rows.annotate(is_answered=Exists(answers))
        .select_related("value__indicator__innovation__agency", "baseline")
        .defer("value__indicator__innovation__sections")
        .order_by("is_answered", "-raised_at", "-pk")
    )


def baselines_of(indicators: Iterable[int]) -> dict[int, IndicatorValue]:
    """The baselines in force by indicator. One query."""
    rows = IndicatorValue.objects.in_force().filter(kind=ValueKind.BASELINE)
    return {row.indicator_id: row for row in rows.filter(indicator__in=indicators)}
