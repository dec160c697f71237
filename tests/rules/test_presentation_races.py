"""Two officers at one schedule and at one clock. Each race has a control without the lock."""

from datetime import date, time
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from competitions.actions import presentation_clock, presentations
from competitions.actions.presentation_clock import advance_presentation
from competitions.actions.presentations import (
    Timetable,
    draw_schedule,
    move_presentation,
    publish_schedule,
)
from competitions.enums import PresentationState
from competitions.exceptions import WrongState
from competitions.models import Presentation, PresentationSchedule, PresentationSlot
from sinovik.web.querysets import LockableQuerySet
from tests import factories
from tests.factories import SECOND
from tests.races import at_once, during, meet_after, meet_before, same, unlocked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def turns() -> tuple[list[Presentation], list[Any]]:
    """Two presentations in one room, and two officers."""
    contest = factories.make_contest(SECOND, entries=2, seats=(2, 1), judges=1, reviews=1)
    plan = Timetable([date(2031, 8, 4)], time(9), time(10), [("Ruang A", "")])
    schedule = draw_schedule(by=contest.head, stage=contest.stage(SECOND), timetable=plan, seed=1)
    publish_schedule(by=contest.head, schedule=schedule)
    rows = list(schedule.presentations.order_by("slot__starts_at"))
    return rows, [same(contest.officer), same(contest.second)]


def begin_both(turns: tuple[list[Presentation], list[Any]]) -> list[Any]:
    rows, people = turns
    target = PresentationState.PRESENTING
    return at_once(
        lambda: advance_presentation(by=people[0], presentation=rows[0], target=target),
        lambda: advance_presentation(by=people[1], presentation=rows[1], target=target),
    )


def test_one_room_hears_one_entry(
    monkeypatch: pytest.MonkeyPatch, turns: tuple[list[Presentation], list[Any]]
) -> None:
    meet_after(monkeypatch, presentation_clock, "_check_room_free")
    results = begin_both(turns)
    assert sorted(type(result).__name__ for result in results) == ["Presentation", "WrongState"]


def test_control_unlocked_room_hears_two(
    monkeypatch: pytest.MonkeyPatch, turns: tuple[list[Presentation], list[Any]]
) -> None:
    meet_after(monkeypatch, presentation_clock, "_check_room_free")
    monkeypatch.setattr(LockableQuerySet, "locked", unlocked)
    begin_both(turns)
    assert Presentation.objects.filter(state=PresentationState.PRESENTING).count() == 2


def move_both(turns: tuple[list[Presentation], list[Any]]) -> list[Any]:
    rows, people = turns
    free = PresentationSlot.objects.filter(presentations=None)[0]
    return at_once(
        lambda: move_presentation(by=people[0], presentation=rows[0], slot=free),
        lambda: move_presentation(by=people[1], presentation=rows[1], slot=free),
    )


def test_free_slot_is_taken_once(
    monkeypatch: pytest.MonkeyPatch, turns: tuple[list[Presentation], list[Any]]
) -> None:
    meet_before(monkeypatch, presentations, "_check_movable")
    results = move_both(turns)
    assert sum(isinstance(result, WrongState) for result in results) == 1


def test_control_unlocked_free_slot_is_wanted_twice(
    monkeypatch: pytest.MonkeyPatch, turns: tuple[list[Presentation], list[Any]]
) -> None:
    meet_before(monkeypatch, presentations, "_check_movable")
    monkeypatch.setattr(LockableQuerySet, "locked", unlocked)
    assert sum(isinstance(result, IntegrityError) for result in move_both(turns)) == 1


def draw_twice() -> tuple[Any, Any]:
    contest = factories.make_contest(SECOND, entries=2, seats=(2, 1), judges=1, reviews=1)
    plan = Timetable([date(2031, 8, 4)], time(9), time(10), [("Ruang A", "")])
    stage, people = contest.stage(SECOND), [same(contest.head), same(contest.second)]
    works = [
        partial(draw_schedule, by=person, stage=stage, timetable=plan, seed=seed)
        for seed, person in enumerate(people, 1)
    ]
    return during(*works)


def test_of_two_schedules_drawn_at_once_the_later_stays() -> None:
    _first, second = draw_twice()
    assert PresentationSchedule.objects.get() == second
    assert Presentation.objects.count() == 2


def test_control_without_a_turn_the_second_drawing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presentations, "take_turn", lambda *_numbers: None)
    _first, second = draw_twice()
    assert isinstance(second, IntegrityError)


def test_turn_that_is_moved_to_another_room_meanwhile_does_not_begin() -> None:
    contest = factories.make_contest(SECOND, entries=2, seats=(2, 1), judges=1, reviews=1)
    rooms = [("Ruang A", ""), ("Ruang B", "")]
    plan = Timetable([date(2031, 8, 4)], time(9), time(10), rooms)
    schedule = draw_schedule(by=contest.head, stage=contest.stage(SECOND), timetable=plan, seed=1)
    publish_schedule(by=contest.head, schedule=schedule)
    turn = schedule.presentations.select_related("slot").first()
    assert turn is not None
    free = PresentationSlot.objects.filter(presentations=None).exclude(room=turn.slot.room_id)[0]
    target = PresentationState.PRESENTING
    moved, refused = during(
        lambda: move_presentation(by=same(contest.officer), presentation=turn, slot=free),
        lambda: advance_presentation(by=same(contest.second), presentation=turn, target=target),
    )
    assert moved.slot == free
    assert isinstance(refused, WrongState)
    turn.refresh_from_db()
    assert turn.state == PresentationState.WAITING
