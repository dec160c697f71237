"""Two runs of a job, or two clicks, and one message; each race has a control."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from competitions.actions import radar
from competitions.actions.entries import submit_entry
from competitions.actions.extensions import confirm_extension, propose_extension
from competitions.actions.radar import nudge_holder
from competitions.enums import EntryState
from competitions.exceptions import WrongState
from competitions.models import Entry, Nudge
from competitions.models.entry import EntryQuerySet
from sinovik.audit import clock
from sinovik.notifications import carrying, digests, notify, reminding
from sinovik.notifications.carrying import carry
from sinovik.notifications.digests import send_digests
from sinovik.notifications.kinds import NUDGE, REMINDER, TASK, Rhythm
from sinovik.notifications.models import Mail, MailQuerySet, Notification, Reminder
from sinovik.notifications.preferences import Choices, choices_of, choose
from sinovik.notifications.reminding import send_reminders
from sinovik.web.zones import WIB, ZONES
from tests import factories
from tests.factories import Contest
from tests.mailserver import smtp_server
from tests.races import at, at_once, during, meet_after, meet_before, same, unlocked

pytestmark = pytest.mark.django_db(transaction=True)


def morning(days: int = 0) -> datetime:
    """Nine o'clock WIB, so many days from today."""
    today = clock.now().astimezone(ZONES[WIB]).replace(hour=9, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days)


def nobody_waits(turn: int) -> None:
    """Stands in for `take_turn` in a control."""


# The same person presses "Ingatkan" in two tabs


def nudge_twice() -> list[Any]:
    contest = factories.make_contest(entries=1)
    entry = factories.walk_entry(contest, contest.entries[0], EntryState.DRAFT)
    people = [same(contest.team.admin), same(contest.team.admin)]
    return at_once(
        lambda: nudge_holder(by=people[0], entry=entry),
        lambda: nudge_holder(by=people[1], entry=Entry.objects.get(pk=entry.pk)),
    )


def test_two_tabs_remind_once(monkeypatch: pytest.MonkeyPatch) -> None:
    meet_after(monkeypatch, radar, "holders")
    results = nudge_twice()
    assert sorted(type(result).__name__ for result in results) == ["AlreadyNudged", "Nudged"]
    assert Nudge.objects.count() == 1
    assert Notification.objects.filter(kind=NUDGE.key).count() == 1


def test_control_unlocked_the_second_tab_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EntryQuerySet, "locked", unlocked)
    meet_after(monkeypatch, radar, "holders")
    assert any(isinstance(result, IntegrityError) for result in nudge_twice())


# A reminder while the proposal is handed over


def nudge_during_hand_over(contest: Contest) -> Any:
    entry = factories.walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    admin, other = same(contest.team.admin), same(contest.head)
    _sent, nudged = during(
        lambda: submit_entry(by=admin, entry=entry),
        lambda: nudge_holder(by=other, entry=Entry.objects.get(pk=entry.pk)),
    )
    return nudged


def test_who_has_just_handed_over_is_not_reminded() -> None:
    contest = factories.make_contest(entries=1)
    assert isinstance(nudge_during_hand_over(contest), WrongState)
    assert not Nudge.objects.exists()


def test_control_unlocked_a_submitted_proposal_is_reminded_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contest = factories.make_contest(entries=1)
    monkeypatch.setattr(radar, "_lock", read_entries)
    nudge_during_hand_over(contest)
    assert Nudge.objects.count() == 1


def read_entries(entries: Any) -> list[Entry]:
    """What `radar._lock` reads, without the lock."""
    rows = Entry.objects.filter(pk__in=[entry.pk for entry in entries])
    return list(rows.select_related("edition", "agency__region", "innovation__unit"))


# Two workers run the reminders


def remind_twice() -> tuple[Any, Any]:
    contest = factories.make_contest(entries=1)
    extension = propose_extension(
        by=contest.officer,
        stage=contest.stage(factories.REGISTRATION),
        agency=contest.team.agency,
        new_closes_at=morning(30),
        letter_number="B/1/2026",
        reason="Peladen padam.",
    )
    confirm_extension(by=contest.head, extension=extension)
    instant = morning(27)
    return during(at(instant, send_reminders), at(instant, send_reminders))


def test_two_workers_send_each_reminder_once() -> None:
    first, second = remind_twice()
    assert first > 0
    assert second == 0
    assert Reminder.objects.count() == Notification.objects.filter(kind=REMINDER.key).count()


def test_control_without_turns_the_second_worker_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "take_turn", nobody_waits)
    _first, second = remind_twice()
    assert isinstance(second, IntegrityError)


# Two workers run the digests


def digest_twice() -> tuple[Any, Any]:
    person = factories.make_team().innovator
    choose(
        by=person,
        choices=Choices(
            "id", "Asia/Jakarta", dict.fromkeys(choices_of(person).rhythms, Rhythm.DAILY)
        ),
    )
    with clock.at(morning(-1)), transaction.atomic():
        notify(recipients=[person], subject="Perihal", body="Isi", kind=TASK)
    return during(at(morning(), send_digests), at(morning(), send_digests))


def test_two_workers_send_one_digest() -> None:
    assert digest_twice() == (1, 0)
    assert Mail.objects.exclude(digest_on=None).count() == 1


def test_control_without_turns_the_second_digest_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "take_turn", nobody_waits)
    _first, second = digest_twice()
    assert isinstance(second, IntegrityError)


# Two workers carry one mail


def carry_twice(monkeypatch: pytest.MonkeyPatch) -> int:
    """Returns how often the mail arrived."""
    person = factories.make_team().innovator
    with transaction.atomic():
        notify(recipients=[person], subject="Perihal", body="Isi")
    mail = Mail.objects.get(recipient=person, subject="Perihal")
    meet_before(monkeypatch, carrying, "message_of")
    with smtp_server() as box:
        assert at_once(lambda: carry(mail.pk), lambda: carry(mail.pk)) == [None, None]
        return len(box.mails)


def test_two_workers_carry_a_mail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert carry_twice(monkeypatch) == 1


def test_control_unlocked_the_mail_arrives_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def select_for_update(rows: Any, **options: Any) -> Any:
        return rows

    monkeypatch.setattr(MailQuerySet, "select_for_update", select_for_update)
    assert carry_twice(monkeypatch) == 2
