"""The administrative selection: claims, passes, fails by two, refusals."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import User
from competitions.actions.assignments import declare_conflict
from competitions.actions.checklists import save_items
from competitions.actions.checks import (
    FailDecision,
    claim_checks,
    claim_next,
    confirm_fails,
    pass_checks,
    propose_fails,
    reject_fail,
    release_check,
)
from competitions.actions.stages import close_stage
from competitions.enums import CheckState, FailReason, Outcome, StageState, Verdict
from competitions.exceptions import (
    ConflictOfInterest,
    SecondPersonNeeded,
    StageClosed,
    WrongState,
)
from competitions.models import AdministrativeCheck, StageEntry
from competitions.queries.checklist import Answer, checklist_items
from innovations.exceptions import StaleEdit
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ADMINISTRATIVE, REVIEW, Contest

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(ADMINISTRATIVE, entries=2)


def checks() -> list[AdministrativeCheck]:
    return list(AdministrativeCheck.objects.select_related("stage_entry").order_by("pk"))


def decisions(rows: list[AdministrativeCheck]) -> list[FailDecision]:
    return [FailDecision(row, [FailReason.JUNK], "Isian asal.") for row in rows]


def proposed(contest: Contest, by: User | None = None) -> list[AdministrativeCheck]:
    person = by or contest.officer
    rows = claim_checks(by=person, checks=checks()[:1])
    return propose_fails(by=person, decisions=decisions(rows))


def test_claim_next_takes_the_longest_waiting_and_ends_empty(contest: Contest) -> None:
    stage = contest.stage(ADMINISTRATIVE)
    first = claim_next(by=contest.officer, stage=stage)
    second = claim_next(by=contest.second, stage=stage)
    assert [first, second] == checks()
    assert first is not None
    assert (first.state, first.claimed_by) == (CheckState.CLAIMED, contest.officer)
    assert claim_next(by=contest.officer, stage=stage) is None
    assert AuditEvent.objects.named("check_claimed").count() == 2


def test_claim_next_skips_entries_in_conflict(contest: Contest) -> None:
    declare_conflict(by=contest.officer, entry=contest.entries[0], reason="Kerabat.")
    row = claim_next(by=contest.officer, stage=contest.stage(ADMINISTRATIVE))
    assert row is not None
    assert row.stage_entry.entry == contest.entries[1]
    with pytest.raises(ConflictOfInterest):
        claim_checks(by=contest.officer, checks=checks()[:1])


def test_claim_by_strangers_and_outside_the_time_is_refused(contest: Contest) -> None:
    with pytest.raises(Forbidden):
        claim_next(by=contest.observer, stage=contest.stage(ADMINISTRATIVE))
    with pytest.raises(Forbidden):
        claim_checks(by=contest.team.admin, checks=checks())
    with clock.at(contest.stage(ADMINISTRATIVE).closes_at), pytest.raises(StageClosed):
        claim_next(by=contest.officer, stage=contest.stage(ADMINISTRATIVE))
    before = contest.stage(ADMINISTRATIVE).opens_at - timedelta(seconds=1)
    with clock.at(before), pytest.raises(StageClosed, match="belum dibuka"):
        claim_checks(by=contest.officer, checks=checks())


def test_claim_of_a_claimed_check_is_refused(contest: Contest) -> None:
    claim_checks(by=contest.officer, checks=checks()[:1])
    with pytest.raises(WrongState):
        claim_checks(by=contest.second, checks=checks())
    assert checks()[1].state == CheckState.QUEUED
    with pytest.raises(WrongState):
        claim_checks(by=contest.second, checks=[])


def test_checks_of_two_editions_at_once_are_refused(contest: Contest) -> None:
    factories.make_contest(ADMINISTRATIVE, entries=1)
    with pytest.raises(WrongState, match="satu tahap"):
        claim_checks(by=contest.officer, checks=checks())


def test_release_gives_the_check_back(contest: Contest) -> None:
    (row, other) = claim_checks(by=contest.officer, checks=checks())
    with pytest.raises(Forbidden):
        release_check(by=contest.second, check=row)
    assert release_check(by=contest.officer, check=row).claimed_by is None
    assert release_check(by=contest.head, check=other).state == CheckState.QUEUED
    with pytest.raises(WrongState):
        release_check(by=contest.head, check=other)


def test_release_of_a_proposed_fail_is_refused(contest: Contest) -> None:
    (row,) = proposed(contest)
    with pytest.raises(WrongState):
        release_check(by=contest.officer, check=row)


def test_pass_moves_the_entry_to_the_review(contest: Contest) -> None:
    claim_checks(by=contest.officer, checks=checks())
    rows = pass_checks(by=contest.officer, checks=checks())
    assert {row.state for row in rows} == {row.state for row in checks()} == {CheckState.PASSED}
    left = StageEntry.objects.filter(stage=contest.stage(ADMINISTRATIVE))
    assert set(left.values_list("outcome", "left_by")) == {(Outcome.PASSED, contest.officer.pk)}
    assert StageEntry.objects.filter(stage=contest.stage(REVIEW), left_at=None).count() == 2
    assert AuditEvent.objects.named("check_passed").count() == 2
    with pytest.raises(WrongState):
        pass_checks(by=contest.officer, checks=checks())


def test_pass_by_somebody_else_or_unclaimed_is_refused(contest: Contest) -> None:
    with pytest.raises(WrongState):
        pass_checks(by=contest.officer, checks=checks())
    claim_checks(by=contest.officer, checks=checks())
    with pytest.raises(Forbidden):
        pass_checks(by=contest.second, checks=checks())
    with pytest.raises(Forbidden):
        pass_checks(by=contest.team.innovator, checks=checks())


def test_pass_in_an_edition_that_ends_there_is_refused(contest: Contest) -> None:
    contest.edition.stages.filter(position__gt=3).delete()
    contest.stage(REVIEW).delete()
    claim_checks(by=contest.officer, checks=checks())
    with pytest.raises(WrongState, match="sesudah"):
        pass_checks(by=contest.officer, checks=checks())


def test_fail_needs_a_second_person(contest: Contest) -> None:
    rows = proposed(contest)
    assert StageEntry.objects.filter(outcome=Outcome.FAILED).count() == 0
    with pytest.raises(SecondPersonNeeded):
        confirm_fails(by=contest.officer, checks=rows)
    (row,) = confirm_fails(by=contest.second, checks=rows)
    assert (row.state, row.confirmed_by) == (CheckState.FAILED, contest.second)
    assert StageEntry.objects.get(outcome=Outcome.FAILED).entry == row.stage_entry.entry
    event = AuditEvent.objects.about(row).named("check_failed").get()
    assert event.payload == {"reasons": ["junk"]}
    message = Notification.objects.get(
        recipient=contest.team.admin, subject__contains="tidak lolos"
    )
    assert "Isian asal." in message.body
    assert str(row.stage_entry.entry_id) in message.path


def test_fail_without_reason_or_note_is_refused(contest: Contest) -> None:
    (row, _other) = claim_checks(by=contest.officer, checks=checks())
    for decision in (FailDecision(row, [], "Catatan."), FailDecision(row, [FailReason.JUNK], " ")):
        with pytest.raises(WrongState, match="alasan"):
            propose_fails(by=contest.officer, decisions=[decision])
    with pytest.raises(ValueError, match="taste"):
        propose_fails(by=contest.officer, decisions=[FailDecision(row, ["taste"], "x")])  # type: ignore[list-item]
    with pytest.raises(Forbidden):
        propose_fails(by=contest.second, decisions=decisions([row]))


def test_reasons_are_those_of_the_unmet_items_once_a_checklist_is_saved(contest: Contest) -> None:
    rows = claim_checks(by=contest.officer, checks=checks())
    junk, missing = (
        next(item.key for item in checklist_items() if item.reason == reason)
        for reason in (FailReason.JUNK, FailReason.MISSING_DOCUMENT)
    )
    answers = {junk: Answer(Verdict.UNMET, "Isian asal."), missing: Answer(Verdict.MET)}
    save_items(by=contest.officer, check=rows[0], edit_number=rows[0].edit_number, answers=answers)
    both = [FailReason.JUNK, FailReason.MISSING_DOCUMENT]
    for reasons in (both, [FailReason.MISSING_DOCUMENT]):
        with pytest.raises(WrongState, match="butir yang tidak sesuai"):
            propose_fails(
                by=contest.officer,
                decisions=[*decisions(rows[1:]), FailDecision(rows[0], reasons, "Isian asal.")],
            )
    assert {row.state for row in checks()} == {CheckState.CLAIMED}
    propose_fails(by=contest.officer, decisions=decisions(rows))
    assert [row.reasons for row in checks()] == [["junk"], ["junk"]]


def test_an_answer_to_no_item_is_a_mistake(contest: Contest) -> None:
    (row, _other) = claim_checks(by=contest.officer, checks=checks())
    with pytest.raises(ValueError, match="taste"):
        save_items(
            by=contest.officer,
            check=row,
            edit_number=row.edit_number,
            answers={"taste": Answer(Verdict.MET)},
        )
    assert not row.items.exists()


def test_a_checklist_names_the_edit_it_read(contest: Contest) -> None:
    (row, _other) = claim_checks(by=contest.officer, checks=checks())
    key = checklist_items()[0].key

    def save(number: int, verdict: str) -> AdministrativeCheck:
        answers = {key: Answer(verdict)}
        return save_items(by=contest.officer, check=row, edit_number=number, answers=answers)

    first = save(row.edit_number, Verdict.MET)
    assert save(row.edit_number, Verdict.MET).edit_number == first.edit_number
    with pytest.raises(StaleEdit):
        save(row.edit_number, Verdict.UNMET)
    assert row.items.get().verdict == Verdict.MET


def test_a_checklist_without_an_unmet_item_allows_no_fail(contest: Contest) -> None:
    (row, _other) = claim_checks(by=contest.officer, checks=checks())
    answers = {item.key: Answer(Verdict.MET) for item in checklist_items()}
    save_items(by=contest.officer, check=row, edit_number=row.edit_number, answers=answers)
    with pytest.raises(WrongState, match="butir yang tidak sesuai"):
        propose_fails(by=contest.officer, decisions=decisions([row]))


def test_confirm_of_what_is_not_proposed_is_refused(contest: Contest) -> None:
    rows = claim_checks(by=contest.officer, checks=checks())
    with pytest.raises(WrongState):
        confirm_fails(by=contest.second, checks=rows)
    with pytest.raises(WrongState):
        reject_fail(by=contest.second, check=rows[0], note="Tidak setuju.")
    with pytest.raises(Forbidden):
        confirm_fails(by=contest.observer, checks=rows)


def test_confirm_by_a_person_in_conflict_is_refused(contest: Contest) -> None:
    rows = proposed(contest)
    entry = rows[0].stage_entry.entry
    declare_conflict(by=contest.second, entry=entry, reason="Kerabat.")
    with pytest.raises(ConflictOfInterest):
        confirm_fails(by=contest.second, checks=rows)


def test_reject_sends_the_check_back_with_the_note(contest: Contest) -> None:
    (row,) = proposed(contest)
    with pytest.raises(WrongState, match="alasan"):
        reject_fail(by=contest.second, check=row, note=" ")
    with pytest.raises(SecondPersonNeeded):
        reject_fail(by=contest.officer, check=row, note="Tidak setuju.")
    row = reject_fail(by=contest.second, check=row, note="Isian sudah jelas.")
    stored = AdministrativeCheck.objects.get(pk=row.pk)
    assert (stored.state, stored.reasons, stored.claimed_by) == (CheckState.QUEUED, [], None)
    assert stored.note == "Isian sudah jelas."
    told = Notification.objects.get(recipient=contest.officer)
    assert row.stage_entry.entry.number in told.body
    event = AuditEvent.objects.about(row).named("check_fail_rejected").get()
    assert event.payload["reasons"] == ["junk"]


def test_bulk_pass_takes_as_many_queries_for_three_as_for_one() -> None:
    numbers = []
    for entries in (1, 3):
        contest = factories.make_contest(ADMINISTRATIVE, entries=entries)
        mine = [row for row in checks() if row.stage_entry.entry in contest.entries]
        claim_checks(by=contest.officer, checks=mine)
        with CaptureQueriesContext(connection) as queries:
            pass_checks(by=contest.officer, checks=mine)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_submitted_entries_are_checked_while_registration_runs() -> None:
    """Rolling: officers work through what came in early, before the stage's own opening."""
    contest = factories.make_contest(factories.REGISTRATION, entries=2)
    factories.submit_all(contest)
    early, late = checks()
    claim_checks(by=contest.officer, checks=[early])
    pass_checks(by=contest.officer, checks=[early])
    assert contest.stage(ADMINISTRATIVE).state == StageState.PLANNED
    with clock.at(contest.stage(factories.REGISTRATION).closes_at):
        close_stage(by=contest.head, stage=contest.stage(factories.REGISTRATION))
    with pytest.raises(StageClosed, match="belum dibuka"):
        claim_checks(by=contest.officer, checks=[late])
