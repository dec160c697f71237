"""A further reader where sheets disagree: called by the rule, once, and counted in the end."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from agencies.enums import Role
from competitions.actions import extra_readers
from competitions.actions.assignments import appoint, declare_conflict
from competitions.actions.extra_readers import sweep_extra_readers
from competitions.actions.scoresheets import finalise_sheet, save_sheet, score_assignments
from competitions.actions.stages import close_stage
from competitions.enums import PanelRole, SheetState
from competitions.exceptions import NotEnoughSheets
from competitions.models import Assignment, Entry, ExtraReading
from competitions.queries.ranking import contenders
from competitions.tasks import call_readers
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from tests import factories
from tests.factories import FIRST, REVIEW, Contest, sheet_for
from tests.owner import as_owner
from tests.races import at_once, meet_after, same

pytestmark = pytest.mark.django_db
races = pytest.mark.django_db(transaction=True)

SUBJECT = "Bacaan tambahan untuk Anda nilai"


def make(entries: int = 1, judges: int = 4, extra: int = 1) -> Contest:
    """Two readers an entry; a further one where they are 20 points apart."""
    return factories.make_contest(REVIEW, entries=entries, judges=judges, extra=extra)


def send(row: Assignment, mark: int, **marks: int) -> None:
    score_assignments(by=row.evaluator, sheets=[sheet_for(row, mark, **marks)])


def score(contest: Contest, entry: Entry, *marks: int) -> None:
    """The entry's readers send sheets of one mark each, in the order in which they were called."""
    rows = Assignment.objects.filter(entry=entry, scoresheet__state=SheetState.DRAFT)
    for row, mark in zip(rows.order_by("pk"), marks, strict=True):
        send(row, mark)


def called(contest: Contest) -> list[ExtraReading]:
    rows = ExtraReading.objects.filter(stage=contest.stage(REVIEW))
    return list(rows.select_related("assignment__evaluator"))


def test_sheets_apart_call_a_reader_who_hears_nothing_of_the_others() -> None:
    contest = make()
    (entry,) = contest.entries
    readers = {row.evaluator_id for row in contest.assignments(REVIEW)}
    score(contest, entry, 5, 3)
    (reading,) = called(contest)
    row = reading.assignment
    assert (reading.number, reading.threshold) == (1, 20)
    assert row.evaluator_id in {judge.pk for judge in contest.evaluators} - readers
    assert row.assigned_by is None
    assert row.version_id == entry.version_id
    assert row.scoresheet.state == SheetState.DRAFT
    (event,) = AuditEvent.objects.named("extra_reader_called")
    assert (event.actor_id, event.object_id) == (None, row.pk)
    assert event.payload == {
        "entry": entry.pk,
        "evaluator": row.evaluator_id,
        "reason": "sheets_apart",
        "threshold": 20,
        "passing_grade": None,
    }
    (note,) = Notification.objects.filter(subject=SUBJECT)
    assert note.recipient == row.evaluator
    assert "100" not in note.body
    assert "60" not in note.body


