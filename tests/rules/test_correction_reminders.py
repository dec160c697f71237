"""A correction window that is about to end: who hears of it, on which days, and when nobody."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from agencies.models import User
from competitions.actions.checks import claim_checks
from competitions.actions.corrections import ask_correction, resubmit_entry
from competitions.actions.writing import save_entry_section
from competitions.models import AdministrativeCheck, Correction
from sinovik.audit import clock
from sinovik.notifications.models import Notification, Reminder
from sinovik.notifications.reminding import send_reminders
from tests import factories
from tests.factories import ADMINISTRATIVE, Contest

pytestmark = pytest.mark.django_db
KIND = "correction-window-ending"
DAYS = 4


@pytest.fixture
def contest() -> Contest:
    contest = factories.make_contest(ADMINISTRATIVE, entries=2, quota=2)
    stage = contest.stage(ADMINISTRATIVE)
    type(stage).objects.filter(pk=stage.pk).update(correction_days=DAYS)
    return contest


def ask(contest: Contest, count: int = 1) -> list[Correction]:
    rows = list(AdministrativeCheck.objects.order_by("pk")[:count])
    claim_checks(by=contest.officer, checks=rows)
    remarks = [("novelty", "Bandingkan dengan cara lama.")]
    return [ask_correction(by=contest.officer, check=row, remarks=remarks) for row in rows]


def noon(instant: datetime, days: int = 0) -> datetime:
    local = timezone.localtime(instant) + timedelta(days=days)
    return local.replace(hour=12, minute=0, second=0, microsecond=0)


def run(start: datetime, days: int) -> None:
    """Twice a day, as the job may."""
    for number in range(days):
        for hours in (0, 3):
            with clock.at(noon(start, number) + timedelta(hours=hours)):
                send_reminders()


def messages(person: User) -> list[Notification]:
    rows = Notification.objects.filter(recipient_id=person.pk, subject__contains="Masa perbaikan")
    return list(rows.order_by("pk"))


def test_three_days_and_one_day_before_the_end_each_once(contest: Contest) -> None:
    (correction,) = ask(contest)
    run(correction.asked_at, DAYS + 3)
    last_day = timezone.localdate(correction.due_at)
    for person in (contest.team.admin, contest.team.innovator):
        rows = Reminder.objects.filter(kind=KIND, recipient=person).order_by("due_on")
        days = [(last_day - row.due_on).days for row in rows]
        assert days == [3, 1]
        assert [timezone.localdate(row.sent_at) for row in rows] == [row.due_on for row in rows]
        assert len(messages(person)) == 2
    entry = correction.check_of.stage_entry.entry
    assert entry.innovation.title in messages(contest.team.admin)[0].body
    assert f"/{entry.pk}/" in messages(contest.team.admin)[0].path


def test_two_windows_of_one_person_come_in_one_message(contest: Contest) -> None:
    first, _second = ask(contest, 2)
    with clock.at(noon(first.due_at, -1)):
        assert send_reminders() == 2
    (message,) = messages(contest.team.admin)
    assert message.subject.startswith("Masa perbaikan 2 proposal")
    for entry in contest.entries:
        assert entry.number in message.body


def test_nobody_is_reminded_on_the_day_of_the_letter(contest: Contest) -> None:
    stage = contest.stage(ADMINISTRATIVE)
    type(stage).objects.filter(pk=stage.pk).update(correction_days=3)
    (correction,) = ask(contest)
    later = timezone.localtime(correction.asked_at).replace(hour=20, minute=0)
    with clock.at(later):
        assert send_reminders() == 0
    run(correction.asked_at, 4)
    assert Reminder.objects.filter(kind=KIND, recipient=contest.team.admin).count() == 1


def test_what_is_mended_or_over_is_reminded_of_no_more(contest: Contest) -> None:
    mended, over = ask(contest, 2)
    entry = mended.check_of.stage_entry.entry
    entry.refresh_from_db()
    save_entry_section(
        by=contest.team.innovator,
        entry=entry,
        key="novelty",
        text="Cara lama memakai kertas, cara baru memakai telepon.",
        edit_number=entry.innovation.edit_number,
    )
    resubmit_entry(by=contest.team.admin, entry=entry)
    with clock.at(noon(mended.due_at, -1)):
        send_reminders()
    (message,) = messages(contest.team.admin)
    assert over.check_of.stage_entry.entry.number in message.body
    assert entry.number not in message.body
    with clock.at(noon(over.due_at, 1)):
        assert send_reminders() == 0
