"""Two people at one proposal under check. Each race has a control that shows it is real."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from competitions.actions import corrections
from competitions.actions.checks import FailDecision, claim_checks, pass_checks, propose_fails
from competitions.actions.corrections import (
    ask_correction,
    end_overdue_corrections,
    resubmit_entry,
)
from competitions.actions.entries import withdraw_entry
from competitions.actions.writing import save_entry_section
from competitions.enums import CheckState, CorrectionOutcome, EntryState, FailReason
from competitions.exceptions import StageClosed, WrongState
from competitions.models import AdministrativeCheck, Correction, Entry, Receipt, StageEntry
from competitions.models.checking import CorrectionQuerySet
from competitions.models.entry import AdministrativeCheckQuerySet
from competitions.queries.corrections import running_correction
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from tests import factories
from tests.factories import ADMINISTRATIVE, REGISTRATION, Contest
from tests.races import at, during, outcome, same, start, unlocked, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

MICROSECOND = timedelta(microseconds=1)


def read_entries(entries: Any) -> list[Entry]:
    """What `lock_entries` reads, without the lock."""
    rows = Entry.objects.filter(pk__in=[entry.pk for entry in entries])
    return list(rows.select_related("edition", "agency", "innovation", "created_by"))


def the_check(contest: Contest) -> AdministrativeCheck:
    return AdministrativeCheck.objects.select_related("stage_entry__entry").get(
        stage_entry__entry=contest.entries[0]
    )


def claimed(now_in: str = ADMINISTRATIVE) -> Contest:
    """One submitted proposal that an officer holds; in registration, ahead of its stage."""
    contest = factories.make_contest(now_in, entries=1)
    if now_in == REGISTRATION:
        factories.submit_all(contest)
    claim_checks(by=contest.officer, checks=[the_check(contest)])
    return contest


def mended(now_in: str = ADMINISTRATIVE) -> tuple[Contest, Correction]:
    """A proposal that was given back and is written anew, not submitted yet."""
    contest = claimed(now_in)
    correction = ask_correction(
        by=contest.officer, check=the_check(contest), remarks=[("novelty", "Bandingkan.")]
    )
    entry = Entry.objects.select_related("innovation").get(pk=contest.entries[0].pk)
    save_entry_section(
        by=contest.team.innovator,
        entry=entry,
        edit_number=entry.innovation.edit_number,
        key="novelty",
        text="Lebih cepat daripada cara lama.",
    )
    return contest, correction


# Resubmission against the window's end


def resubmit_in_time_while_the_window_is_ended() -> tuple[tuple[Any, Any], Correction]:
    contest, correction = mended()
    admin, entry = same(contest.team.admin), contest.entries[0]
    results = during(
        at(correction.due_at - MICROSECOND, lambda: resubmit_entry(by=admin, entry=entry)),
        at(correction.due_at, end_overdue_corrections),
    )
    return results, Correction.objects.get()


def test_resubmission_in_the_last_instant_is_not_ended_as_lapsed() -> None:
    (sent, ended), correction = resubmit_in_time_while_the_window_is_ended()
    assert isinstance(sent, Entry)
    assert ended == []
    assert correction.outcome == CorrectionOutcome.MENDED
    assert Receipt.objects.count() == 2


def test_control_unlocked_the_clockwork_goes_for_a_round_that_was_mended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(corrections, "lock_entries", read_entries)
    monkeypatch.setattr(CorrectionQuerySet, "locked", unlocked)
    (_sent, ended), _correction = resubmit_in_time_while_the_window_is_ended()
    assert ended != []


def resubmit_while_the_window_was_ended() -> Any:
    contest, correction = mended()
    admin, entry = same(contest.team.admin), contest.entries[0]
    _ended, sent = during(
        at(correction.due_at, end_overdue_corrections),
        at(correction.due_at, lambda: resubmit_entry(by=admin, entry=entry)),
    )
    return sent


def test_resubmission_that_waited_for_the_windows_end_is_too_late() -> None:
    assert isinstance(resubmit_while_the_window_was_ended(), WrongState)
    assert Correction.objects.get().outcome == CorrectionOutcome.LAPSED
    assert Receipt.objects.count() == 1


def resubmission_that_waits_past_the_end(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock passes the end while the resubmission waits for the entry's lock."""
    contest, correction = mended()
    admin, entry = same(contest.team.admin), contest.entries[0]
    moments = {"now": correction.due_at - MICROSECOND}
    monkeypatch.setattr(clock, "database_now", lambda: moments["now"])

    held, go_on = Event(), Event()

    def slowly() -> None:
        with transaction.atomic():
            list(Entry.objects.locked().filter(pk=entry.pk))
            held.set()
            go_on.wait(10)

    slow = start(slowly)
    assert held.wait(10)
    sending = start(lambda: resubmit_entry(by=admin, entry=entry))
    wait_until(sending.done)
    moments["now"] = correction.due_at
    go_on.set()
    outcome(slow)
    return outcome(sending)


