"""What goes out by itself at the close: through the same rules, once, never late."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.actions.people import end_membership
from agencies.enums import Role
from agencies.models import Membership
from competitions.actions.automatic import (
    cancel_automatic,
    carry_out_order,
    order_automatic,
    remind_of_order,
    run_orders,
)
from competitions.actions.entries import return_entry, submit_entry, withdraw_entry
from competitions.actions.extensions import confirm_extension, propose_extension
from competitions.actions.stages import close_stage
from competitions.enums import Arrival, AutomaticState, EntryState
from competitions.exceptions import TooLate, WrongState
from competitions.models import AutomaticSubmission, Entry, LateSubmission, Receipt
from competitions.queries.automatic import LEAD, NOTICE, order_of, pending_orders
from competitions.tasks import submit_at_close
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import REGISTRATION, Contest
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

INSTANT = timedelta(microseconds=1)


def ordered(contest: Contest, place: int = 0) -> AutomaticSubmission:
    entry = factories.walk_entry(contest, contest.entries[place], EntryState.WITH_AGENCY)
    return order_automatic(by=contest.team.admin, entry=entry)


def close_of(contest: Contest) -> datetime:
    return contest.stage(REGISTRATION).closes_at


def run_at(instant: datetime) -> dict[int, str]:
    with clock.at(instant):
        return run_orders()


def fresh(order: AutomaticSubmission) -> AutomaticSubmission:
    return AutomaticSubmission.objects.get(pk=order.pk)


def test_order_is_sent_minutes_before_the_close_in_the_name_of_who_gave_it() -> None:
    contest = factories.make_contest(entries=1)
    order = ordered(contest)
    assert run_at(close_of(contest) - LEAD - INSTANT) == {}
    assert Entry.objects.get().state == EntryState.WITH_AGENCY
    assert run_at(close_of(contest) - LEAD) == {order.pk: AutomaticState.SENT}
    entry = Entry.objects.get()
    assert (entry.state, entry.arrival) == (EntryState.SUBMITTED, Arrival.AUTOMATIC)
    assert entry.submitted_by == contest.team.admin
    assert fresh(order).state == AutomaticState.SENT
    assert Receipt.objects.count() == 1
    event = AuditEvent.objects.about(entry).named("entry_submitted").get()
    assert (event.actor, event.payload["arrival"]) == (contest.team.admin, "automatic")


def test_running_again_sends_nothing_more() -> None:
    contest = factories.make_contest(entries=1)
    ordered(contest)
    (due,) = pending_orders()
    with clock.at(close_of(contest) - LEAD):
        submit_at_close(0)
        submit_at_close(0)
        assert carry_out_order(by=None, due=due) == AutomaticState.SENT
    assert Receipt.objects.count() == 1
    assert AuditEvent.objects.named("entry_submitted").count() == 1


def test_incomplete_is_told_before_tried_again_and_told_after() -> None:
    contest = factories.make_contest(entries=2, quota=1)
    order = ordered(contest)
    factories.walk_entry(contest, contest.entries[1], EntryState.SUBMITTED)
    close = close_of(contest)
    assert run_at(close - LEAD) == {order.pk: AutomaticState.PENDING}
    assert "Kuota" in fresh(order).obstacle
    told = Notification.objects.filter(subject__contains="belum dapat terkirim")
    assert {row.recipient for row in told} == {contest.team.admin, contest.team.innovator}
    run_at(close - INSTANT)
    assert told.count() == 2
    assert run_at(close) == {order.pk: AutomaticState.NOT_SENT}
    after = Notification.objects.filter(subject__contains="tidak terkirim")
    assert "Kuota" in after[0].body
    assert not LateSubmission.objects.exists()
    assert run_at(close) == {}


def test_obstacle_that_is_cleared_in_time_lets_it_go() -> None:
    contest = factories.make_contest(entries=2, quota=1)
    order = ordered(contest)
    other = factories.walk_entry(contest, contest.entries[1], EntryState.SUBMITTED)
    close = close_of(contest)
    run_at(close - LEAD)
    withdraw_entry(by=contest.team.admin, entry=other)
    assert run_at(close - INSTANT) == {order.pk: AutomaticState.SENT}


def test_after_the_close_nothing_is_sent_but_kept_as_late() -> None:
    contest = factories.make_contest(entries=1)
    order = ordered(contest)
    assert run_at(close_of(contest)) == {order.pk: AutomaticState.NOT_SENT}
    assert Entry.objects.get().state == EntryState.WITH_AGENCY
    assert LateSubmission.objects.get().attempted_by == contest.team.admin
    assert "sudah lewat" in fresh(order).obstacle


def test_grace_is_not_for_what_goes_by_itself() -> None:
    contest = factories.make_contest(entries=1, grace=30)
    order = ordered(contest)
    assert run_at(close_of(contest)) == {order.pk: AutomaticState.NOT_SENT}
    entry = Entry.objects.get()
    with clock.at(close_of(contest) + timedelta(minutes=29)):
        submit_entry(by=contest.team.admin, entry=entry)
    assert Entry.objects.get().arrival == Arrival.GRACE


def test_extension_moves_the_sending_too() -> None:
    contest = factories.make_contest(entries=1)
    order = ordered(contest)
    close = close_of(contest)
    proposal = propose_extension(
        by=contest.officer,
        stage=contest.stage(REGISTRATION),
        new_closes_at=close + NOTICE,
        letter_number="1",
        reason="x",
        agency=contest.team.agency,
    )
    confirm_extension(by=contest.head, extension=proposal)
    assert run_at(close) == {}
    assert run_at(close + NOTICE - LEAD) == {order.pk: AutomaticState.SENT}


def test_day_before_names_what_is_missing_once() -> None:
    contest = factories.make_contest(entries=2, quota=1)
    ordered(contest)
    run_at(close_of(contest) - NOTICE - INSTANT)
    told = Notification.objects.filter(subject__startswith="Besok ditutup")
    assert not told.exists()
    factories.walk_entry(contest, contest.entries[1], EntryState.SUBMITTED)
    run_at(close_of(contest) - NOTICE)
    run_at(close_of(contest) - NOTICE + LEAD)
    assert {row.recipient for row in told} == {contest.team.admin, contest.team.innovator}
    assert "Kuota" in told[0].body


def test_day_before_says_that_all_is_ready() -> None:
    contest = factories.make_contest(entries=1)
    ordered(contest)
    run_at(close_of(contest) - NOTICE)
    assert Notification.objects.filter(subject__contains="siap terkirim").count() == 2


def test_manual_submission_return_and_withdrawal_end_the_order() -> None:
    contest = factories.make_contest(entries=3)
    orders = [ordered(contest, place) for place in range(3)]
    submit_entry(by=contest.team.admin, entry=orders[0].entry)
    return_entry(by=contest.team.admin, entry=orders[1].entry, remarks=[("", "Perbaiki.")])
    withdraw_entry(by=contest.team.admin, entry=orders[2].entry)
    states = [fresh(order).state for order in orders]
    assert states == [AutomaticState.BY_HAND, *[AutomaticState.CANCELLED] * 2]
    assert run_at(close_of(contest)) == {}


def test_admin_takes_the_order_back_once() -> None:
    contest = factories.make_contest(entries=1)
    order = ordered(contest)
    with pytest.raises(WrongState, match="sudah dijadwalkan"):
        order_automatic(by=contest.team.admin, entry=order.entry)
    cancelled = cancel_automatic(by=contest.team.admin, entry=order.entry)
    assert cancelled.state == AutomaticState.CANCELLED
    with pytest.raises(WrongState):
        cancel_automatic(by=contest.team.admin, entry=order.entry)
    assert order_of(order.entry) == cancelled
    order_automatic(by=contest.team.admin, entry=order.entry)


def test_only_the_admin_orders_and_only_what_the_agency_holds_before_the_close() -> None:
    contest = factories.make_contest(entries=2)
    draft = contest.entries[0]
    with pytest.raises(WrongState, match="menunggu keputusan"):
        order_automatic(by=contest.team.admin, entry=draft)
    entry = factories.walk_entry(contest, contest.entries[1], EntryState.WITH_AGENCY)
    for person in (contest.team.innovator, contest.officer, factories.make_team().admin):
        with pytest.raises(Forbidden):
            order_automatic(by=person, entry=entry)
        with pytest.raises(Forbidden):
            cancel_automatic(by=person, entry=entry)
    with clock.at(close_of(contest)), pytest.raises(TooLate):
        order_automatic(by=contest.team.admin, entry=entry)


def test_who_lost_the_role_or_the_account_sends_nothing_any_more() -> None:
    contest = factories.make_contest(entries=2)
    order = ordered(contest)
    colleague = factories.make_person(Role.AGENCY_ADMIN, agency=contest.team.agency)
    other = factories.walk_entry(contest, contest.entries[1], EntryState.WITH_AGENCY)
    theirs = order_automatic(by=colleague, entry=other)
    membership = Membership.objects.get(user=contest.team.admin)
    end_membership(by=contest.head, membership=membership)
    type(colleague).objects.filter(pk=colleague.pk).update(is_active=False)
    run_at(close_of(contest) - LEAD)
    assert "Hanya admin" in fresh(order).obstacle
    assert "tidak aktif" in fresh(theirs).obstacle
    assert not Receipt.objects.exists()


def test_kept_nothing_when_the_proposal_is_no_longer_there() -> None:
    contest = factories.make_contest(entries=1)
    order = ordered(contest)
    (due,) = pending_orders()
    cancel_automatic(by=contest.team.admin, entry=order.entry)
    remind_of_order(by=None, due=due)
    assert not Notification.objects.filter(subject__startswith="Besok").exists()


def test_database_ends_an_order_once_and_keeps_it() -> None:
    contest = factories.make_contest(entries=1)
    order = ordered(contest)
    with pytest.raises(IntegrityError, match="is final"), transaction.atomic():
        AutomaticSubmission.objects.filter(pk=order.pk).update(ordered_by=contest.head)
    cancel_automatic(by=contest.team.admin, entry=order.entry)
    with pytest.raises(IntegrityError, match="is final"), transaction.atomic():
        AutomaticSubmission.objects.filter(pk=order.pk).update(state="pending", ended_at=None)
    with pytest.raises(IntegrityError, match="DELETE refused"), transaction.atomic(), as_owner():
        order.delete()


def test_closing_keeps_as_late_what_no_worker_sent() -> None:
    contest = factories.make_contest(entries=1)
    order = ordered(contest)
    with clock.at(close_of(contest)):
        close_stage(by=contest.head, stage=contest.stage(REGISTRATION))
    assert fresh(order).state == AutomaticState.NOT_SENT
    assert LateSubmission.objects.get().entry_id == order.entry_id
    assert pending_orders() == []
