"""Races at the deadline, each with a control in which the lock is missing and which fails."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from competitions.actions import automatic, entries, extensions, late
from competitions.actions.entries import submit_entry
from competitions.actions.stages import close_stage
from competitions.enums import AutomaticState, EntryState, StageKind
from competitions.exceptions import TooLate, WrongState
from competitions.models import (
    AdministrativeCheck,
    AutomaticSubmission,
    DeadlineExtension,
    Entry,
    LateSubmission,
    Receipt,
    Stage,
)
from competitions.models.deadline import DeadlineExtensionQuerySet
from competitions.models.entry import EntryQuerySet
from competitions.models.late import LateSubmissionQuerySet
from competitions.queries import locks
from competitions.queries.automatic import pending_orders
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from tests import factories
from tests.factories import REGISTRATION, Contest
from tests.races import Meeting, at_once, meet_before, outcome, same, start, unlocked, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def waiting(contest: Contest) -> Entry:
    return factories.walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)


def propose(contest: Contest) -> DeadlineExtension:
    stage = contest.stage(REGISTRATION)
    return extensions.propose_extension(
        by=contest.officer,
        stage=stage,
        new_closes_at=stage.closes_at + DAY,
        letter_number="1",
        reason="x",
    )


# Two confirmers


def confirm_twice(contest: Contest) -> list[Any]:
    extension = propose(contest)
    people = [same(contest.head), same(contest.second)]
    return at_once(
        lambda: extensions.confirm_extension(by=people[0], extension=extension),
        lambda: extensions.confirm_extension(by=people[1], extension=extension),
    )


def test_one_of_two_confirmers_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = factories.make_contest(entries=0)
    meet_before(monkeypatch, extensions, "decide")
    found = sorted(type(one).__name__ for one in confirm_twice(contest))
    assert found == ["DeadlineExtension", "WrongState"]
    assert AuditEvent.objects.named("extension_confirmed").count() == 1


def test_control_unlocked_both_confirmers_go_on_and_the_database_stops_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contest = factories.make_contest(entries=0)
    monkeypatch.setattr(DeadlineExtensionQuerySet, "locked", unlocked)
    monkeypatch.setattr(extensions, "close_stage_alone", lambda pk: Stage.objects.get(pk=pk))
    meet_before(monkeypatch, extensions, "decide")
    results = confirm_twice(contest)
    assert not any(isinstance(one, WrongState) for one in results)
    assert any(isinstance(one, IntegrityError) for one in results)


# Extension against the close of the stage


def confirm_against_close(contest: Contest) -> tuple[Any, Any]:
    """Close the stage while an extension is confirmed but not yet committed."""
    extension = propose(contest)
    close = contest.stage(REGISTRATION).closes_at
    written, done = Event(), Event()
    head, second, stage = same(contest.head), same(contest.second), contest.stage(REGISTRATION)

    def confirm_slowly() -> Any:
        with transaction.atomic(), clock.at(close + timedelta(seconds=1)):
            row = extensions.confirm_extension(by=second, extension=extension)
            written.set()
            done.wait(10)
            return row

    def close_now() -> Any:
        with clock.at(close + timedelta(seconds=1)):
            return close_stage(by=head, stage=stage)

    confirming = start(confirm_slowly)
    assert written.wait(10)
    closing = start(close_now)
    wait_until(closing.done)
    done.set()
    return outcome(confirming), outcome(closing)


def test_closing_waits_for_an_extension_under_way_and_then_is_too_early() -> None:
    contest = factories.make_contest(entries=1)
    confirmed, closed = confirm_against_close(contest)
    assert isinstance(confirmed, DeadlineExtension)
    assert isinstance(closed, WrongState)
    assert contest.stage(REGISTRATION).is_open


def test_control_unlocked_the_stage_closes_over_a_confirmed_extension(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contest = factories.make_contest(entries=1)
    monkeypatch.setattr(
        extensions,
        "close_stage_alone",
        lambda pk: Stage.objects.select_related("edition").get(pk=pk),
    )
    confirmed, closed = confirm_against_close(contest)
    assert isinstance(confirmed, DeadlineExtension)
    assert isinstance(closed, Stage)
    assert not contest.stage(REGISTRATION).is_open


# The close against a submission that began in time


def submit_over_the_close(contest: Contest) -> tuple[Any, Any]:
    """Submit just before the close, commit after it; the head closes meanwhile."""
    entry, admin, head = waiting(contest), same(contest.team.admin), same(contest.head)
    stage = contest.stage(REGISTRATION)
    written, done = Event(), Event()

    def submit_slowly() -> Any:
        with transaction.atomic(), clock.at(stage.closes_at - timedelta(microseconds=1)):
            row = submit_entry(by=admin, entry=entry)
            written.set()
            done.wait(10)
            return row

    def close_now() -> Any:
        with clock.at(stage.closes_at):
            return close_stage(by=head, stage=stage)

    sending = start(submit_slowly)
    assert written.wait(10)
    closing = start(close_now)
    wait_until(closing.done)
    done.set()
    return outcome(sending), outcome(closing)


def test_submission_of_the_last_microsecond_is_in_and_never_lapses() -> None:
    contest = factories.make_contest(entries=1)
    sent, closed = submit_over_the_close(contest)
    assert isinstance(sent, Entry)
    assert isinstance(closed, Stage)
    assert Entry.objects.get().state == EntryState.SUBMITTED
    assert not AuditEvent.objects.named("entry_lapsed").exists()


def test_control_unshared_the_close_lapses_what_was_submitted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contest = factories.make_contest(entries=1)
    unshared = Stage.objects.filter(kind=StageKind.REGISTRATION)
    monkeypatch.setattr(
        locks, "share_registration_stage", lambda edition: unshared.get(edition=edition)
    )
    sent, closed = submit_over_the_close(contest)
    assert isinstance(sent, (Entry, Exception))
    lapsed = AuditEvent.objects.named("entry_lapsed").exists()
    assert lapsed or isinstance(closed, IntegrityError)


# Two admitters


def admit_twice(contest: Contest) -> list[Any]:
    entry = waiting(contest)
    closes_at = contest.stage(REGISTRATION).closes_at
    with clock.at(closes_at + timedelta(seconds=1)), pytest.raises(TooLate):
        late.hand_in_entry(by=contest.team.admin, entry=entry)
    row = late.propose_admission(
        by=contest.officer, late=LateSubmission.objects.get(), letter_number="1", reason="x"
    )
    people = [same(contest.head), same(contest.second)]
    return at_once(
        lambda: late.admit_late(by=people[0], late=row),
        lambda: late.admit_late(by=people[1], late=row),
    )


def test_one_of_two_admitters_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = factories.make_contest(entries=1)
    meet_before(monkeypatch, late, "_check_admissible")
    found = sorted(type(one).__name__ for one in admit_twice(contest))
    assert found == ["LateSubmission", "WrongState"]
    assert Receipt.objects.count() == AdministrativeCheck.objects.count() == 1


def test_control_unlocked_both_admitters_go_on_and_the_database_stops_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contest = factories.make_contest(entries=1)
    monkeypatch.setattr(LateSubmissionQuerySet, "locked", unlocked)
    monkeypatch.setattr(EntryQuerySet, "locked", unlocked)
    monkeypatch.setattr("agencies.models.agency.AgencyQuerySet.locked", unlocked)
    meet_before(monkeypatch, late, "pin_versions")
    results = admit_twice(contest)
    assert not any(isinstance(one, WrongState) for one in results)
    assert any(isinstance(one, IntegrityError) for one in results)


# The sending at the close against the hand


def send_and_submit(contest: Contest) -> list[Any]:
    entry = waiting(contest)
    automatic.order_automatic(by=contest.team.admin, entry=entry)
    (due,) = pending_orders()
    admin = same(contest.team.admin)
    moment = contest.stage(REGISTRATION).closes_at - timedelta(seconds=1)

    def by_itself() -> Any:
        with clock.at(moment):
            return automatic.carry_out_order(by=None, due=due)

    def by_hand() -> Any:
        with clock.at(moment):
            return submit_entry(by=admin, entry=entry)

    return at_once(by_itself, by_itself, by_hand)


def test_sending_by_itself_twice_and_by_hand_sends_once() -> None:
    contest = factories.make_contest(entries=1)
    results = send_and_submit(contest)
    assert not [one for one in results if isinstance(one, Exception)]
    assert Receipt.objects.count() == AdministrativeCheck.objects.count() == 1
    assert AuditEvent.objects.named("entry_submitted").count() == 1
    order = AutomaticSubmission.objects.get()
    assert order.state in (AutomaticState.SENT, AutomaticState.BY_HAND)


def test_control_unlocked_it_is_sent_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = factories.make_contest(entries=1)
    monkeypatch.setattr(EntryQuerySet, "locked", unlocked)
    monkeypatch.setattr("agencies.models.agency.AgencyQuerySet.locked", unlocked)
    monkeypatch.setattr("sinovik.web.querysets.LockableQuerySet.locked", unlocked)
    meeting = Meeting(3)
    original = entries.freeze_innovations

    def step(**kwargs: Any) -> Any:
        meeting.join()
        return original(**kwargs)

    monkeypatch.setattr(entries, "freeze_innovations", step)
    results = send_and_submit(contest)
    assert any(isinstance(one, IntegrityError) for one in results)


# A worker that dies while it sends


def test_worker_that_dies_while_sending_leaves_nothing_and_the_next_sends_once() -> None:
    contest = factories.make_contest(entries=1)
    entry = waiting(contest)
    automatic.order_automatic(by=contest.team.admin, entry=entry)
    (due,) = pending_orders()
    moment = contest.stage(REGISTRATION).closes_at - timedelta(seconds=1)

    def die() -> None:
        with clock.at(moment), transaction.atomic():
            automatic.carry_out_order(by=None, due=due)
            # As kill -9 would: the line is gone before COMMIT.
            connection.connection.close()

    assert isinstance(outcome(start(die)), Exception)
    assert not Receipt.objects.exists()
    assert AutomaticSubmission.objects.get().state == AutomaticState.PENDING
    with clock.at(moment):
        automatic.run_orders()
        automatic.run_orders()
    assert Receipt.objects.count() == 1