def test_a_call_is_never_changed_nor_taken_back() -> None:
    contest = make()
    score(contest, contest.entries[0], 5, 3)
    for sql in (
        "UPDATE competitions_extrareading SET number = 2",
        "DELETE FROM competitions_extrareading",
    ):
        with (
            pytest.raises(DatabaseError, match="refused"),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute(sql)


def test_exactly_the_threshold_is_enough_and_a_little_less_is_not() -> None:
    contest = make(entries=2)
    near, far = contest.entries
    score(contest, far, 5, 4)
    rows = Assignment.objects.filter(entry=near).order_by("pk")
    send(rows[0], 5)
    send(rows[1], 4, novelty=5)
    assert [reading.entry for reading in called(contest)] == [far]


def test_sheets_on_both_sides_of_the_passing_grade_call_a_reader_however_near() -> None:
    contest = factories.make_contest(REVIEW, entries=4, judges=4, extra=1, passing_grade=80)
    both, above, below, far = contest.entries
    for entry, marks in ((above, (4, 4)), (below, (3, 3)), (far, (5, 3))):
        score(contest, entry, *marks)
    rows = Assignment.objects.filter(entry=both).order_by("pk")
    send(rows[0], 4)
    send(rows[1], 4, novelty=3)
    assert {reading.entry_id for reading in called(contest)} == {both.pk, far.pk}
    assert {reading.passing_grade for reading in called(contest)} == {80}
    reasons = {
        event.payload["entry"]: event.payload["reason"]
        for event in AuditEvent.objects.named("extra_reader_called")
    }
    assert reasons == {both.pk: "sides_of_passing_grade", far.pk: "sheets_apart"}


def test_a_passing_grade_without_further_readers_calls_nobody() -> None:
    contest = factories.make_contest(REVIEW, entries=1, judges=4, passing_grade=80)
    score(contest, contest.entries[0], 4, 3)
    assert called(contest) == []


def test_nobody_is_called_before_every_sheet_is_in_nor_without_a_rule() -> None:
    contest = factories.make_contest(REVIEW, entries=1, reviews=3, judges=4, extra=1)
    first, second, third = contest.assignments(REVIEW)
    send(first, 5)
    send(second, 1)
    assert called(contest) == []
    send(third, 3)
    assert len(called(contest)) == 1
    without = make(extra=0)
    score(without, without.entries[0], 5, 1)
    sweep_extra_readers(stage=without.stage(REVIEW))
    assert called(without) == []


def test_a_sheet_sent_from_its_page_calls_as_well() -> None:
    contest = make()
    first, second = contest.assignments(REVIEW)
    send(first, 5)
    save_sheet(by=second.evaluator, assignment=second, edit_number=1, sheet=sheet_for(second, 2))
    assert called(contest) == []
    finalise_sheet(by=second.evaluator, assignment=second)
    assert len(called(contest)) == 1


def test_as_many_are_called_as_the_rule_says_each_another() -> None:
    contest = make(judges=5, extra=2)
    score(contest, contest.entries[0], 5, 3)
    readings = called(contest)
    assert [reading.number for reading in readings] == [1, 2]
    rows = contest.assignments(REVIEW)
    assert len({row.evaluator_id for row in rows}) == len(rows) == 4


def test_who_has_least_to_read_is_called_and_the_draw_can_be_repeated() -> None:
    contest = make(entries=6)
    stage = contest.stage(REVIEW)
    entry = contest.entries[0]
    readers = [row.evaluator for row in Assignment.objects.filter(entry=entry)]
    others = [judge for judge in contest.evaluators if judge not in readers]
    quick, slow = others
    for row in contest.assignments(REVIEW, quick):
        send(row, 4)
    score(contest, entry, 5, 3)
    (reading,) = called(contest)
    assert reading.assignment.evaluator == quick
    last = contest.assignments(REVIEW, quick)[-1]
    assert last == reading.assignment
    bench = extra_readers.bench_of(stage, contest.entries)
    again = extra_readers.bench_of(stage, contest.entries)
    for one in contest.entries:
        assert bench.free_for(one.pk) == again.free_for(one.pk)
    assert slow in bench.free_for(entry.pk)


def test_nobody_in_conflict_is_called_and_an_appointment_mends_it() -> None:
    contest = make(judges=3)
    (entry,) = contest.entries
    readers = {row.evaluator_id for row in contest.assignments(REVIEW)}
    (spare,) = (judge for judge in contest.evaluators if judge.pk not in readers)
    spare.employer = entry.agency
    spare.save()
    score(contest, entry, 5, 3)
    assert called(contest) == []
    new = factories.make_person(Role.EVALUATOR)
    appoint(by=contest.head, edition=contest.edition, users=[new], role=PanelRole.EVALUATOR)
    call_readers(0)
    assert [reading.assignment.evaluator for reading in called(contest)] == [new]


def test_who_has_lost_the_role_is_not_called() -> None:
    contest = make(judges=3)
    readers = {row.evaluator_id for row in contest.assignments(REVIEW)}
    (spare,) = (judge for judge in contest.evaluators if judge.pk not in readers)
    spare.memberships.update(ended_at=clock.now(), ended_by=contest.head)
    score(contest, contest.entries[0], 5, 3)
    assert called(contest) == []


def test_who_steps_back_is_replaced_and_then_nobody_more_is_called() -> None:
    contest = make()
    (entry,) = contest.entries
    score(contest, entry, 5, 3)
    (first,) = called(contest)
    declare_conflict(by=first.assignment.evaluator, entry=entry, reason="Kerabat.")
    call_readers(0)
    first, second = called(contest)
    assert second.number == 2
    call_readers(0)
    send(second.assignment, 1)
    call_readers(0)
    assert len(called(contest)) == 2


def test_after_the_close_nobody_is_called() -> None:
    contest = make()
    (entry,) = contest.entries
    score(contest, entry, 5, 3)
    (first,) = called(contest)
    declare_conflict(by=first.assignment.evaluator, entry=entry, reason="Kerabat.")
    with clock.at(contest.stage(REVIEW).closes_at):
        assert sweep_extra_readers(stage=contest.stage(REVIEW)) == []
    assert len(called(contest)) == 1


def test_the_stage_waits_for_the_reader_and_the_score_counts_every_sheet() -> None:
    contest = make(entries=2)
    near, far = contest.entries
    score(contest, near, 4, 4)
    score(contest, far, 5, 3)
    stage = contest.stage(REVIEW)
    with pytest.raises(NotEnoughSheets, match="Masih ada bacaan tambahan"):
        close_stage(by=contest.head, stage=stage)
    send(called(contest)[0].assignment, 4)
    with clock.at(stage.closes_at):
        close_stage(by=contest.head, stage=stage)
    found, short = contenders(contest.stage(FIRST))
    assert short == []
    assert {one.entry: (one.score, one.sheet_count) for one in found} == {
        near.pk: (80, 2),
        far.pk: (80, 3),
    }


def test_a_panel_ranks_no_entry_before_its_further_reader_has_sent() -> None:
    contest = make(entries=2)
    near, far = contest.entries
    score(contest, near, 4, 4)
    score(contest, far, 5, 3)
    found, short = contenders(contest.stage(REVIEW))
    assert [one.entry for one in found] == [near.pk]
    assert short == [far.pk]


# Both readers send at the same moment


def send_at_once(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], list[ExtraReading]]:
    contest = make()
    first, second = contest.assignments(REVIEW)
    judges = [same(first.evaluator), same(second.evaluator)]
    meet_after(monkeypatch, extra_readers, "entries_apart")
    results = at_once(
        lambda: score_assignments(by=judges[0], sheets=[sheet_for(first, 5)]),
        lambda: score_assignments(by=judges[1], sheets=[sheet_for(second, 3)]),
    )
    return results, called(contest)


