"""T20, mail: a server that is dead, silent or unwilling delays nothing and loses nothing."""

import asyncio
import smtplib
import time
from datetime import timedelta
from threading import Thread

import pytest
from django.core.mail import send_mail
from django.db import connection
from procrastinate import App
from procrastinate.contrib.django import app

from agencies.models import User
from competitions.actions.entries import send_entries, submit_entries
from competitions.models import Receipt
from sinovik.audit import clock
from sinovik.notifications import notify
from sinovik.notifications.carrying import MOST_ATTEMPTS, NotDelivered, carry, read_fault
from sinovik.notifications.kinds import KINDS, Kind, register
from sinovik.notifications.models import Fault, Mail
from sinovik.notifications.tasks import UntilDelivered, retry_stalled_jobs
from tests.factories import make_contest
from tests.mailserver import black_hole, carried_by, nobody_there, smtp_server, visitors

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(db: None) -> Mail:
    person = User.objects.create_user("sari@contoh.id", name="Sari")
    notify(recipients=[person], subject="Perihal", body="Isi")
    return Mail.objects.get()


def attempt(mail: Mail) -> int | None:
    """Carry the mail; the seconds to wait when it did not go out."""
    try:
        carry(mail.pk)
    except NotDelivered as later:
        mail.refresh_from_db()
        return later.wait
    mail.refresh_from_db()
    return None


def test_a_sent_mail_is_not_sent_again(mail: Mail) -> None:
    with smtp_server() as box:
        assert attempt(mail) is None
        assert attempt(mail) is None
    assert len(box.mails) == 1
    assert (mail.attempts, mail.fault) == (1, "")
    assert mail.sent_at is not None


def test_a_black_hole_is_left_after_the_time_out_and_the_mail_goes_later(mail: Mail) -> None:
    with black_hole():
        began = time.monotonic()
        assert attempt(mail) == 30
        assert time.monotonic() - began < 3
    assert (mail.fault, mail.sent_at) == (Fault.NO_ANSWER, None)
    assert mail.get_fault_display() == "server surel tidak menjawab"
    with smtp_server() as box, clock.at(clock.now() + timedelta(minutes=2)):
        assert attempt(mail) is None
    assert len(box.mails) == 1
    assert (mail.attempts, mail.fault) == (2, "")


def test_a_refused_connection_is_no_answer(mail: Mail) -> None:
    with nobody_there():
        assert attempt(mail) == 30
    assert mail.fault == Fault.NO_ANSWER


def test_while_the_server_is_silent_other_mails_do_not_try(mail: Mail) -> None:
    other = User.objects.create_user("budi@contoh.id", name="Budi")
    notify(recipients=[other], subject="Perihal", body="Isi")
    second = Mail.objects.get(address="budi@contoh.id")
    with black_hole() as hole:
        attempt(mail)
        assert visitors(hole) == 1
        assert attempt(second) == 60
        assert visitors(hole) == second.attempts == 0


def test_a_put_off_mail_waits_longer_each_time_and_is_given_up_at_last(mail: Mail) -> None:
    with smtp_server() as box:
        box.answer = "451 Coba lagi"
        waits = [attempt(mail) for _ in range(MOST_ATTEMPTS)]
    assert waits[:4] == [30, 60, 120, 240]
    assert waits[-2:] == [4 * 3600, None]
    assert (mail.fault, mail.answer) == (Fault.PUT_OFF, "451")
    assert mail.given_up_at is not None
    assert sum(wait or 0 for wait in waits) > 2.5 * 24 * 3600


def test_a_refused_address_is_given_up_at_once(mail: Mail) -> None:
    with smtp_server() as box:
        box.answer = "550 Tidak ada"
        assert attempt(mail) is None
        assert attempt(mail) is None
    assert box.asked == 1
    assert (mail.fault, mail.answer, mail.attempts) == (Fault.REFUSED, "550", 1)
    assert mail.given_up_at is not None


@pytest.mark.parametrize(
    ("error", "fault", "answer"),
    [
        (TimeoutError(), Fault.NO_ANSWER, ""),
        (smtplib.SMTPServerDisconnected("tutup"), Fault.NO_ANSWER, ""),
        (smtplib.SMTPAuthenticationError(535, b"x"), Fault.PUT_OFF, "454"),
        (smtplib.SMTPDataError(554, b"x"), Fault.REFUSED, "554"),
        (smtplib.SMTPSenderRefused(451, b"x", "a"), Fault.PUT_OFF, "451"),
        (smtplib.SMTPRecipientsRefused({}), Fault.NO_ANSWER, ""),
        (ValueError(), Fault.OTHER, ""),
    ],
)
def test_faults_are_told_apart(error: Exception, fault: Fault, answer: str) -> None:
    assert read_fault(error) == (fault, answer)


def test_a_fault_of_our_own_loses_nothing(mail: Mail) -> None:
    with carried_by(0):
        from django.test.utils import override_settings

        with override_settings(MAIL_CARRIER="tidak.ada.Backend"):
            assert attempt(mail) == 30
    assert mail.fault == Fault.OTHER
    wait = UntilDelivered().get_retry_decision(exception=ValueError(), job=None)
    assert wait.retry_at is not None


def test_submission_hears_nothing_of_a_dead_server() -> None:
    contest = make_contest(entries=2)
    with black_hole() as hole:
        sent = send_entries(by=contest.team.innovator, entries=contest.entries)
        submit_entries(by=contest.team.admin, entries=sent)
        assert visitors(hole) == 0
    assert Receipt.objects.count() == 2
    assert Mail.objects.waiting().exists()


def test_a_forgotten_password_waits_for_no_server(db: None) -> None:
    with black_hole() as hole:
        assert send_mail("Sandi\r\nbaru", "Kunci", None, ["sari@contoh.id"]) == 1
        assert visitors(hole) == 0
    kept = Mail.objects.get()
    assert (kept.kind, kept.subject, kept.text) == ("account", "Sandi baru", "Kunci")


def test_a_kind_added_by_an_app_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "uji", Kind("lama", "Lama"))
    assert register(Kind("uji", "Jenis uji")) is KINDS["uji"]


@pytest.mark.django_db(transaction=True)
def test_t13_a_job_stranded_by_a_killed_worker_is_done_by_another() -> None:
    """The dead worker's heartbeat is an hour old; a living one's job is left alone."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
        cursor.execute("SELECT max(id) FROM procrastinate_workers")
        (alive,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '1 hour') RETURNING id"
        )
        (dead,) = cursor.fetchone()
        for worker in (alive, dead, None):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id)"
                " VALUES ('uji', 'uji', '{}', 'doing', %s)",
                [worker],
            )
    # In a thread of its own: a browser test may have left its event loop in this one.
    sweeper = Thread(target=lambda: asyncio.run(_sweep(app)))
    sweeper.start()
    sweeper.join(30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE queue_name = 'uji' ORDER BY id")
        assert [status for (status,) in cursor.fetchall()] == ["doing", "todo", "todo"]


async def _sweep(running: App) -> None:
    class Context:
        app = running

    await retry_stalled_jobs.func(Context(), timestamp=0)
