"""Messages: written in both languages with the change, mailed as the person wants."""

import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext

from agencies.models import User
from sinovik.audit import NotInTransaction
from sinovik.notifications import in_each_language, muted, notify, send_letter
from sinovik.notifications.carrying import carry
from sinovik.notifications.kinds import DECISION, TASK, Kind, Rhythm
from sinovik.notifications.models import Mail, Notification
from sinovik.notifications.preferences import Choices, choices_of, choose
from tests.mailserver import smtp_server


@pytest.fixture
def people(db: None) -> list[User]:
    return [
        User.objects.create_user("sari@contoh.id", name="Sari, inovator"),
        User.objects.create_user("budi@contoh.id", name="Budi, admin"),
    ]


def jobs() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")
        return [(name, json.loads(args)) for name, args in cursor.fetchall()]


def prefer(person: User, language: str = "id", rhythm: str = Rhythm.DIRECT) -> None:
    rhythms = dict.fromkeys(choices_of(person).rhythms, rhythm)
    choose(by=person, choices=Choices(language, "Asia/Jakarta", rhythms))


@in_each_language
def tell(person: User, kind: Kind = DECISION) -> None:
    notify(
        recipients=[person],
        subject=gettext("Daftar menunggu konfirmasi Anda"),
        body="-",
        path="/kerja/",
        kind=kind,
    )


def test_notify_writes_rows_a_mail_and_a_job_for_each(people: list[User]) -> None:
    rows = notify(recipients=[*people, people[0]], subject="Perihal", body="Isi", path="/kerja/")
    assert [row.recipient_id for row in rows] == [person.pk for person in people]
    assert people[0].notifications.unread().get().subject == "Perihal"
    mails = Mail.objects.order_by("pk")
    assert [mail.address for mail in mails] == ["sari@contoh.id", "budi@contoh.id"]
    assert [args for _name, args in jobs()] == [{"mail_id": mail.pk} for mail in mails]
    assert {name for name, _args in jobs()} == {"sinovik.notifications.tasks.deliver_mail"}


def test_notify_rolled_back_leaves_no_row_mail_or_job(people: list[User]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notify(recipients=people, subject="Perihal", body="Isi")
        raise ZeroDivisionError
    assert not Notification.objects.exists()
    assert not Mail.objects.exists()
    assert not jobs()


def test_notify_muted_or_to_nobody_queues_no_mail(people: list[User]) -> None:
    with muted():
        notify(recipients=people, subject="Perihal", body="Isi")
        send_letter(address="baru@contoh.id", subject="Undangan", body="Isi")
    notify(recipients=[], subject="Perihal", body="Isi")
    assert Notification.objects.count() == 2
    assert not Mail.objects.exists()
    assert not jobs()


@pytest.mark.django_db(transaction=True)
def test_notify_outside_transaction_is_refused() -> None:
    with pytest.raises(NotInTransaction):
        notify(recipients=[], subject="Perihal", body="Isi")
    with pytest.raises(NotInTransaction):
        send_letter(address="baru@contoh.id", subject="Undangan", body="Isi")


def test_a_closed_account_gets_the_message_and_no_mail(people: list[User]) -> None:
    people[1].is_active = False
    people[1].save()
    notify(recipients=people, subject="Perihal", body="Isi")
    assert Notification.objects.count() == 2
    assert Mail.objects.get().address == "sari@contoh.id"


def test_each_reads_the_own_language_in_mail_and_in_the_application(people: list[User]) -> None:
    prefer(people[1], "en")
    with translation.override("en"):
        for person in people:
            tell(person)
    subjects = dict(Mail.objects.values_list("address", "subject"))
    assert subjects == {
        "sari@contoh.id": "Daftar menunggu konfirmasi Anda",
        "budi@contoh.id": "A list is waiting for your confirmation",
    }
    row = people[0].notifications.get()
    assert row.shown_subject == "Daftar menunggu konfirmasi Anda"
    with translation.override("en"):
        assert row.shown_subject == "A list is waiting for your confirmation"


def test_what_was_written_in_one_language_is_shown_as_it_is(people: list[User]) -> None:
    prefer(people[0], "en")
    (row,) = notify(recipients=[people[0]], subject="Perihal", body="Isi")
    with translation.override("en"):
        assert (row.shown_subject, row.language_said) == ("Perihal", "id")
    assert Mail.objects.get().language == "id"


@pytest.mark.parametrize("rhythm", [Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.APP_ONLY])
def test_a_kind_goes_out_as_wanted_but_a_decision_at_once(
    people: list[User], rhythm: Rhythm
) -> None:
    prefer(people[0], rhythm=rhythm)
    tell(people[0], TASK)
    assert people[0].notifications.get().rhythm == rhythm
    assert not Mail.objects.exists()
    tell(people[0], DECISION)
    assert Mail.objects.get().kind == "decision"


def test_a_mail_says_the_same_in_text_and_html_and_how_to_stop_it(people: list[User]) -> None:
    with smtp_server() as box:
        tell(people[0], TASK)
        carry(Mail.objects.get().pk)
    [message] = box.mails
    plain = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "/kerja/" in plain.get_content()
    assert "/surel/berhenti/" in plain.get_content()
    assert "<img" not in html.get_content()
    assert "/surel/berhenti/" in message["List-Unsubscribe"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith("<surel-")


def test_a_decision_can_not_be_unsubscribed(people: list[User]) -> None:
    with smtp_server() as box:
        tell(people[0])
        carry(Mail.objects.get().pk)
    assert box.mails[0]["List-Unsubscribe"] is None
    assert "/surel/berhenti/" not in box.mails[0].as_string()


def test_control_10_a_line_break_makes_no_header(people: list[User]) -> None:
    evil = "Halo\r\nBcc: semua@contoh.id\n\x00\u2028X: 1"
    with smtp_server() as box:
        notify(recipients=[people[0]], subject=evil, body="Isi\r\nBcc: x@y.id")
        carry(Mail.objects.get().pk)
    [message] = box.mails
    assert message["Bcc"] is None
    assert message["X"] is None
    assert message["Subject"] == "Halo Bcc: semua@contoh.id X: 1"
    assert message["To"] == "sari@contoh.id"


def test_a_letter_with_a_key_is_erased_once_sent(db: None) -> None:
    with smtp_server() as box:
        send_letter(
            address="baru@contoh.id", subject="Undangan", body="Rahasia", path="/undangan/k/"
        )
        carry(Mail.objects.get().pk)
    assert "/undangan/k/" in box.mails[0].as_string()
    kept = Mail.objects.get()
    assert (kept.text, kept.path) == ("", "")
    assert kept.sent_at is not None
