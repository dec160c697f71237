"""The panel's schedule and its clock: drawn, moved, published, confirmed, counted."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from agencies.enums import Role
from competitions.actions.announcements import schedule_announcement
from competitions.actions.assignments import declare_conflict
from competitions.actions.presentation_clock import (
    advance_presentation,
    pause_presentation,
    resume_presentation,
)
from competitions.actions.presentations import (
    Timetable,
    change_room,
    confirm_presentation,
    draw_schedule,
    move_presentation,
    publish_schedule,
)
from competitions.actions.stages import close_stage
from competitions.enums import PresentationState
from competitions.exceptions import ConflictOfInterest, StageClosed, WrongState
from competitions.models import (
    Presentation,
    PresentationRoom,
    PresentationSchedule,
    PresentationSlot,
)
from competitions.permissions.presentations import (
    can_confirm_presentation,
    can_follow_presentations,
    can_moderate,
    can_schedule_presentations,
)
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import FIRST, SECOND, Contest
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

PLAN = Timetable(
    days=[date(2031, 8, 5), date(2031, 8, 4)],
    starts=time(9, 0),
    ends=time(10, 0),
    rooms=[("Ruang A", "https://rapat.example/a"), ("Ruang B", "")],
)


@pytest.fixture
def contest() -> Contest:
    """Three entries before the panel."""
    return factories.make_contest(SECOND, entries=3, seats=(3, 1), judges=2)


def draw(contest: Contest, plan: Timetable = PLAN, seed: int = 1) -> PresentationSchedule:
    stage = contest.stage(SECOND)
    return draw_schedule(by=contest.officer, stage=stage, timetable=plan, seed=seed)


def published(contest: Contest) -> list[Presentation]:
    schedule = publish_schedule(by=contest.head, schedule=draw(contest))
    return list(schedule.presentations.select_related("slot__room", "entry").order_by("slot"))


def test_draft_is_drawn_again_and_frozen_once_published(contest: Contest) -> None:
    first = draw(contest)
    assert first.days == [date(2031, 8, 4), date(2031, 8, 5)]
    seats = {one.entry_id: str(one.slot) for one in first.presentations.select_related("slot")}
    assert len(set(seats.values())) == 3
    assert PresentationSlot.objects.count() == 12
    tight = Timetable(PLAN.days[:1], time(9), time(9, 40), PLAN.rooms[:1])
    with pytest.raises(WrongState, match="2 slot untuk 3 peserta"):
        draw(contest, tight)
    vast = Timetable(
        [date(2031, 8, day) for day in range(1, 31)], time(9), time(18), [("A", "")] * 9
    )
    with pytest.raises(WrongState, match="paling banyak 2000"):
        draw(contest, vast)
    again = draw(contest)
    rooms = {room.pk: room.position for room in PresentationRoom.objects.all()}
    assert sorted(rooms.values()) == [1, 2]
    assert {one.entry_id for one in again.presentations.all()} == set(seats)
    assert Notification.objects.filter(subject__startswith="Jadwal presentasi").count() == 0
    moving = again.presentations.all()[0]
    free = PresentationSlot.objects.filter(presentations=None)[0]
    move_presentation(by=contest.officer, presentation=moving, slot=free)
    assert not Notification.objects.filter(subject__contains="presentasi").exists()
    swapped = again.presentations.exclude(pk=moving.pk)[0]
    move_presentation(by=contest.officer, presentation=swapped, slot=free, swap_with=moving)
    publish_schedule(by=contest.head, schedule=again)
    told = Notification.objects.filter(
        recipient=contest.team.admin, subject__startswith="Jadwal presentasi"
    )
    assert told.count() == 3
    assert all("WIB (" in one.body and " WIT)" in one.body for one in told)
    for refused in (
        lambda: draw(contest),
        lambda: publish_schedule(by=contest.head, schedule=again),
    ):
        with pytest.raises(WrongState):
            refused()
    for sql in (
        "UPDATE competitions_presentationschedule SET presentation_minutes = 20",
        "DELETE FROM competitions_presentationschedule",
        "UPDATE competitions_presentation SET state = 'done'",
    ):
        with (
            pytest.raises(IntegrityError, match=r"refused|no way"),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute(sql)


def test_only_an_announced_panel_stage_is_scheduled() -> None:
    contest = factories.make_contest(FIRST, entries=2, seats=(2, 1), judges=2)
    with pytest.raises(WrongState, match="dinilai tim panel"):
        draw_schedule(by=contest.head, stage=contest.stage(FIRST), timetable=PLAN, seed=1)
    stage = contest.stage(SECOND)
    schedule_announcement(
        by=contest.head,
        cut_off=factories.lock(contest, FIRST),
        decree_number="1",
        decree_dated_on=clock.today(),
        announce_at=stage.opens_at + timedelta(days=1),
    )
    with clock.at(contest.stage(FIRST).closes_at):
        close_stage(by=contest.head, stage=contest.stage(FIRST))
    with pytest.raises(StageClosed):
        draw(contest)
    # Open and with a decree, yet not announced: a schedule would tell the Top 99.
    with clock.at(stage.opens_at):
        factories.start_panel(contest)
        with pytest.raises(WrongState, match="belum diumumkan"):
            draw(contest)


def test_changed_field_is_drawn_anew_before_publishing(contest: Contest) -> None:
    schedule = draw(contest)
    schedule.presentations.first().delete()  # type: ignore[union-attr]
    with pytest.raises(WrongState, match="Susun lagi"):
        publish_schedule(by=contest.head, schedule=schedule)


def test_schedule_of_days_gone_by_is_not_published(contest: Contest) -> None:
    gone = Timetable([date(2001, 8, 6)], time(9), time(10), PLAN.rooms)
    with pytest.raises(WrongState, match="sudah lewat"):
        publish_schedule(by=contest.head, schedule=draw(contest, gone))


def test_two_change_places_and_their_agencies_confirm_anew(contest: Contest) -> None:
    first, second, third = published(contest)
    confirm_presentation(by=contest.team.innovator, presentation=first, presenters=" Ibu Sari ")
    first.refresh_from_db()
    assert (first.presenters, first.confirmed_by) == ("Ibu Sari", contest.team.innovator)
    spots = (first.slot, second.slot)
    Notification.objects.all().delete()
    with pytest.raises(WrongState, match="baru saja berubah"):
        move_presentation(by=contest.officer, presentation=first, slot=second.slot)
    move_presentation(by=contest.officer, presentation=first, slot=second.slot, swap_with=second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.slot, first.slot) == spots
    assert (first.presenters, first.confirmed_at) == ("Ibu Sari", None)
    assert Notification.objects.filter(subject__endswith="berubah").count() == 2
    free = PresentationSlot.objects.filter(presentations=None).first()
    assert free
    move_presentation(by=contest.officer, presentation=third, slot=free)
    third.refresh_from_db()
    assert third.slot == free
    with pytest.raises(WrongState, match="slot lain"):
        move_presentation(by=contest.officer, presentation=third, slot=free)
    advance_presentation(
        by=contest.officer, presentation=first, target=PresentationState.PRESENTING
    )
    with pytest.raises(WrongState, match="sudah dimulai"):
        move_presentation(by=contest.officer, presentation=third, slot=first.slot)
    with pytest.raises(WrongState):
        confirm_presentation(by=contest.team.admin, presentation=first, presenters="Bapak Adi")
    with pytest.raises(WrongState, match="nama penyaji"):
        confirm_presentation(by=contest.team.admin, presentation=third, presenters="  ")
    declare_conflict(by=contest.second, entry=second.entry, reason="Saudara")
    with pytest.raises(ConflictOfInterest):
        move_presentation(by=contest.second, presentation=third, slot=second.slot)


def test_room_moves_with_a_word_to_those_who_wait(contest: Contest) -> None:
    schedule = draw(contest)
    room = schedule.rooms.first()
    assert room
    change_room(by=contest.officer, room=room, name="Aula", link="")
    assert not Notification.objects.filter(subject__endswith="berubah").exists()
    publish_schedule(by=contest.head, schedule=schedule)
    waiting = Presentation.objects.filter(slot__room=room).count()
    change_room(by=contest.officer, room=room, name="Aula", link="")
    assert not Notification.objects.filter(subject__endswith="berubah").exists()
    change_room(by=contest.officer, room=room, name="Aula", link="https://rapat.example/z")
    assert Notification.objects.filter(subject__endswith="berubah").count() == waiting > 0


def test_clock_counts_presses_and_not_browsers(contest: Contest) -> None:
    turns = published(contest)
    room = turns[0].slot.room
    first, second = list(Presentation.objects.filter(slot__room=room).order_by("slot"))[:2]
    start = clock.now()

    def press(seconds: int, action: Any, turn: Presentation = first, **more: Any) -> Presentation:
        with clock.at(start + timedelta(seconds=seconds)):
            return action(by=contest.officer, presentation=turn, **more)  # type: ignore[no-any-return]

    for action in (pause_presentation, resume_presentation):
        with pytest.raises(WrongState):
            press(0, action)
    with pytest.raises(WrongState):
        press(0, advance_presentation, target=PresentationState.QUESTIONS)
    press(0, advance_presentation, target=PresentationState.PRESENTING)
    with pytest.raises(WrongState, match="belum selesai"):
        press(1, advance_presentation, second, target=PresentationState.PRESENTING)
    row = press(100, pause_presentation)
    assert row.spent(start + timedelta(hours=1)) == timedelta(seconds=100)
    row = press(160, resume_presentation)
    with pytest.raises(WrongState):
        press(161, resume_presentation)
    assert row.spent(start + timedelta(seconds=170)) == timedelta(seconds=110)
    row = press(500, advance_presentation, target=PresentationState.QUESTIONS)
    assert row.spent(start + timedelta(seconds=530)) == timedelta(seconds=30)
    row = press(1300, advance_presentation, target=PresentationState.DONE)
    assert (row.state, row.running_since) == (PresentationState.DONE, None)
    press(1310, advance_presentation, second, target=PresentationState.PRESENTING)
    assert AuditEvent.objects.filter(verb="presentation_started").count() == 2
    with pytest.raises(Forbidden):
        pause_presentation(by=contest.panelists[0], presentation=second)
    declare_conflict(by=contest.second, entry=second.entry, reason="Saudara")
    with pytest.raises(ConflictOfInterest):
        pause_presentation(by=contest.second, presentation=second)


def test_clock_waits_for_the_published_schedule(contest: Contest) -> None:
    turn = draw(contest).presentations.first()
    assert turn
    with pytest.raises(WrongState, match="Terbitkan"):
        advance_presentation(
            by=contest.officer, presentation=turn, target=PresentationState.PRESENTING
        )
    with pytest.raises(WrongState):
        confirm_presentation(by=contest.team.admin, presentation=turn, presenters="Ibu Sari")


def test_rights(contest: Contest) -> None:
    stranger = factories.make_person(Role.AGENCY_ADMIN)
    panelist, entry = contest.panelists[0], contest.entries[0]
    assert can_schedule_presentations(contest.officer)
    assert not can_schedule_presentations(panelist)
    assert can_follow_presentations(panelist)
    assert can_follow_presentations(contest.observer)
    assert not can_follow_presentations(contest.evaluators[0])
    assert can_moderate(contest.officer)
    assert not can_moderate(panelist)
    assert can_confirm_presentation(contest.team.admin, entry)
    assert not can_confirm_presentation(stranger, entry)
