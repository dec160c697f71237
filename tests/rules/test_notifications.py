import json
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext

from agencies.models import User
from competitions.notifications import in_site_language
from sinovik.audit import NotInTransaction
from sinovik.notifications import muted, notify
from sinovik.notifications.models import Notification
from sinovik.notifications.tasks import email_notifications


@pytest.fixture
def people(db: None) -> list[User]:
    return [
        User.objects.create_user("sari@contoh.id", name="Sari, inovator"),
        User.objects.create_user("budi@contoh.id", name="Budi, admin"),
    ]


def jobs() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")
        return list(cursor.fetchall())


def test_notify_writes_rows_and_one_job(people: list[User]) -> None:
    rows = notify(recipients=[*people, people[0]], subject="Perihal", body="Isi", path="/kerja/")
    assert [row.recipient_id for row in rows] == [person.pk for person in people]
    assert people[0].notifications.unread().get().subject == "Perihal"
    [(task, args)] = jobs()
    assert task.endswith("email_notifications")
    assert json.loads(args) == {"notification_ids": [row.pk for row in rows]}


def test_notify_rolled_back_leaves_neither_row_nor_job(people: list[User]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notify(recipients=people, subject="Perihal", body="Isi")
        raise ZeroDivisionError
    assert not Notification.objects.exists()
    assert not jobs()


def test_notify_muted_or_to_nobody_queues_no_mail(people: list[User]) -> None:
    with muted():
        notify(recipients=people, subject="Perihal", body="Isi")
    notify(recipients=[], subject="Perihal", body="Isi")
    assert Notification.objects.count() == 2
    assert not jobs()


@pytest.mark.django_db(transaction=True)
def test_notify_outside_transaction_is_refused() -> None:
    with pytest.raises(NotInTransaction):
        notify(recipients=[], subject="Perihal", body="Isi")


def test_email_job_reaches_active_accounts_alone(people: list[User]) -> None:
    people[1].is_active = False
    people[1].save()
    rows = notify(recipients=people, subject="Baris\nkedua", body="Isi", path="/kerja/")
    email_notifications(notification_ids=[row.pk for row in rows])
    [message] = mail.outbox
    assert message.to == ["sari@contoh.id"]
    assert message.subject == "Baris kedua"
    assert message.body.startswith("Isi\n\nhttp")
    assert message.body.endswith("/kerja/")


def test_email_job_for_gone_rows_sends_nothing(db: None) -> None:
    email_notifications(notification_ids=[1])
    assert not mail.outbox


def test_message_is_indonesian_whatever_the_page_it_comes_from() -> None:
    said = []

    @in_site_language
    def tell() -> None:
        said.append(gettext("Daftar menunggu konfirmasi Anda"))

    with translation.override("en"):
        tell()
        assert (
            gettext("Daftar menunggu konfirmasi Anda") == "A list is waiting for your confirmation"
        )
    assert said == ["Daftar menunggu konfirmasi Anda"]
