"""From sheets to a locked and announced list."""

from datetime import timedelta

import pytest

from competitions.actions.announcements import schedule_announcement
from competitions.actions.assignments import declare_conflict
from competitions.actions.cut_offs import (
    apply_cut_off,
    confirm_lock,
    propose_lock,
    reject_lock,
)
from competitions.actions.scoresheets import score_assignments
from competitions.enums import CutOffState, Outcome
from competitions.exceptions import (
    NotEnoughSheets,
    SecondPersonNeeded,
    TieAtTheLine,
    WrongState,
)
from competitions.models import Announcement, CutOff, Result, StageEntry
from competitions.queries.results import disclosed_stays
from innovations.models import Award
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ADMINISTRATIVE, FIRST, REVIEW, SECOND, Contest

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    """Four entries without a tie, the first list open; two seats."""
    return factories.make_contest(FIRST, entries=4)


def tied_contest() -> Contest:
    """Three entries, all with the same marks, for two seats."""
    contest = factories.make_contest(REVIEW, entries=3)
    for judge in contest.evaluators:
        rows = contest.assignments(REVIEW, judge)
        score_assignments(by=judge, sheets=[factories.sheet_for(row) for row in rows])
    factories.close_stage(by=contest.head, stage=contest.stage(REVIEW))
    instant = contest.moment(FIRST)
    with clock.at(instant):
        factories.start(contest, FIRST)
    return contest


def applied(contest: Contest) -> CutOff:
    return apply_cut_off(by=contest.head, stage=contest.stage(FIRST))


def selected(cut_off: CutOff) -> list[int]:
    rows = cut_off.results.filter(is_selected=True).order_by("rank", "entry")
    return list(rows.values_list("entry", flat=True))


def test_apply_ranks_by_mean_and_selects_the_best(contest: Contest) -> None:
    cut_off = applied(contest)
    rows = list(cut_off.results.order_by("rank"))
    assert [row.entry for row in rows] == contest.entries
    assert [row.rank for row in rows] == [1, 2, 3, 4]
    assert [row.is_selected for row in rows] == [True, True, False, False]
    assert [row.score for row in rows] == [100, 80, 60, 40]
    assert {(row.sheet_count, row.is_tied) for row in rows} == {(2, False)}
    event = AuditEvent.objects.about(cut_off).get()
    assert event.payload == {
        "seats": 2,
        "selected": 2,
        "ranked": 4,
        "ranks_by": "raw",
        "policy": [],
    }


def test_apply_again_replaces_the_list(contest: Contest) -> None:
    first = applied(contest)
    factories.move(contest, entry_out=contest.entries[0])
    again = apply_cut_off(by=contest.head, stage=contest.stage(FIRST), seats=3)
    assert again.pk == first.pk
    assert selected(again) == [entry.pk for entry in contest.entries[:3]]
    assert not again.results.filter(motion__isnull=False).exists()


@pytest.mark.parametrize("seats", [0, 5])
def test_apply_with_impossible_seats_is_refused(contest: Contest, seats: int) -> None:
    with pytest.raises(WrongState, match="1 sampai 4"):
        apply_cut_off(by=contest.head, stage=contest.stage(FIRST), seats=seats)


def test_apply_by_others_or_elsewhere_is_refused(contest: Contest) -> None:
    with pytest.raises(Forbidden):
        apply_cut_off(by=contest.officer, stage=contest.stage(FIRST))
    for slug in (REVIEW, SECOND):
        with pytest.raises(WrongState, match="penetapan"):
            apply_cut_off(by=contest.head, stage=contest.stage(slug))


def test_apply_before_the_panel_has_scored_is_refused() -> None:
    contest = factories.make_contest(SECOND, entries=3)
    with pytest.raises(NotEnoughSheets, match="Masih ada peserta"):
        apply_cut_off(by=contest.head, stage=contest.stage(SECOND))


def test_apply_breaks_ties_by_the_declared_chain() -> None:
    contest = factories.make_contest(REVIEW, entries=2, reviews=1, judges=1, seats=(1, 1))
    judge = contest.evaluators[0]
    better = {"background": 3, "novelty": 5, "sustainability": 3}
    even = {"background": 5, "novelty": 3, "sustainability": 5}
    marks = {contest.entries[0].pk: even, contest.entries[1].pk: better}
    score_assignments(
        by=judge,
        sheets=[
            factories.sheet_for(row, **marks[row.entry_id])
            for row in contest.assignments(REVIEW, judge)
        ],
    )
    factories.close_stage(by=contest.head, stage=contest.stage(REVIEW))
    with clock.at(contest.moment(FIRST)):
        factories.start(contest, FIRST)
        cut_off = applied(contest)
    assert set(cut_off.results.values_list("score", "is_tied")) == {(80, False)}
    assert selected(cut_off) == [contest.entries[1].pk]


