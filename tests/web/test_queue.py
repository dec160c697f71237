"""What came in time is in time, however long it stood in our own line (ADR 61)."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from competitions.actions.stages import close_stage
from competitions.enums import Arrival, EntryState
from competitions.exceptions import WrongState
from competitions.models import Entry, LateSubmission, Receipt
from sinovik.audit import clock
from sinovik.home.queue import PATIENCE
from tests import factories
from tests.factories import REGISTRATION, Contest

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def behind_nginx(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """No time passes but that told: a busy machine would add to what a request has waited."""
    with time_machine.travel(int(time.time()), tick=False):
        yield


@pytest.fixture
def contest() -> Contest:
    contest = factories.make_contest(entries=1)
    factories.walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    return contest


def started(ago: timedelta) -> str:
    """nginx's word for a request whose last byte came so long ago."""
    return f"t={time.time() - ago.total_seconds():.3f}"


def press(contest: Contest, header: str | None, *, after: timedelta) -> datetime | None:
    """Press the button, worked on so long after the close; the receipt's instant, if any."""
    client = Client()
    client.force_login(contest.team.admin)
    more = {} if header is None else {"X-Request-Start": header}
    with clock.at(contest.stage(REGISTRATION).closes_at + after):
        answer = client.post(f"/kerja/peserta/{contest.entries[0].pk}/ajukan/", headers=more)
    assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    receipt = Receipt.objects.first()
    return receipt.issued_at if receipt else None


def test_who_pressed_in_time_is_in_time_though_worked_on_after_the_close(contest: Contest) -> None:
    issued_at = press(contest, started(60 * SECOND), after=40 * SECOND)
    closes_at = contest.stage(REGISTRATION).closes_at
    assert issued_at is not None
    assert closes_at - 22 * SECOND < issued_at <= closes_at - 20 * SECOND
    entry = Entry.objects.get()
    assert (entry.arrival, entry.submitted_at) == (Arrival.ON_TIME, issued_at)


def test_who_pressed_after_the_close_is_late_at_that_instant(contest: Contest) -> None:
    assert press(contest, started(30 * SECOND), after=40 * SECOND) is None
    late = LateSubmission.objects.get()
    behind = late.attempted_at - contest.stage(REGISTRATION).closes_at
    assert 8 * SECOND < behind <= 10 * SECOND


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(lambda: None, id="none"),
        pytest.param(lambda: "", id="empty"),
        pytest.param(lambda: "t=soon", id="words"),
        pytest.param(lambda: f"{time.time() - 60:.3f}", id="another-form"),
        pytest.param(lambda: f"t={time.time() - 60:.3f}, t=1.000", id="doubled"),
        pytest.param(lambda: f"t=٠{time.time() - 60:.3f}", id="other-digits"),
        pytest.param(lambda: started(-60 * SECOND), id="from-the-future"),
        pytest.param(lambda: started(clock.LONGEST_WAIT + SECOND), id="longer-than-nginx-waits"),
    ],
)
def test_what_nginx_would_not_say_counts_as_no_wait(
    contest: Contest, header: Callable[[], str | None]
) -> None:
    assert press(contest, header(), after=40 * SECOND) is None
    late = LateSubmission.objects.get()
    assert late.attempted_at == contest.stage(REGISTRATION).closes_at + 40 * SECOND


def test_without_a_proxy_a_stranger_says_nothing_about_time(
    contest: Contest, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 0
    assert press(contest, started(60 * SECOND), after=40 * SECOND) is None


def test_control_one_request_in_line_does_not_date_the_next(contest: Contest) -> None:
    client = Client()
    client.get("/masuk/", headers={"X-Request-Start": started(60 * SECOND)})
    assert press(contest, None, after=40 * SECOND) is None


def test_registration_is_closed_when_nobody_can_be_in_line_any_more(
    contest: Contest, settings: Settings
) -> None:
    stage = contest.stage(REGISTRATION)
    with clock.at(stage.closes_at + clock.LONGEST_WAIT - SECOND), pytest.raises(WrongState):
        close_stage(by=contest.head, stage=stage)
    assert press(contest, started(299 * SECOND), after=298 * SECOND)
    with clock.at(stage.closes_at + clock.LONGEST_WAIT):
        close_stage(by=contest.head, stage=stage)
    assert Entry.objects.get().state == EntryState.SUBMITTED


def test_autosave_that_waited_gives_its_place_and_asks_nothing_of_the_database(
    contest: Contest, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.force_login(contest.team.innovator)
    path = f"/kerja/peserta/{contest.entries[0].pk}/bagian/background/"
    waited = {"X-Request-Start": started(PATIENCE + SECOND)}
    with django_assert_num_queries(0):
        answer = client.put(path, {"text": "x"}, content_type="application/json", headers=waited)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(answer["Retry-After"]) > 0
    assert "Draf aman di perangkat ini" in answer.json()["message"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    # The control: one that has not waited is answered by its page.
    soon = client.put(path, {"text": "x"}, content_type="application/json")
    assert soon.status_code != HTTPStatus.SERVICE_UNAVAILABLE


def test_button_waits_as_long_as_it_takes(contest: Contest) -> None:
    before = -60 * SECOND
    assert press(contest, started(30 * SECOND), after=before) is not None
