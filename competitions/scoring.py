"""From marks to a score. Pure: Decimal in, Decimal out, nothing rounded until it is shown.

Formulas: shared judging rules, "From marks to a score".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from math import lcm

from competitions.enums import NoteRule

FULL = Decimal(100)
SHOWN = Decimal("0.01")
STORED = Decimal("0.000001")


@dataclass(frozen=True)
class RubricLine:
    """A criterion as arithmetic sees it: `weight` in per cent, marks 1..`scale_maximum`."""

    key: str
    weight: Decimal
    scale_maximum: int
    note_rule: str = NoteRule.AT_EXTREMES


class RubricInvalid(ValueError):
    """The rubric can't be scored with."""


class Incomplete(ValueError):
    """Marks are missing; `keys` names the criteria in the rubric's order."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(", ".join(self.keys))


def check_rubric(rubric: Sequence[RubricLine]) -> None:
    """Raise RubricInvalid unless keys are unique and weights sum to exactly 100."""
    if len({line.key for line in rubric}) != len(rubric):
        raise RubricInvalid("a criterion occurs twice")
    total = sum(line.weight for line in rubric)
    if total != FULL:
        raise RubricInvalid(f"weights sum to {total}, not 100")


def missing_marks(marks: Mapping[str, int | None], rubric: Iterable[RubricLine]) -> tuple[str, ...]:
    """Keys without a mark, in the rubric's order."""
    return tuple(line.key for line in rubric if marks.get(line.key) is None)


def marks_out_of_scale(
    marks: Mapping[str, int | None], rubric: Sequence[RubricLine]
) -> tuple[str, ...]:
    """Keys whose mark is not 1..scale maximum, and keys the rubric doesn't have."""
    scales = {line.key: line.scale_maximum for line in rubric}
    return tuple(
        key
        for key, mark in marks.items()
        if key not in scales or (mark is not None and not 1 <= mark <= scales[key])
    )


def sheet_total(marks: Mapping[str, int | None], rubric: Sequence[RubricLine]) -> Decimal:
    """Sum of weight x mark / scale maximum: 0..100, unrounded.

    Raises Incomplete when a mark is missing. One division at the end, so that thirds of
    different criteria add up.
    """
    if missing := missing_marks(marks, rubric):
        raise Incomplete(missing)
    return _weighted(marks, rubric)


def provisional_total(marks: Mapping[str, int | None], rubric: Sequence[RubricLine]) -> Decimal:
    """What the marks given so far bring in; a missing mark brings nothing."""
    return _weighted(marks, [line for line in rubric if marks.get(line.key) is not None])


def _weighted(marks: Mapping[str, int | None], rubric: Sequence[RubricLine]) -> Decimal:
    scale = lcm(*(line.scale_maximum for line in rubric))
    points = Decimal()
    for line in rubric:
        points += line.weight * (marks[line.key] or 0) * (scale // line.scale_maximum)
    return points / scale


def needs_note(mark: int | None, scale_maximum: int, note_rule: str = NoteRule.AT_EXTREMES) -> bool:
    """Whether a mark must be explained.

    At the extremes: the lowest two fifths (1-2 of 5) and the top. No mark needs no note.
    """
    if mark is None or note_rule == NoteRule.NEVER:
        return False
    if note_rule == NoteRule.ALWAYS:
        return True
    return mark == 1 or mark * 5 <= scale_maximum * 2 or mark == scale_maximum


def missing_notes(
    marks: Mapping[str, int | None], notes: Mapping[str, str], rubric: Iterable[RubricLine]
) -> tuple[str, ...]:
    """Keys whose mark needs a note and whose note is blank, in the rubric's order."""
    return tuple(
        line.key
        for line in rubric
        if needs_note(marks.get(line.key), line.scale_maximum, line.note_rule)
        and not notes.get(line.key, "").strip()
    )


def mean(values: Sequence[Decimal]) -> Decimal:
    """Arithmetic mean of at least one value, to the context's 28 digits."""
    return sum(values, Decimal()) / len(values)


def entry_score(totals: Sequence[Decimal], minimum: int) -> Decimal | None:
    """Mean of the final sheets' totals; None with fewer than `minimum` sheets."""
    if len(totals) < max(minimum, 1):
        return None
    return mean(totals)


def shown(value: Decimal) -> Decimal:
    """Two decimals, half to even: for people only, never to rank by."""
    return value.quantize(SHOWN, ROUND_HALF_EVEN)


def stored(value: Decimal) -> Decimal:
    """Six decimals, as the tables keep it; exact for scales 2, 4, 5, 10, 20, 50 and 100."""
    return value.quantize(STORED, ROUND_HALF_EVEN)


@dataclass(frozen=True)
class Quartiles:
    """The 25th, 50th and 75th percentile of a field."""

    low: Decimal
    middle: Decimal
    high: Decimal

    @property
    def spread(self) -> Decimal:
        """How far apart the middle half lies."""
        return self.high - self.low


class Standing(StrEnum):
    """Where a value stands in its field; at a percentile counts as within it."""

    TOP_QUARTER = "top_quarter"
    UPPER_HALF = "upper_half"
    MIDDLE = "middle"
    LOWER_HALF = "lower_half"
    BOTTOM_QUARTER = "bottom_quarter"


def quartiles(values: Sequence[Decimal]) -> Quartiles:
    """Percentiles of at least one value by linear interpolation (Hyndman and Fan 1996, type 7)."""
    ordered = sorted(values)
    return Quartiles(*(_percentile(ordered, share) for share in (1, 2, 3)))


def _percentile(ordered: Sequence[Decimal], quarters: int) -> Decimal:
    place, rest = divmod((len(ordered) - 1) * quarters, 4)
    if not rest:
        return ordered[place]
    return ordered[place] + (ordered[place + 1] - ordered[place]) * rest / 4


def standing(value: Decimal, field: Quartiles) -> Standing:
    """Where `value` stands in a field that it is one of."""
    if value == field.middle:
        return Standing.MIDDLE
    if value > field.middle:
        return Standing.TOP_QUARTER if value > field.high else Standing.UPPER_HALF
    return Standing.BOTTOM_QUARTER if value < field.low else Standing.LOWER_HALF