def test_tie_at_the_line_waits_for_the_plenary() -> None:
    contest = tied_contest()
    cut_off = applied(contest)
    assert selected(cut_off) == []
    assert set(cut_off.results.values_list("rank", "is_tied")) == {(1, True)}
    with pytest.raises(TieAtTheLine):
        propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")
    for entry in contest.entries[:2]:
        factories.move(contest, entry_in=entry)
    assert propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.").lock_proposed_by


def test_lock_with_a_wrong_number_of_winners_is_refused(contest: Contest) -> None:
    cut_off = applied(contest)
    factories.move(contest, entry_out=contest.entries[0])
    with pytest.raises(WrongState, match="1 dari 2"):
        propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")


def test_lock_short_of_winners_with_everybody_on_the_list_is_refused(contest: Contest) -> None:
    cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST), seats=4)
    factories.move(contest, entry_out=contest.entries[0])
    with pytest.raises(WrongState, match="3 dari 4"):
        propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")


def test_lock_takes_two_people(contest: Contest) -> None:
    cut_off = applied(contest)
    with pytest.raises(WrongState, match="alasan"):
        propose_lock(by=contest.head, cut_off=cut_off, reason="")
    with pytest.raises(Forbidden):
        propose_lock(by=contest.officer, cut_off=cut_off, reason="Pleno.")
    with pytest.raises(WrongState):
        confirm_lock(by=contest.second, cut_off=cut_off)
    cut_off = propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")
    told = Notification.objects.filter(subject__contains="konfirmasi")
    assert {row.recipient for row in told} == {contest.officer, contest.second}
    with pytest.raises(SecondPersonNeeded):
        confirm_lock(by=contest.head, cut_off=cut_off)
    with pytest.raises(Forbidden):
        confirm_lock(by=contest.observer, cut_off=cut_off)
    locked = confirm_lock(by=contest.second, cut_off=cut_off)
    assert (locked.state, locked.locked_by) == (CutOffState.LOCKED, contest.second)
    stored = contest.cut_off(FIRST)
    assert stored.content_hash == stored.commitment.content_hash != ""


@pytest.mark.parametrize("marks", [(4, 4), (5, 3)], ids=["the same score", "another score"])
def test_a_list_whose_sheet_a_conflict_took_out_is_not_locked(marks: tuple[int, int]) -> None:
    """Too few sheets are too few, even where those that are left have the same mean."""
    contest = factories.make_contest(SECOND, entries=3)
    leaver = contest.panelists[0]
    for judge in contest.panelists:
        rows = contest.assignments(SECOND, judge)
        mark = marks[0 if judge == leaver else 1]
        score_assignments(by=judge, sheets=[factories.sheet_for(row, mark) for row in rows])
    stage = contest.stage(SECOND)
    drawn = apply_cut_off(by=contest.head, stage=stage, seats=2)
    propose_lock(by=contest.head, cut_off=drawn, reason="Hasil pleno.")
    entry = contest.assignments(SECOND, leaver)[0].entry
    declare_conflict(by=leaver, entry=entry, reason="Saudara.")
    with pytest.raises(WrongState, match="Lembar nilai berubah"):
        confirm_lock(by=contest.second, cut_off=drawn)
    assert contest.cut_off(SECOND).state == CutOffState.LOCK_PROPOSED
    reject_lock(by=contest.second, cut_off=drawn, reason="Ada benturan.")
    with pytest.raises(NotEnoughSheets):
        apply_cut_off(by=contest.head, stage=stage, seats=2)


def test_a_proposed_list_stands_still(contest: Contest) -> None:
    cut_off = propose_lock(by=contest.head, cut_off=applied(contest), reason="Pleno.")
    with pytest.raises(WrongState, match="Batalkan"):
        applied(contest)
    with pytest.raises(WrongState, match="Batalkan"):
        factories.sit(contest)
    with pytest.raises(WrongState):
        propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")


def test_a_locked_list_is_not_applied_again(contest: Contest) -> None:
    factories.lock(contest, FIRST)
    with pytest.raises(WrongState, match="Batalkan"):
        applied(contest)


def test_reject_sends_the_list_back(contest: Contest) -> None:
    cut_off = propose_lock(by=contest.head, cut_off=applied(contest), reason="Pleno.")
    with pytest.raises(SecondPersonNeeded):
        reject_lock(by=contest.head, cut_off=cut_off, reason="Ragu.")
    with pytest.raises(WrongState, match="alasan"):
        reject_lock(by=contest.second, cut_off=cut_off, reason="")
    row = reject_lock(by=contest.second, cut_off=cut_off, reason="Urutan keliru.")
    assert (row.state, row.lock_proposed_by) == (CutOffState.PROVISIONAL, None)
    assert "Urutan keliru." in Notification.objects.get(recipient=contest.head).body
    with pytest.raises(WrongState):
        reject_lock(by=contest.second, cut_off=row, reason="Lagi.")


