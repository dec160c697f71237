"""The chance to miss the close: a table of cases, and what must hold for every case."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.pace import (
    ASSUMED_AGENCY,
    HIGH,
    MOST,
    Expectation,
    History,
    Holder,
    Reason,
    Risk,
    Standing,
    forecast,
    handling_days,
    risk_of,
)

NOTHING_KNOWN = Expectation.of(History())
QUICK = Expectation.of(
    History([1.0] * 50 + [5.0] * 50, [1.0] * 100, [float(d) for d in range(1, 51)], [0.5, 2.0] * 10)
)
DRAFT = Standing(Holder.UNIT, done=0.5, age=5, held=5, quiet=1, left=30, tasks=8)
WITH_ADMIN = Standing(Holder.AGENCY, done=1, age=10, held=0.2, quiet=1, left=10, tasks=8)

standings = st.builds(
    Standing,
    holder=st.sampled_from(Holder),
    done=st.integers(0, 8).map(lambda n: n / 8),
    age=st.floats(0, 120),
    held=st.floats(0, 120),
    quiet=st.floats(0, 120),
    left=st.floats(-5, 120),
    flaws=st.integers(0, 8),
    tasks=st.just(8),
)
days = st.lists(st.floats(0, 90), max_size=60)
histories = st.builds(History, days, days, days, days, st.integers(0, 40), st.integers(0, 40))
expectations = histories.map(Expectation.of)


@pytest.mark.parametrize(
    ("standing", "risk", "reason"),
    [
        (replace(DRAFT, left=0), Risk.HIGH, Reason.CLOSED),
        (replace(DRAFT, done=0.0, quiet=20, left=3), Risk.HIGH, Reason.NOT_BEGUN),
        (replace(DRAFT, left=2), Risk.HIGH, Reason.WORK_LEFT),
        (replace(DRAFT, left=60), Risk.LOW, Reason.WORK_LEFT),
        (replace(DRAFT, done=1.0, left=60), Risk.LOW, Reason.ON_TRACK),
        (replace(DRAFT, done=1.0, left=60, flaws=1), Risk.LOW, Reason.FLAWS),
        (replace(DRAFT, done=1.0, quiet=60, left=60), Risk.MIDDLE, Reason.QUIET),
        (WITH_ADMIN, Risk.LOW, Reason.ON_TRACK),
        (replace(WITH_ADMIN, held=30, left=1), Risk.MIDDLE, Reason.HELD_LONG),
        (replace(WITH_ADMIN, left=0.25), Risk.HIGH, Reason.CLOSE_NEAR),
        (replace(WITH_ADMIN, flaws=6, left=0.5), Risk.HIGH, Reason.FLAWS),
    ],
)
def test_forecast_of_a_case(standing: Standing, risk: Risk, reason: Reason) -> None:
    said = forecast(standing, QUICK)
    assert risk_of(said.chance) == risk, said
    assert said.reasons[0][0] == reason, said


def test_admin_who_never_took_so_long_is_not_expected_to_move() -> None:
    slow = forecast(replace(WITH_ADMIN, held=30), QUICK).chance
    assert slow > forecast(replace(WITH_ADMIN, held=0.5), QUICK).chance


def test_last_years_quick_hands_lower_the_chance() -> None:
    late = replace(DRAFT, left=12)
    assert forecast(late, QUICK).chance < forecast(late, NOTHING_KNOWN).chance


def test_share_that_stayed_last_year_shows_through() -> None:
    lost = Expectation.of(History([1.0] * 50, [1.0] * 50, [9.0] * 50, [5.0] * 50, 50, 0))
    ready = replace(DRAFT, done=1.0, left=60, quiet=0)
    assert forecast(ready, lost).chance > 0.3
    assert forecast(ready, QUICK).chance < 0.1


def test_without_history_the_published_shares_of_2022_hold() -> None:
    assert NOTHING_KNOWN.unit.stayed == pytest.approx(612 / 3478)
    assert NOTHING_KNOWN.agency.stayed == pytest.approx(412 / 2866)
    assert NOTHING_KNOWN.agency.days == ASSUMED_AGENCY


def test_many_durations_are_thinned_without_moving_the_middle() -> None:
    curve = Expectation.of(History([float(day) for day in range(1000)])).unit
    assert len(curve.days) == 40
    assert curve.within(500) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    ("own", "everybody", "expected"),
    [
        ((), (), 7.0),
        ((9.0, 9.0), (1.0, 2.0, 3.0, 4.0, 5.0), 4.0),
        ((9.0, 1.0, 2.0), (1.0,), 9.0),
        ((1.0, 2.0, 3.0, 4.0, 50.0), (), 4.0),
    ],
)
def test_handling_time_is_the_agencys_own_where_it_has_enough(
    own: tuple[float, ...], everybody: tuple[float, ...], expected: float
) -> None:
    assert handling_days(own, everybody) == expected


@given(standings, expectations)
def test_chance_is_a_chance_with_a_reason(standing: Standing, expected: Expectation) -> None:
    said = forecast(standing, expected)
    assert 0 < said.chance <= 1
    assert said.reasons
    assert said.chance <= MOST or standing.left <= 0


@settings(max_examples=300)
@given(standings, expectations, st.floats(0, 60))
def test_less_time_left_never_lowers_the_chance(
    standing: Standing, expected: Expectation, less: float
) -> None:
    later = replace(standing, left=standing.left - less)
    assert forecast(later, expected).chance >= forecast(standing, expected).chance


@settings(max_examples=300)
@given(standings, expectations, st.integers(1, 8))
def test_more_done_never_raises_the_chance(
    standing: Standing, expected: Expectation, more: int
) -> None:
    further = replace(standing, done=min(1.0, standing.done + more / 8))
    assert forecast(further, expected).chance <= forecast(standing, expected).chance


@given(standings, expectations, st.integers(1, 8))
def test_more_to_mend_never_lowers_the_chance(
    standing: Standing, expected: Expectation, more: int
) -> None:
    worse = replace(standing, flaws=standing.flaws + more)
    assert forecast(worse, expected).chance >= forecast(standing, expected).chance


@given(standings, expectations, st.floats(0, 60))
def test_longer_silence_never_lowers_the_chance(
    standing: Standing, expected: Expectation, more: float
) -> None:
    silent = replace(standing, quiet=standing.quiet + more)
    assert forecast(silent, expected).chance >= forecast(standing, expected).chance


def test_bands_meet_at_their_edges() -> None:
    assert [risk_of(c) for c in (0.199, 0.2, 0.499, HIGH)] == [
        Risk.LOW,
        Risk.MIDDLE,
        Risk.MIDDLE,
        Risk.HIGH,
    ]
