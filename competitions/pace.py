"""The chance that an entry misses the close: from its own pace and last year's durations.

Pure; days are floats. A mixture cure model (Farewell 1982; Maller and Zhou 1996): among the
entries that somebody holds, a share never moves again, the others move after a duration drawn
from last year's. Docs: docs/radar.md.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, exp

REGISTERED_2022, STAYED_UNIT_2022, STAYED_AGENCY_2022 = 3478, 612, 412
PRIOR_WEIGHT = 20
"""The published shares of 2022 count like this many entries of the earlier edition."""

FEW = 10
ASSUMED_UNIT = (2.0, 4.0, 7.0, 10.0, 14.0, 18.0, 23.0, 29.0, 36.0, 45.0)
ASSUMED_AGENCY = (0.5, 1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 9.0, 14.0)
"""Deciles that stand in until FEW durations are known: our assumption, not a finding."""

TAIL = 0.1
POINTS = 40
LEAST, MOST = 0.01, 0.99
OWN_ENOUGH = 3
TYPICAL = 0.8
HIGH, MIDDLE = 0.5, 0.2
QUIET_WEEK = 7.0


class Holder(StrEnum):
    """Who has the entry before the ministry does."""

    UNIT = "unit"
    AGENCY = "agency"


class Reason(StrEnum):
    """Why the chance is what it is; the sentence belongs to the page."""

    CLOSED = "closed"
    NOT_BEGUN = "not_begun"
    WORK_LEFT = "work_left"
    FLAWS = "flaws"
    QUIET = "quiet"
    HELD_LONG = "held_long"
    CLOSE_NEAR = "close_near"
    ON_TRACK = "on_track"


class Risk(StrEnum):
    """Bands in which people talk about the chance."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


@dataclass(frozen=True)
class History:
    """The earlier edition: days from registering to sending and from sending to submitting.

    `*_stayed` count the entries that had not moved on when it closed.
    """

    unit_days: Sequence[float] = ()
    agency_days: Sequence[float] = ()
    unit_stayed: int = 0
    agency_stayed: int = 0


@dataclass(frozen=True)
class Curve:
    """One holder's durations, sorted, and the share that never moves on."""

    days: tuple[float, ...]
    stayed: float

    def within(self, days: float) -> float:
        """Share of the moving ones that have moved after `days`."""
        return bisect_right(self.days, days) / len(self.days)

    def still(self, days: float) -> float:
        """Share of the moving ones that have not moved after `days`; never nothing.

        A tail keeps a few observations from being taken for the whole truth: somebody slower
        than everybody last year may still come.
        """
        tail = exp(-days / max(QUIET_WEEK, self.days[-1]))
        return (1 - TAIL) * (1 - self.within(days)) + TAIL * tail

    def never(self, waited: float) -> float:
        """Chance that what has waited so long never moves (Bayes)."""
        return self.stayed / (self.stayed + (1 - self.stayed) * self.still(waited))


@dataclass(frozen=True)
class Expectation:
    """What the earlier edition lets expect of units and of agency admins."""

    unit: Curve
    agency: Curve

    @classmethod
    def of(cls, history: History) -> "Expectation":
        """Curves of a history; the published shares of 2022 steady small numbers."""
        sent_2022 = REGISTERED_2022 - STAYED_UNIT_2022
        return cls(
            unit=_curve(
                history.unit_days,
                history.unit_stayed,
                ASSUMED_UNIT,
                STAYED_UNIT_2022 / REGISTERED_2022,
            ),
            agency=_curve(
                history.agency_days,
                history.agency_stayed,
                ASSUMED_AGENCY,
                STAYED_AGENCY_2022 / sent_2022,
            ),
        )


@dataclass(frozen=True)
class Standing:
    """An entry at one instant.

    `done` is the share of its tasks that is finished, `age` counts days since it was
    registered, `held` since the present holder got it, `quiet` since anybody touched it,
    `left` until the close. `flaws` are findings that stop a submission, of `tasks` tasks.
    """

    holder: Holder
    done: float
    age: float
    held: float
    quiet: float
    left: float
    flaws: int = 0
    tasks: int = 1


@dataclass(frozen=True)
class Forecast:
    """The chance to miss the close, 0 to 1, and why: reasons with a number, weightiest first."""

    chance: float
    reasons: tuple[tuple[Reason, int], ...]