def test_locking_ends_the_stays_and_lets_the_selected_on(contest: Contest) -> None:
    before = Notification.objects.filter(recipient=contest.team.admin).count()
    factories.lock(contest, FIRST)
    stays = StageEntry.objects.filter(stage=contest.stage(FIRST)).order_by("entry")
    assert [stay.outcome for stay in stays] == [Outcome.PASSED] * 2 + [Outcome.FAILED] * 2
    onward = StageEntry.objects.filter(stage=contest.stage(SECOND)).order_by("entry")
    assert [stay.entry for stay in onward] == contest.entries[:2]
    assert Notification.objects.filter(recipient=contest.team.admin).count() == before


def schedule(contest: Contest, **changes: object) -> Announcement:
    values = {
        "decree_number": "KEP/1/2019",
        "decree_dated_on": clock.today(),
        "announce_at": clock.now() + timedelta(days=2),
    } | changes
    cut_off = contest.cut_off(FIRST)
    return schedule_announcement(by=contest.head, cut_off=cut_off, **values)  # type: ignore[arg-type]


def test_schedule_shows_nothing_before_its_instant(contest: Contest) -> None:
    factories.lock(contest, FIRST)
    announcement = schedule(contest)
    assert contest.cut_off(FIRST).state == CutOffState.SCHEDULED
    assert Award.objects.count() == 2
    instant = announcement.announce_at
    just_before = instant - timedelta(microseconds=1)
    for when, number in ((just_before, 0), (instant, 2)):
        with clock.at(when):
            assert Award.objects.announced().count() == number
            assert Result.objects.announced().count() == number
    award = Award.objects.first()
    assert award is not None
    assert (award.band, award.seats, award.decree_number) == (FIRST, 2, "KEP/1/2019")
    assert (award.announced_at, award.is_simulated) == (instant, False)


def test_agency_learns_of_a_list_at_its_instant(contest: Contest) -> None:
    factories.lock(contest, FIRST)
    instant = schedule(contest).announce_at
    winner, loser = contest.entries[0], contest.entries[-1]
    before = disclosed_stays(winner)
    assert [stay.stage.slug for stay in before][-2:] == [REVIEW, FIRST]
    assert [stay.stage.slug for stay in disclosed_stays(loser)][-1] == FIRST
    after = disclosed_stays(winner, instant)
    assert [stay.stage.slug for stay in after][-2:] == [FIRST, SECOND]


def test_agency_sees_every_stay_once_all_is_announced() -> None:
    contest = factories.make_contest(factories.ANNOUNCED, entries=3)
    assert len(disclosed_stays(contest.entries[0])) == 5


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"decree_number": " "}, "nomor"),
        ({"announce_at": timedelta(minutes=-2)}, "lewat"),
        ({"decree_dated_on": timedelta(days=5)}, "sesudah"),
    ],
)
def test_schedule_refusals(contest: Contest, changes: dict[str, object], sentence: str) -> None:
    factories.lock(contest, FIRST)
    now = clock.now()
    values = {
        key: now + value if isinstance(value, timedelta) else value
        for key, value in changes.items()
    }
    if "decree_dated_on" in values:
        values["decree_dated_on"] = values["decree_dated_on"].date()  # type: ignore[attr-defined]
    with pytest.raises(WrongState, match=sentence):
        schedule(contest, **values)
    assert not Award.objects.exists()


def test_schedule_within_the_running_minute_means_now(contest: Contest) -> None:
    factories.lock(contest, FIRST)
    announcement = schedule(contest, announce_at=clock.now() - timedelta(seconds=50))
    assert announcement.announce_at == announcement.scheduled_at


def test_schedule_of_an_unlocked_list_or_by_others_is_refused(contest: Contest) -> None:
    applied(contest)
    with pytest.raises(WrongState, match="dua orang"):
        schedule(contest)
    with pytest.raises(Forbidden):
        schedule_announcement(
            by=contest.officer,
            cut_off=contest.cut_off(FIRST),
            decree_number="1",
            decree_dated_on=clock.today(),
            announce_at=clock.now(),
        )


def test_scheduling_twice_is_refused(contest: Contest) -> None:
    factories.lock(contest, FIRST)
    schedule(contest)
    with pytest.raises(WrongState):
        schedule(contest)


def test_apply_in_a_stage_that_is_not_a_list_is_refused() -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=1)
    with pytest.raises(WrongState, match="penetapan"):
        apply_cut_off(by=contest.head, stage=contest.stage(ADMINISTRATIVE))
