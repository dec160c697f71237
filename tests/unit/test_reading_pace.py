"""How fast a judge reads, and whether that is fast enough."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.pace import RECENT, Reading

STEADY = Reading(total=20, final=8, recent=8, held=4, left=6)


def test_a_steady_judge_is_done_at_the_very_close() -> None:
    assert STEADY.per_day == 2
    assert STEADY.needed_per_day == 2
    assert STEADY.days_needed == 6
    assert not STEADY.is_late


def test_a_little_less_time_is_too_little() -> None:
    assert replace(STEADY, left=5.99).is_late


def test_the_pace_is_that_of_the_last_week() -> None:
    assert Reading(total=50, final=40, recent=7, held=30, left=9).per_day == 7 / RECENT


def test_the_first_day_tells_no_pace() -> None:
    fresh = Reading(total=20, final=0, recent=0, held=0.9, left=6)
    assert fresh.per_day is None
    assert fresh.days_needed is None
    assert not fresh.is_late


def test_who_sends_nothing_never_ends() -> None:
    idle = Reading(total=20, final=5, recent=0, held=10, left=6)
    assert idle.per_day == 0
    assert idle.days_needed is None
    assert idle.is_late


@pytest.mark.parametrize("left", [-1.0, 0.0, 5.0])
def test_who_has_sent_everything_is_never_late(left: float) -> None:
    done = Reading(total=20, final=20, recent=0, held=10, left=left)
    assert done.days_needed == 0
    assert not done.is_late


def test_after_the_close_whatever_is_missing_is_late() -> None:
    over = replace(STEADY, left=0)
    assert over.needed_per_day is None
    assert over.is_late


@given(st.integers(0, 50), st.floats(1, 60), st.floats(0, 30), st.floats(0, 30))
def test_more_time_never_makes_late(recent: int, held: float, left: float, more: float) -> None:
    reading = Reading(total=60, final=recent, recent=recent, held=held, left=left)
    assert reading.is_late or not replace(reading, left=left + more).is_late