def free(*_args: Any) -> None:
    """Stands in for a lock in a control."""


@races
def test_two_sheets_sent_at_once_call_one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    results, readings = send_at_once(monkeypatch)
    assert not [one for one in results if isinstance(one, Exception)]
    assert len(readings) == 1


@races
def test_control_unlocked_each_sheet_misses_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra_readers, "_lock_stays", free)
    # On a busy machine the two may come after each other; that they can meet is the point.
    assert any(send_at_once(monkeypatch)[1] == [] for _attempt in range(5))


# Two workers sweep at the same moment


def sweep_at_once(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], list[ExtraReading]]:
    contest = make(judges=5)
    (entry,) = contest.entries
    score(contest, entry, 5, 3)
    (first,) = called(contest)
    declare_conflict(by=first.assignment.evaluator, entry=entry, reason="Kerabat.")
    stage = contest.stage(REVIEW)
    meet_after(monkeypatch, extra_readers, "bench_of")
    results = at_once(
        lambda: sweep_extra_readers(stage=stage), lambda: sweep_extra_readers(stage=stage)
    )
    return results, called(contest)


@races
def test_two_workers_call_one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    results, readings = sweep_at_once(monkeypatch)
    assert sorted(map(len, results)) == [0, 1]
    assert len(readings) == 2


@races
def test_control_unlocked_the_second_worker_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra_readers, "_lock_stays", free)
    monkeypatch.setattr(extra_readers, "take_turn", free)
    results, _readings = sweep_at_once(monkeypatch)
    assert any(isinstance(one, IntegrityError) for one in results)
