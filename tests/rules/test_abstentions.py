"""Skipping to the end of one's own order, and giving an assignment back to another reader."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from agencies.enums import Role
from competitions.actions import abstentions, scoresheets
from competitions.actions.abstentions import abstain
from competitions.actions.assignments import appoint, assign_stage, declare_conflict
from competitions.actions.extra_readers import sweep_extra_readers
from competitions.actions.scoresheets import (
    finalise_sheet,
    save_sheet,
    score_assignments,
    skip_sheet,
)
from competitions.actions.sheet_reopenings import reopen_sheet
from competitions.enums import PanelRole, SheetState
from competitions.exceptions import ConflictOfInterest, StageClosed, WrongState
from competitions.models import Abstention, Assignment, Entry, ExtraReading, Scoresheet
from competitions.queries.attachments import assigned_attachments
from competitions.queries.progress import coverage, next_after
from innovations.models import Attachment
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import REVIEW, Contest, sheet_for
from tests.owner import as_owner
from tests.pages import WatchfulClient
from tests.races import at_once, during, meet_before, same

pytestmark = pytest.mark.django_db
races = pytest.mark.django_db(transaction=True)
REASON = "Di luar keahlian saya."


def readers(contest: Contest, entry: Entry) -> set[int]:
    """Who still has the entry to read."""
    rows = Assignment.objects.filter(stage=contest.stage(REVIEW), entry=entry, abstention=None)
    return set(rows.values_list("evaluator", flat=True))


def refused(sql: str, said: str) -> None:
    with pytest.raises(IntegrityError, match=said), transaction.atomic(), as_owner() as cursor:
        cursor.execute(sql)


# Skipping


def test_what_is_skipped_comes_back_after_everything_else_in_the_order_of_skipping() -> None:
    contest = factories.make_contest(REVIEW, entries=4, reviews=2, judges=2)
    judge = contest.evaluators[0]
    first, second, third, fourth = contest.assignments(REVIEW, judge)
    assert next_after(skip_sheet(by=judge, assignment=second)) == third
    assert next_after(skip_sheet(by=judge, assignment=first)) == third
    score_assignments(by=judge, sheets=[sheet_for(third)])
    assert next_after(third) == fourth
    score_assignments(by=judge, sheets=[sheet_for(fourth)])
    assert next_after(fourth) == second
    assert next_after(second) == first
    own = list(Assignment.objects.for_evaluator(judge).in_reading_order())
    assert own == [third, fourth, second, first]
    assert [row.reading_order for row in own] == [3, 4, 2, 1]
    # Sent, it stands where it always stood.
    score_assignments(by=judge, sheets=[sheet_for(first)])
    assert Assignment.objects.for_evaluator(judge).in_reading_order().first() == first
    assert AuditEvent.objects.named("assignment_skipped").count() == 2
    with pytest.raises(WrongState):
        skip_sheet(by=judge, assignment=first)
    with pytest.raises(Forbidden):
        skip_sheet(by=contest.evaluators[1], assignment=second)


# Giving back


def test_who_gives_back_is_replaced_by_who_has_least_to_read() -> None:
    contest = factories.make_contest(REVIEW, entries=3, judges=4, with_files=True)
    row = contest.assignments(REVIEW, contest.evaluators[0])[0]
    others = {judge.pk for judge in contest.evaluators} - readers(contest, row.entry)
    quick = next(judge for judge in contest.evaluators if judge.pk in others)
    for own in contest.assignments(REVIEW, quick):
        score_assignments(by=quick, sheets=[sheet_for(own)])
    files = Attachment.objects.filter(innovation=row.entry.innovation)
    assert files.filter(assigned_attachments(row.evaluator)).exists()
    given = abstain(by=row.evaluator, assignment=row, reason=f" {REASON} ")
    assert given.reason == REASON
    assert not files.filter(assigned_attachments(row.evaluator)).exists()
    assert quick.pk in readers(contest, row.entry)
    assert len(readers(contest, row.entry)) == 2
    new = Assignment.objects.get(evaluator=quick, entry=row.entry)
    assert (new.assigned_by, new.version) == (None, row.version)
    assert new == contest.assignments(REVIEW, quick)[-1]
    assert row not in Assignment.objects.for_evaluator(row.evaluator)
    assert coverage(contest.stage(REVIEW)).missing == 0
    (event,) = AuditEvent.objects.named("replacement_called")
    assert event.payload == {
        "entry": row.entry_id,
        "evaluator": quick.pk,
        "released": row.pk,
    }
    (told,) = Notification.objects.filter(recipient=contest.head)
    assert "sudah ditugaskan otomatis" in told.body
    (task,) = Notification.objects.filter(subject="Satu proposal lagi untuk Anda nilai")
    assert task.recipient == quick
    assert row.evaluator.name not in task.body
    # It is nobody's sheet any more.
    for act in (
        lambda: score_assignments(by=row.evaluator, sheets=[sheet_for(row)]),
        lambda: finalise_sheet(by=row.evaluator, assignment=row),
        lambda: skip_sheet(by=row.evaluator, assignment=row),
        lambda: abstain(by=row.evaluator, assignment=row, reason=REASON),
    ):
        with pytest.raises(WrongState):
            act()


def test_where_nobody_is_free_the_head_hears_it_and_dealing_out_mends_it() -> None:
    contest = factories.make_contest(REVIEW, entries=1, judges=2)
    row, _other = contest.assignments(REVIEW)
    abstain(by=row.evaluator, assignment=row, reason=REASON)
    assert len(readers(contest, row.entry)) == 1
    (told,) = Notification.objects.filter(recipient=contest.head)
    assert "Belum ada penilai yang bebas" in told.body
    assert coverage(contest.stage(REVIEW)).missing == 1
    new = factories.make_person(Role.EVALUATOR)
    appoint(by=contest.head, edition=contest.edition, users=[new], role=PanelRole.EVALUATOR)
    assign_stage(by=contest.head, stage=contest.stage(REVIEW), seed=1)
    assert new.pk in readers(contest, row.entry)
    assert row.evaluator_id not in readers(contest, row.entry)


def test_a_further_reader_who_gives_back_is_replaced_by_the_rule() -> None:
    contest = factories.make_contest(REVIEW, entries=1, judges=5, extra=1)
    for row, mark in zip(contest.assignments(REVIEW), (5, 3), strict=True):
        score_assignments(by=row.evaluator, sheets=[sheet_for(row, mark)])
    (called,) = ExtraReading.objects.all()
    abstain(by=called.assignment.evaluator, assignment=called.assignment, reason=REASON)
    assert [reading.number for reading in ExtraReading.objects.all()] == [1, 2]
    sweep_extra_readers(stage=contest.stage(REVIEW))
    assert ExtraReading.objects.count() == 2


def test_who_may_not_give_back_is_told_why() -> None:
    contest = factories.make_contest(REVIEW, entries=4, judges=3, reviews=3)
    judge = contest.evaluators[0]
    sent, close, late, plain = contest.assignments(REVIEW, judge)
    score_assignments(by=judge, sheets=[sheet_for(sent)])
    with pytest.raises(WrongState, match="pernah dikirim"):
        abstain(by=judge, assignment=sent, reason=REASON)
    reopen_sheet(by=contest.head, sheet=Scoresheet.objects.get(assignment=sent), reason="Tertukar.")
    with pytest.raises(WrongState, match="pernah dikirim"):
        abstain(by=judge, assignment=sent, reason=REASON)
    with pytest.raises(Forbidden):
        abstain(by=contest.evaluators[1], assignment=late, reason=REASON)
    with pytest.raises(WrongState, match="alasan"):
        abstain(by=judge, assignment=late, reason=" ")
    declare_conflict(by=judge, entry=close.entry, reason="Kerabat.")
    with pytest.raises(ConflictOfInterest):
        abstain(by=judge, assignment=close, reason=REASON)
    with clock.at(contest.stage(REVIEW).closes_at), pytest.raises(StageClosed):
        abstain(by=judge, assignment=late, reason=REASON)
    insert = (
        "INSERT INTO competitions_abstention (assignment_id, reason, abstained_at)"
        " VALUES ({row}, 'x', now())"
    )
    refused(insert.format(row=sent.pk), "was scored")
    abstain(by=judge, assignment=plain, reason=REASON)
    for sql in (
        "UPDATE competitions_abstention SET reason = 'x'",
        "DELETE FROM competitions_abstention",
    ):
        refused(sql, "refused")
    refused(
        "UPDATE competitions_scoresheet SET state = 'final', total = 80, finalised_at = now(),"
        f" finalised_by_id = {judge.pk} WHERE assignment_id = {plain.pk}",
        "gave assignment",
    )


def give_back_at_once(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], set[int]]:
    """Outcomes of both judges of one entry, and who reads it afterwards."""
    contest = factories.make_contest(REVIEW, entries=1, judges=4)
    first, second = contest.assignments(REVIEW)
    judges = [same(first.evaluator), same(second.evaluator)]
    meet_before(monkeypatch, abstentions, "hand_out")
    results = at_once(
        lambda: abstain(by=judges[0], assignment=first, reason=REASON),
        lambda: abstain(by=judges[1], assignment=second, reason=REASON),
    )
    left = readers(contest, first.entry)
    assert not left & {one.assignment.evaluator_id for one in results if is_given(one)}
    return results, left


def is_given(result: Any) -> bool:
    return isinstance(result, Abstention)


@races
def test_two_who_give_the_same_entry_back_at_once_are_replaced_by_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results, left = give_back_at_once(monkeypatch)
    assert all(map(is_given, results))
    assert len(left) == 2


@races
def test_control_without_turns_both_call_the_same_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abstentions, "take_turn", lambda _number: None)
    results, _left = give_back_at_once(monkeypatch)
    # Nobody reads an entry twice: that the database holds, at the price of one refusal.
    assert sum(map(is_given, results)) == 1
    assert any(isinstance(one, IntegrityError) for one in results)


def send_while_giving_back(contest: Contest) -> tuple[Any, Any]:
    """Both from two windows of the same judge; the sheet is complete."""
    row = contest.assignments(REVIEW)[0]
    save_sheet(by=row.evaluator, assignment=row, edit_number=1, sheet=sheet_for(row))
    judge = same(row.evaluator)
    return during(
        lambda: abstain(by=same(row.evaluator), assignment=row, reason=REASON),
        lambda: finalise_sheet(by=judge, assignment=row),
    )


@races
def test_sheet_given_back_while_it_is_sent_is_refused_with_the_reason() -> None:
    contest = factories.make_contest(REVIEW, entries=1, judges=3)
    given, refused = send_while_giving_back(contest)
    assert is_given(given)
    assert isinstance(refused, WrongState)
    assert "sudah melepas proposal ini" in str(refused)
    assert given.assignment.scoresheet.state == SheetState.DRAFT


@races
def test_control_without_a_second_look_the_trigger_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoresheets, "released_meanwhile", lambda _pks: False)
    _given, refused = send_while_giving_back(factories.make_contest(REVIEW, entries=1, judges=3))
    assert isinstance(refused, IntegrityError)


# The pages


def test_skipping_and_giving_back_from_the_sheet(client: WatchfulClient) -> None:
    contest = factories.make_contest(REVIEW, entries=4, reviews=3, judges=4)
    judge = contest.evaluators[0]
    first, second, *_rest = contest.assignments(REVIEW, judge)
    client.force_login(judge)
    save = reverse("competitions:scoresheet_save", args=[first.pk])
    answer = client.post(save, {"version": 1, "mark_novelty": 4, "then": "skip"})
    assert answer.headers["Location"] == reverse("competitions:scoresheet_edit", args=[second.pk])
    queue = client.get(reverse("competitions:assignment_list")).content.decode()
    assert "Dilewati" in queue
    body = queue.partition("<tbody>")[2]
    assert body.index(second.entry.innovation.title) < body.index(first.entry.innovation.title)
    release = reverse("competitions:sheet_release", args=[second.pk])
    assert client.post(release, {"reason": REASON}).status_code == 422
    answer = client.post(release, {"reason": REASON, "confirm": "on"}, follow=True)
    assert "diserahkan kepada penilai lain" in answer.content.decode()
    assert second.entry.innovation.title not in answer.content.decode()
    assert client.get(release).status_code == 302
    # A window where it was still open keeps what was typed, and says why it was not sent.
    typed = {"version": 1, "mark_novelty": 4, "strengths": "Ditulis sebelum dilepas."}
    answer = client.post(reverse("competitions:scoresheet_finalise", args=[second.pk]), typed)
    assert answer.status_code == 409
    assert "Anda sudah melepas proposal ini" in answer.content.decode()
    assert "Ditulis sebelum dilepas." in answer.content.decode()
    page = client.get(reverse("competitions:scoresheet_edit", args=[second.pk])).content.decode()
    assert REASON in page
    assert second.entry.innovation.title not in page
    sent = contest.assignments(REVIEW, judge)[-1]
    score_assignments(by=judge, sheets=[sheet_for(sent)])
    form = {"reason": REASON, "confirm": "on"}
    release = reverse("competitions:sheet_release", args=[sent.pk])
    assert client.post(release, form).status_code == 409
    client.force_login(contest.evaluators[1])
    assert client.get(release).status_code == 404
    client.force_login(contest.officer)
    listed = reverse("competitions:sheet_list", args=[contest.stage(REVIEW).pk])
    assert REASON in client.get(listed, {"status": "dilepas"}).content.decode()


@races
@pytest.mark.parametrize("then", ["skip", "send"])
def test_window_whose_sheet_is_given_back_meanwhile_keeps_what_was_typed(
    client: WatchfulClient, then: str
) -> None:
    contest = factories.make_contest(REVIEW, entries=1, judges=3)
    row = contest.assignments(REVIEW)[0]
    client.force_login(row.evaluator)
    name = "scoresheet_save" if then == "skip" else "scoresheet_finalise"
    address = reverse(f"competitions:{name}", args=[row.pk])
    marks = {f"mark_{key}": mark for key, mark in sheet_for(row).marks.items()}
    typed = {"version": 1, "then": then, "strengths": "Ditulis sebelum dilepas.", **marks}
    given, answer = during(
        lambda: abstain(by=same(row.evaluator), assignment=row, reason=REASON),
        lambda: client.post(address, typed),
    )
    assert is_given(given)
    assert answer.status_code == 409
    assert "Anda sudah melepas proposal ini" in answer.content.decode()
    assert "Ditulis sebelum dilepas." in answer.content.decode()
