"""Scoring: drafts, stale saves, sending for good, bulk with the same checks."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competitions.actions.assignments import declare_conflict
from competitions.actions.scoresheets import (
    SheetMarks,
    finalise_sheet,
    save_sheet,
    score_assignments,
)
from competitions.enums import SheetState
from competitions.exceptions import ConflictOfInterest, SheetIncomplete, StageClosed, WrongState
from competitions.models import Assignment, Score, Scoresheet
from innovations.exceptions import StaleEdit
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import REVIEW, Contest, sheet_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(REVIEW, entries=2, judges=2)


@pytest.fixture
def row(contest: Contest) -> Assignment:
    return contest.assignments(REVIEW, contest.evaluators[0])[0]


def marks(row: Assignment) -> dict[str, int | None]:
    scores = Score.objects.filter(scoresheet__assignment=row)
    return dict(scores.values_list("criterion__key", "mark"))


def test_save_keeps_a_partial_draft(row: Assignment) -> None:
    part = SheetMarks(row, {"novelty": 4}, {"novelty": " Baru. ", "background": "Nanti."})
    sheet = save_sheet(by=row.evaluator, assignment=row, edit_number=1, sheet=part)
    assert sheet.edit_number == 2
    assert marks(row) == {"novelty": 4, "background": None}
    assert Score.objects.get(criterion__key="novelty").note == "Baru."
    again = SheetMarks(row, {"novelty": None}, strengths="Jelas.")
    save_sheet(by=row.evaluator, assignment=row, edit_number=2, sheet=again)
    assert marks(row) == {"novelty": None, "background": None}
    stored = Scoresheet.objects.get(assignment=row)
    assert (stored.strengths, stored.total, stored.state) == ("Jelas.", None, SheetState.DRAFT)
    events = AuditEvent.objects.about(sheet).named("scoresheet_saved")
    assert [event.payload for event in events] == [{"edit_number": 2}, {"edit_number": 3}]


def test_save_over_a_newer_edit_is_refused(row: Assignment) -> None:
    save_sheet(by=row.evaluator, assignment=row, edit_number=1, sheet=sheet_for(row, 3))
    with pytest.raises(StaleEdit):
        save_sheet(by=row.evaluator, assignment=row, edit_number=1, sheet=sheet_for(row, 5))
    assert set(marks(row).values()) == {3}


@pytest.mark.parametrize("wrong", [{"novelty": 6}, {"novelty": 0}, {"taste": 3}])
def test_save_outside_the_scale_is_refused(row: Assignment, wrong: dict[str, int]) -> None:
    sheet = SheetMarks(row, wrong)
    with pytest.raises(SheetIncomplete, match=next(iter(wrong))):
        save_sheet(by=row.evaluator, assignment=row, edit_number=1, sheet=sheet)
    assert not marks(row)


def test_finalise_fixes_the_total(row: Assignment) -> None:
    sheet = sheet_for(row, 4, novelty=5, sustainability=1)
    save_sheet(by=row.evaluator, assignment=row, edit_number=1, sheet=sheet)
    final = finalise_sheet(by=row.evaluator, assignment=row)
    assert final.total == Decimal(78)
    stored = Scoresheet.objects.get(assignment=row)
    assert (stored.state, stored.total, stored.finalised_by) == (
        SheetState.FINAL,
        Decimal(78),
        row.evaluator,
    )
    assert AuditEvent.objects.about(final).named("scoresheet_finalised").get().payload == {}
    with pytest.raises(WrongState, match="sudah dikirim"):
        finalise_sheet(by=row.evaluator, assignment=row)
    with pytest.raises(WrongState, match="sudah dikirim"):
        save_sheet(by=row.evaluator, assignment=row, edit_number=2, sheet=sheet)


def test_finalise_names_missing_marks_then_missing_notes(row: Assignment) -> None:
    with pytest.raises(SheetIncomplete, match="Background, Novelty, Sustainability"):
        finalise_sheet(by=row.evaluator, assignment=row)
    bare = replace(sheet_for(row, 3, novelty=5, background=2), notes={})
    save_sheet(by=row.evaluator, assignment=row, edit_number=1, sheet=bare)
    with pytest.raises(SheetIncomplete, match="catatan: Background, Novelty"):
        finalise_sheet(by=row.evaluator, assignment=row)
    assert Scoresheet.objects.get(assignment=row).state == SheetState.DRAFT


def test_scoring_by_somebody_else_is_refused(contest: Contest, row: Assignment) -> None:
    with pytest.raises(Forbidden):
        save_sheet(by=contest.evaluators[1], assignment=row, edit_number=1, sheet=sheet_for(row))
    with pytest.raises(Forbidden):
        finalise_sheet(by=contest.head, assignment=row)
    with pytest.raises(Forbidden):
        score_assignments(by=contest.panelists[0], sheets=[sheet_for(row)])


def test_scoring_in_conflict_is_refused(contest: Contest, row: Assignment) -> None:
    declare_conflict(by=row.evaluator, entry=row.entry, reason="Kerabat.")
    with pytest.raises(ConflictOfInterest):
        save_sheet(by=row.evaluator, assignment=row, edit_number=1, sheet=sheet_for(row))


def test_scoring_at_the_closing_instant_is_refused(contest: Contest, row: Assignment) -> None:
    with clock.at(contest.stage(REVIEW).closes_at), pytest.raises(StageClosed, match="Tenggat"):
        finalise_sheet(by=row.evaluator, assignment=row)


def test_bulk_scores_and_sends_in_constant_queries(contest: Contest) -> None:
    first, second = contest.evaluators
    few, many = contest.assignments(REVIEW, first)[:1], contest.assignments(REVIEW, second)
    with CaptureQueriesContext(connection) as short:
        score_assignments(by=first, sheets=[sheet_for(row) for row in few])
    with CaptureQueriesContext(connection) as long:
        sheets = score_assignments(by=second, sheets=[sheet_for(row, 3) for row in many])
    assert len(short) == len(long)
    stored = Scoresheet.objects.filter(assignment__evaluator=second)
    assert set(stored.values_list("state", "total", "strengths", "edit_number")) == {
        ("final", Decimal(60), "Jelas.", 2)
    }
    assert {sheet.pk for sheet in sheets} == {sheet.pk for sheet in stored}
    assert AuditEvent.objects.named("scoresheet_finalised").count() == 3


def test_bulk_with_one_faulty_sheet_stores_nothing(contest: Contest) -> None:
    judge = contest.evaluators[0]
    sound, faulty = contest.assignments(REVIEW, judge)
    broken = replace(sheet_for(faulty), marks={"novelty": 3}, notes={})
    with pytest.raises(SheetIncomplete):
        score_assignments(by=judge, sheets=[sheet_for(sound), broken])
    assert Score.objects.count() == 0
    assert not Scoresheet.objects.exclude(state=SheetState.DRAFT).exists()


def test_bulk_over_two_stages_or_twice_the_same_is_refused(
    contest: Contest, row: Assignment
) -> None:
    other = factories.make_contest(REVIEW, entries=1, judges=2).assignments(REVIEW)[0]
    with pytest.raises(WrongState, match="satu tahap"):
        score_assignments(by=row.evaluator, sheets=[sheet_for(row), sheet_for(other)])
    with pytest.raises(WrongState):
        score_assignments(by=row.evaluator, sheets=[sheet_for(row), sheet_for(row)])