def forecast(standing: Standing, expected: Expectation) -> Forecast:
    """The chance that the entry is not with the ministry at the close."""
    if standing.left <= 0:
        return Forecast(1.0, ((Reason.CLOSED, 0),))
    miss = _unit_miss if standing.holder == Holder.UNIT else _agency_miss
    chance = min(MOST, max(LEAST, miss(standing, expected)))
    return Forecast(round(chance, 3), _reasons(standing, expected, chance))


def risk_of(chance: float) -> Risk:
    """The band of a chance."""
    if chance >= HIGH:
        return Risk.HIGH
    return Risk.MIDDLE if chance >= MIDDLE else Risk.LOW


def handling_days(own: Sequence[float], everybody: Sequence[float]) -> float:
    """Days within which four of five proposals leave an agency's admin.

    The agency's own durations where it has OWN_ENOUGH, everybody's else.
    """
    days = sorted(own if len(own) >= OWN_ENOUGH else (everybody or ASSUMED_AGENCY))
    return days[ceil(TYPICAL * len(days)) - 1]


def _curve(days: Sequence[float], stayed: int, assumed: Sequence[float], share: float) -> Curve:
    known = sorted(days)
    total = len(known) + stayed
    return Curve(
        days=_thinned(known) if len(known) >= FEW else tuple(assumed),
        stayed=(stayed + PRIOR_WEIGHT * share) / (total + PRIOR_WEIGHT),
    )


def _thinned(days: Sequence[float]) -> tuple[float, ...]:
    """At most POINTS of them, evenly by rank."""
    count = len(days)
    if count <= POINTS:
        return tuple(days)
    return tuple(days[(2 * place + 1) * count // (2 * POINTS)] for place in range(POINTS))


def _work(standing: Standing) -> float:
    """Share of the work that is left, unwritten or to be mended."""
    return min(1.0, max(1 - standing.done, standing.flaws / max(1, standing.tasks)))


def _need(work: float, age: float, days: float) -> float:
    """Days until the unit sends, had last year's entry taken `days`.

    Own pace (`age` days for the part done) and last year's are blended; the more is done, the
    more the own pace counts: work * ((1-work) * age/(1-work) + work * days).
    """
    return work * (age + work * days)


def _arrives(work: float, age: float, left: float, expected: Expectation) -> float:
    """Chance that a live entry is sent and then handed over in time."""
    shares = [expected.agency.within(left - _need(work, age, days)) for days in expected.unit.days]
    return (1 - expected.agency.stayed) * sum(shares) / len(shares)


def _unit_miss(standing: Standing, expected: Expectation) -> float:
    never = expected.unit.never(standing.quiet)
    arrives = _arrives(_work(standing), standing.age, standing.left, expected)
    return never + (1 - never) * (1 - arrives)


def _agency_miss(standing: Standing, expected: Expectation) -> float:
    curve = expected.agency
    moving = 1 - curve.stayed
    later = curve.stayed + moving * curve.still(standing.held + standing.left)
    waiting = later / (curve.stayed + moving * curve.still(standing.held))
    if not standing.flaws:
        return waiting
    # It has to go back to the unit and come again.
    back = _arrives(standing.flaws / max(1, standing.tasks), 0, standing.left, expected)
    return max(waiting, 1 - back)


def _reasons(
    standing: Standing, expected: Expectation, chance: float
) -> tuple[tuple[Reason, int], ...]:
    is_unit = standing.holder == Holder.UNIT
    found: list[tuple[Reason, int]] = []
    if is_unit and standing.done <= 0:
        found.append((Reason.NOT_BEGUN, round(standing.age)))
    elif is_unit and standing.done < 1:
        found.append((Reason.WORK_LEFT, round((1 - standing.done) * standing.tasks)))
    elif standing.flaws:
        found.append((Reason.FLAWS, standing.flaws))
    if is_unit and standing.quiet >= QUIET_WEEK:
        found.append((Reason.QUIET, int(standing.quiet)))
    usual = handling_days(expected.agency.days, ())
    if not is_unit and standing.held > usual:
        found.append((Reason.HELD_LONG, int(standing.held)))
    if standing.left <= usual:
        found.append((Reason.CLOSE_NEAR, ceil(standing.left)))
    if not found or risk_of(chance) == Risk.LOW:
        found.append((Reason.ON_TRACK, ceil(standing.left)))
    return tuple(found)
