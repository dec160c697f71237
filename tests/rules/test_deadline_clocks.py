"""The database's clock decides at the close; the application's may be wrong by an hour."""

from datetime import datetime, timedelta

import pytest

from competitions.actions.automatic import order_automatic, run_orders
from competitions.actions.late import hand_in_entry
from competitions.enums import Arrival, AutomaticState, EntryState
from competitions.exceptions import TooLate
from competitions.models import AutomaticSubmission, Entry, LateSubmission, Receipt
from sinovik.audit import clock
from tests import factories
from tests.editions import STAGE_DAYS
from tests.factories import REGISTRATION, Contest

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SKEWS = [pytest.param(-HOUR, id="behind"), pytest.param(HOUR, id="ahead")]


def skew_application(monkeypatch: pytest.MonkeyPatch, skew: timedelta) -> None:
    """Put the application's clock wrong; the database's goes on as it is."""
    true = clock.now
    monkeypatch.setattr(clock, "now", lambda: true() + skew)


def decide_by_application(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what if the application's clock decided."""
    monkeypatch.setattr(clock, "database_now", lambda: clock.now())


def closing(after: timedelta) -> tuple[Contest, Entry]:
    """A proposal that its agency holds, of a registration that closes `after` from now."""
    opened = clock.now() - timedelta(days=STAGE_DAYS / 2) + after
    with clock.at(opened):
        contest = factories.make_contest(entries=1)
        entry = factories.walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    return contest, entry


def arrives(contest: Contest, entry: Entry) -> datetime | None:
    """Submit it; the instant of the receipt, or None where it was kept as late."""
    try:
        hand_in_entry(by=contest.team.admin, entry=entry)
    except TooLate:
        assert LateSubmission.objects.filter(entry=entry).exists()
        return None
    return Receipt.objects.get(entry=entry).issued_at


@pytest.mark.parametrize("skew", SKEWS)
def test_in_time_by_the_database_is_in_time(
    monkeypatch: pytest.MonkeyPatch, skew: timedelta
) -> None:
    contest, entry = closing(after=30 * MINUTE)
    skew_application(monkeypatch, skew)
    issued_at = arrives(contest, entry)
    assert issued_at is not None
    assert issued_at < contest.stage(REGISTRATION).closes_at
    assert abs(issued_at - clock.database_now()) < MINUTE


@pytest.mark.parametrize("skew", SKEWS)
def test_late_by_the_database_is_late(monkeypatch: pytest.MonkeyPatch, skew: timedelta) -> None:
    contest, entry = closing(after=-30 * MINUTE)
    skew_application(monkeypatch, skew)
    assert arrives(contest, entry) is None
    row = LateSubmission.objects.get(entry=entry)
    assert abs(row.attempted_at - clock.database_now()) < MINUTE


def test_control_clock_ahead_would_refuse_who_is_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    contest, entry = closing(after=30 * MINUTE)
    skew_application(monkeypatch, HOUR)
    decide_by_application(monkeypatch)
    assert arrives(contest, entry) is None


def test_control_clock_behind_would_let_in_who_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    contest, entry = closing(after=-30 * MINUTE)
    skew_application(monkeypatch, -HOUR)
    decide_by_application(monkeypatch)
    assert arrives(contest, entry) is not None


@pytest.mark.parametrize("skew", SKEWS)
def test_sending_at_the_close_goes_by_the_database(
    monkeypatch: pytest.MonkeyPatch, skew: timedelta
) -> None:
    contest, entry = closing(after=3 * MINUTE)
    order = order_automatic(by=contest.team.admin, entry=entry)
    skew_application(monkeypatch, skew)
    assert run_orders() == {order.pk: AutomaticState.SENT}
    assert AutomaticSubmission.objects.get().state == AutomaticState.SENT


@pytest.mark.parametrize("skew", SKEWS)
def test_sending_that_is_not_due_waits(monkeypatch: pytest.MonkeyPatch, skew: timedelta) -> None:
    contest, entry = closing(after=30 * MINUTE)
    order_automatic(by=contest.team.admin, entry=entry)
    skew_application(monkeypatch, skew)
    assert run_orders() == {}


def test_a_submission_that_passes_the_close_while_it_is_worked_on_is_dated_at_its_arrival(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contest, entry = closing(after=MINUTE)
    closes_at = contest.stage(REGISTRATION).closes_at
    ticks = iter([closes_at - timedelta(microseconds=1)])
    # The rest of the work lasts: whoever looks again reads the instant after the close.
    monkeypatch.setattr(clock, "database_now", lambda: next(ticks, closes_at + MINUTE))
    issued_at = arrives(contest, entry)
    entry.refresh_from_db()
    assert issued_at == entry.submitted_at == closes_at - timedelta(microseconds=1)
    assert entry.arrival == Arrival.ON_TIME
