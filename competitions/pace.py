"""The chance that an entry misses the close: from its own pace and last year's durations.

Pure; days are floats. A mixture cure model (Farewell 1982; Maller and Zhou 1996) read at
landmarks (van Houwelingen 2007): among the entries that somebody holds so many days before
the close, a share never moves again; the others move on as many days before the close as
last year's did. Docs: docs/radar.md.
"""

from bisect import bisect_left, bisect_right
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
ASSUMED_UNIT_LEADS = (1.0, 2.0, 4.0, 6.0, 9.0, 12.0, 16.0, 21.0, 28.0, 40.0)
ASSUMED_AGENCY_LEADS = (0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0)
"""Deciles that stand in until FEW are known: our assumption, not a finding. A lead is how
many days before the close an entry moved on."""

SILENCE = 0.25
"""How far a longer wait than last year's counts: 0 not at all, 1 as Bayes' rule would if all
began on the same day. People work towards the close, whenever they began."""

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

    `*_leads` are the days before the close on which that happened, `*_stayed` count the
    entries that had not moved on when it closed.
    """

    unit_days: Sequence[float] = ()
    agency_days: Sequence[float] = ()
    unit_leads: Sequence[float] = ()
    agency_leads: Sequence[float] = ()
    unit_stayed: int = 0
    agency_stayed: int = 0


@dataclass(frozen=True)
class Curve:
    """One holder's durations, sorted, and the share that never moves on."""

    days: tuple[float, ...]
    leads: tuple[float, ...]
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

    def never(self, left: float, waited: float) -> float:
        """Chance that what is still here `left` days before the close never moves on.

        Odds: the share that stayed against those that moved later than this last year.
        """
        to_come = bisect_left(self.leads, left) / len(self.leads)
        odds: float = self.stayed / (1 - self.stayed) / self.still(waited) ** SILENCE
        return odds / (odds + to_come)


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
                (history.unit_days, ASSUMED_UNIT),
                (history.unit_leads, ASSUMED_UNIT_LEADS),
                history.unit_stayed,
                STAYED_UNIT_2022 / REGISTERED_2022,
            ),
            agency=_curve(
                (history.agency_days, ASSUMED_AGENCY),
                (history.agency_leads, ASSUMED_AGENCY_LEADS),
                history.agency_stayed,
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


Known = tuple[Sequence[float], tuple[float, ...]]
"""What was observed, and what stands in where it is too little."""


def _curve(days: Known, leads: Known, stayed: int, share: float) -> Curve:
    total = len(days[0]) + stayed
    return Curve(
        days=_observed(days),
        leads=_observed(leads),
        stayed=(stayed + PRIOR_WEIGHT * share) / (total + PRIOR_WEIGHT),
    )


def _observed(known: Known) -> tuple[float, ...]:
    observed, assumed = known
    return _thinned(sorted(observed)) if len(observed) >= FEW else assumed


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


def _ready(work: float, age: float, left: float, expected: Expectation) -> float:
    """Chance that the work which is left fits before the close."""
    needs = [_need(work, age, days) for days in expected.unit.days]
    return sum(need <= left for need in needs) / len(needs)


def _unit_miss(standing: Standing, expected: Expectation) -> float:
    sent = 1 - expected.unit.never(standing.left, standing.quiet)
    ready = _ready(_work(standing), standing.age, standing.left, expected)
    return 1 - sent * ready * (1 - expected.agency.stayed)


def _agency_miss(standing: Standing, expected: Expectation) -> float:
    handed = 1 - expected.agency.never(standing.left, standing.held)
    # With something to mend it has to go back to the unit and come again.
    work = min(1.0, standing.flaws / max(1, standing.tasks))
    return 1 - handed * _ready(work, 0, standing.left, expected)


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


RECENT = 7.0
KNOWN_AFTER = 1.0
"""A judge's pace is that of the last week, and is not known on the first day."""


@dataclass(frozen=True)
class Reading:
    """A judge's work in a stage at one instant.

    `held` counts days since the first sheet was handed out, `left` those until the close;
    `recent` of the `final` sheets were sent within the last RECENT days.
    """

    total: int
    final: int
    recent: int
    held: float
    left: float

    @property
    def unsent(self) -> int:
        """Sheets still to be sent."""
        return self.total - self.final

    @property
    def per_day(self) -> float | None:
        """Sheets sent a day of late; None on the first day."""
        return None if self.held < KNOWN_AFTER else self.recent / min(self.held, RECENT)

    @property
    def needed_per_day(self) -> float | None:
        """Sheets to send a day from now on; None after the close."""
        return self.unsent / self.left if self.left > 0 else None

    @property
    def days_needed(self) -> float | None:
        """Days until the last sheet is sent at this pace; None where that is never or unknown."""
        if not self.unsent:
            return 0.0
        return self.unsent / self.per_day if self.per_day else None

    @property
    def is_late(self) -> bool:
        """Whether sheets will be missing at the close, as far as the pace tells."""
        if not self.unsent or self.left <= 0:
            return self.unsent > 0
        if self.per_day is None:
            return False
        return self.days_needed is None or self.days_needed > self.left
