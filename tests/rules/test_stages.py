"""Opening, closing and rescheduling stages."""

from datetime import timedelta

import pytest

from competitions.actions.cut_offs import apply_cut_off, propose_lock
from competitions.actions.scoresheets import score_assignments
from competitions.actions.stages import close_stage, open_stage
from competitions.enums import EntryState, Outcome, StageState
from competitions.exceptions import NotEnoughSheets, TooLate, WrongState
from competitions.models import Criterion, Stage, StageEntry
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ADMINISTRATIVE, FIRST, REGISTRATION, REVIEW, SECOND, Contest

pytestmark = pytest.mark.django_db


def planned(now_in: str = REGISTRATION) -> Contest:
    """An edition whose registration has not opened."""
    contest = factories.make_contest(entries=0, now_in=now_in)
    head = contest.head
    contest.edition = factories.make_edition(head, now_in=now_in)
    return contest


def test_open_stage_starts_work_and_is_recorded() -> None:
    contest = planned()
    stage = open_stage(by=contest.head, stage=contest.stage(REGISTRATION))
    assert stage.is_open
    (event,) = AuditEvent.objects.about(stage)
    assert (event.verb, event.actor) == ("stage_opened", contest.head)


def test_open_stage_by_an_officer_is_refused() -> None:
    contest = planned()
    with pytest.raises(Forbidden):
        open_stage(by=contest.officer, stage=contest.stage(REGISTRATION))


def test_open_stage_waits_for_the_one_before() -> None:
    contest = planned()
    with pytest.raises(WrongState, match="Pendaftaran"):
        open_stage(by=contest.head, stage=contest.stage(ADMINISTRATIVE))


def test_open_stage_before_its_time_is_refused() -> None:
    contest = planned()
    stage = contest.stage(REGISTRATION)
    with clock.at(stage.opens_at - timedelta(seconds=1)), pytest.raises(WrongState, match="waktu"):
        open_stage(by=contest.head, stage=stage)


def test_open_stage_twice_is_refused() -> None:
    contest = factories.make_contest(entries=0)
    with pytest.raises(WrongState):
        open_stage(by=contest.head, stage=contest.stage(REGISTRATION))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda stage: Criterion.objects.filter(stage=stage, key="novelty").delete(), "100"),
        (lambda stage: Stage.objects.filter(pk=stage.pk).update(tie_break=["taste"]), "taste"),
    ],
)
def test_open_stage_with_a_faulty_rubric_is_refused(change: object, sentence: str) -> None:
    contest = planned(REVIEW)
    for slug in (REGISTRATION, ADMINISTRATIVE):
        with clock.at(contest.moment(slug)):
            open_stage(by=contest.head, stage=contest.stage(slug))
        with clock.at(contest.stage(slug).closes_at):
            close_stage(by=contest.head, stage=contest.stage(slug))
    change(contest.stage(REVIEW))  # type: ignore[operator]
    with pytest.raises(WrongState, match=sentence):
        open_stage(by=contest.head, stage=contest.stage(REVIEW))


def test_close_registration_before_the_deadline_is_refused() -> None:
    contest = factories.make_contest(entries=1)
    with pytest.raises(WrongState, match="Tenggat"):
        close_stage(by=contest.head, stage=contest.stage(REGISTRATION))
    with pytest.raises(Forbidden):
        close_stage(by=contest.observer, stage=contest.stage(REGISTRATION))


def test_close_registration_lapses_what_was_not_submitted() -> None:
    contest = factories.make_contest(entries=2)
    sent, draft = contest.entries
    factories.walk_entry(contest, sent, EntryState.SUBMITTED)
    with clock.at(contest.stage(REGISTRATION).closes_at):
        stage = close_stage(by=contest.head, stage=contest.stage(REGISTRATION))
    assert stage.state == StageState.CLOSED
    outcomes = dict(StageEntry.objects.filter(stage=stage).values_list("entry", "outcome"))
    assert outcomes == {sent.pk: Outcome.PASSED, draft.pk: Outcome.LAPSED}
    assert AuditEvent.objects.about(draft).named("entry_lapsed").count() == 1
    told = Notification.objects.filter(subject__contains="ditutup")
    assert {row.recipient for row in told} == {contest.team.admin, contest.team.innovator}
    with pytest.raises(WrongState):
        close_stage(by=contest.head, stage=stage)


def test_close_administrative_with_undecided_checks_is_refused() -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=2)
    with pytest.raises(WrongState, match="belum diputuskan"):
        close_stage(by=contest.head, stage=contest.stage(ADMINISTRATIVE))
    factories.pass_all(contest)
    assert close_stage(by=contest.head, stage=contest.stage(ADMINISTRATIVE)).closed_by


def test_close_review_short_of_sheets_is_refused() -> None:
    contest = factories.make_contest(REVIEW, entries=2)
    with pytest.raises(NotEnoughSheets, match="Masih ada peserta"):
        close_stage(by=contest.head, stage=contest.stage(REVIEW))
    assert contest.stage(REVIEW).is_open


def test_close_review_passes_everybody_on() -> None:
    contest = factories.make_contest(REVIEW, entries=2)
    factories.score_all(contest, REVIEW)
    close_stage(by=contest.head, stage=contest.stage(REVIEW))
    inside = StageEntry.objects.filter(stage=contest.stage(FIRST), left_at=None)
    assert set(inside.values_list("entry", flat=True)) == {one.pk for one in contest.entries}


def test_close_review_without_a_selection_stage_is_refused() -> None:
    contest = factories.make_contest(REVIEW, entries=1)
    factories.score_all(contest, REVIEW)
    contest.edition.stages.filter(slug__in=[FIRST, SECOND]).delete()
    with pytest.raises(WrongState, match="penetapan"):
        close_stage(by=contest.head, stage=contest.stage(REVIEW))


def test_close_selection_waits_for_the_scheduled_list() -> None:
    contest = factories.make_contest(FIRST, entries=3)
    with pytest.raises(WrongState, match="jadwalkan"):
        close_stage(by=contest.head, stage=contest.stage(FIRST))
    cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")
    with pytest.raises(WrongState):
        close_stage(by=contest.head, stage=contest.stage(FIRST))


def test_late_sheet_after_closing_is_refused() -> None:
    contest = factories.make_contest(REVIEW, entries=1, judges=2)
    rows = {judge: contest.assignments(REVIEW, judge) for judge in contest.evaluators}
    stage = contest.stage(REVIEW)
    judge, (row,) = rows.popitem()
    with clock.at(stage.closes_at), pytest.raises(TooLate, match="sudah lewat"):
        score_assignments(by=judge, sheets=[factories.sheet_for(row)])
    assert stage.is_open