def test_the_clock_is_read_after_waiting_for_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(resubmission_that_waits_past_the_end(monkeypatch), StageClosed)


def test_control_unlocked_the_clock_is_read_before_the_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(corrections, "lock_entries", read_entries)
    result = resubmission_that_waits_past_the_end(monkeypatch)
    assert not isinstance(result, StageClosed)


# Two decisions of one check


def pass_while_a_fail_is_proposed() -> tuple[Any, Any]:
    """The same person decides in two windows at once."""
    contest = claimed()
    check = the_check(contest)
    people = [same(contest.officer), same(contest.officer)]
    fail = FailDecision(check, (FailReason.JUNK,), "Kosong.")
    return during(
        lambda: propose_fails(by=people[0], decisions=[fail]),
        lambda: pass_checks(by=people[1], checks=[check]),
    )


def test_one_of_two_decisions_of_a_check_wins() -> None:
    proposed, passed = pass_while_a_fail_is_proposed()
    assert isinstance(proposed, list)
    assert isinstance(passed, WrongState)
    assert AdministrativeCheck.objects.get().state == CheckState.FAIL_PROPOSED


def test_control_unlocked_both_decisions_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AdministrativeCheckQuerySet, "locked", unlocked)
    _proposed, passed = pass_while_a_fail_is_proposed()
    assert not isinstance(passed, WrongState)


# Resubmission against withdrawal


def withdraw_while_resubmitting() -> tuple[tuple[Any, Any], Contest]:
    contest, _correction = mended(REGISTRATION)
    entry = contest.entries[0]
    people = [same(contest.team.admin), same(contest.team.admin)]
    results = during(
        lambda: withdraw_entry(by=people[0], entry=entry),
        lambda: resubmit_entry(by=people[1], entry=entry),
    )
    return results, contest


def test_what_was_withdrawn_is_not_resubmitted() -> None:
    (gone, sent), contest = withdraw_while_resubmitting()
    assert isinstance(gone, Entry)
    assert isinstance(sent, WrongState)
    assert Entry.objects.get().state == EntryState.WITHDRAWN
    assert Correction.objects.get().outcome == CorrectionOutcome.WITHDRAWN
    assert running_correction(contest.entries[0]) is None


def test_control_unlocked_a_withdrawn_entry_is_taken_for_one_in_correction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(corrections, "lock_entries", read_entries)
    (_gone, sent), _contest = withdraw_while_resubmitting()
    assert not isinstance(sent, WrongState)


# Pass against withdrawal: a pass holds the check, not the entry; so a withdrawal holds both.


def pass_while_withdrawing() -> tuple[tuple[Any, Any], Contest]:
    contest = claimed(REGISTRATION)
    entry, check = contest.entries[0], the_check(contest)
    admin, officer = same(contest.team.admin), same(contest.officer)
    results = during(
        lambda: withdraw_entry(by=admin, entry=entry),
        lambda: pass_checks(by=officer, checks=[check]),
    )
    return results, contest


def test_what_was_withdrawn_goes_no_stage_further() -> None:
    (gone, passed), contest = pass_while_withdrawing()
    assert isinstance(gone, Entry)
    assert isinstance(passed, WrongState)
    assert not StageEntry.objects.filter(entry=contest.entries[0], left_at=None).exists()
    assert not AuditEvent.objects.named("check_passed").exists()


def test_control_without_the_checks_lock_a_withdrawn_entry_waits_for_review(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(AdministrativeCheckQuerySet, "locked", unlocked)
    (_gone, passed), contest = pass_while_withdrawing()
    assert not isinstance(passed, WrongState)
    assert Entry.objects.get().state == EntryState.WITHDRAWN
    assert StageEntry.objects.filter(entry=contest.entries[0], left_at=None).exists()


def test_withdrawal_that_waited_for_a_pass_takes_the_entry_out_of_the_next_stage() -> None:
    contest = claimed(REGISTRATION)
    entry, check = contest.entries[0], the_check(contest)
    admin, officer = same(contest.team.admin), same(contest.officer)
    passed, gone = during(
        lambda: pass_checks(by=officer, checks=[check]),
        lambda: withdraw_entry(by=admin, entry=entry),
    )
    assert isinstance(passed, list)
    assert isinstance(gone, Entry)
    assert not StageEntry.objects.filter(entry=entry, left_at=None).exists()
