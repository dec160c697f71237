"""A season of reminders with the clock moved: each comes, none twice, digests in the morning."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from agencies.models import User
from competitions.actions.entries import return_entry, submit_entry
from competitions.actions.extensions import confirm_extension, propose_extension
from competitions.actions.radar import refresh_forecasts
from competitions.enums import EntryState
from competitions.models import Entry
from competitions.notifications import reminders
from innovations.actions.dossiers import save_sections
from sinovik.audit import clock
from sinovik.notifications import notify
from sinovik.notifications.digests import send_digests
from sinovik.notifications.kinds import REMINDER, TASK, Rhythm
from sinovik.notifications.models import Mail, Notification, Reminder
from sinovik.notifications.preferences import Choices, choices_of, choose
from sinovik.notifications.reminding import REMINDER_KINDS, send_reminders
from sinovik.notifications.tasks import digest, remind
from tests.factories import (
    REGISTRATION,
    Contest,
    enter,
    make_contest,
    make_innovations,
    make_person,
    walk_entry,
)

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")
CLOSE_NEAR, RETURNED, ADMIN = "entry-close-near", "entry-returned", "entry-with-admin"
NOON = 12


def day_of(instant: datetime, days: float = 0) -> datetime:
    """Noon in Jakarta, so many days after."""
    local = (instant + timedelta(days=days)).astimezone(WIB)
    return local.replace(hour=NOON, minute=0, second=0, microsecond=0)


def extend(contest: Contest, until: datetime) -> None:
    """Two people move the close of the contest's agency."""
    extension = propose_extension(
        by=contest.officer,
        stage=contest.stage(REGISTRATION),
        agency=contest.team.agency,
        new_closes_at=until,
        letter_number="B/1/2026",
        reason="Peladen padam.",
    )
    confirm_extension(by=contest.head, extension=extension)


def long_contest(entries: int = 1) -> tuple[Contest, datetime]:
    """A registration that closes in a month, with drafts; and its close."""
    contest = make_contest(entries=0)
    closes_at = day_of(clock.now(), 30)
    extend(contest, closes_at)
    enter(contest, make_innovations(contest.team, entries))
    return contest, closes_at


def sent(kind: str, person: User) -> list[int]:
    """Days before today... as days between the reminders and the first one's due day."""
    rows = Reminder.objects.filter(kind=kind, recipient=person).order_by("sent_at")
    return [(row.sent_at.astimezone(WIB).date() - row.due_on).days for row in rows]


def run_days(start: datetime, days: int) -> None:
    """The job runs twice a day."""
    for number in range(days):
        for hours in (0, 3):
            with clock.at(start + timedelta(days=number, hours=hours)):
                send_reminders()


def messages(person: User, text: str) -> int:
    return Notification.objects.filter(recipient_id=person.pk, subject__contains=text).count()


def test_every_step_before_the_close_comes_once_and_the_second_is_not_swallowed() -> None:
    contest, closes_at = long_contest()
    writer = contest.team.innovator
    run_days(day_of(clock.now()), 31)
    rows = Reminder.objects.filter(kind=CLOSE_NEAR, recipient=writer).order_by("due_on")
    close_day = timezone.localdate(closes_at)
    assert [(close_day - row.due_on).days for row in rows] == [14, 7, 3, 1]
    assert sent(CLOSE_NEAR, writer) == [0, 0, 0, 0]
    assert messages(writer, "penutupan mendekat") == 4


def test_a_job_that_was_down_sends_the_latest_step_alone() -> None:
    _contest, closes_at = long_contest()
    with clock.at(day_of(closes_at, -6)):
        send_reminders()
    (row,) = Reminder.objects.filter(kind=CLOSE_NEAR)
    assert (timezone.localdate(closes_at) - row.due_on).days == 7


def test_an_extension_makes_new_reminders() -> None:
    contest, closes_at = long_contest()
    run_days(day_of(closes_at, -8), 7)
    before = Reminder.objects.filter(kind=CLOSE_NEAR).count()
    with clock.at(day_of(closes_at, -1)):
        extend(contest, closes_at + timedelta(days=10))
    run_days(day_of(closes_at), 10)
    assert Reminder.objects.filter(kind=CLOSE_NEAR).count() == before + 4


def test_who_began_after_the_step_is_not_reminded_of_it() -> None:
    contest, closes_at = long_contest(entries=0)
    with clock.at(day_of(closes_at, -5)):
        enter(contest, make_innovations(contest.team))
        send_reminders()
    assert not Reminder.objects.filter(kind=CLOSE_NEAR).exists()


def test_what_is_with_the_ministry_is_left_in_peace() -> None:
    contest, closes_at = long_contest()
    walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
    run_days(day_of(closes_at, -15), 15)
    assert not Reminder.objects.exists()


def test_after_the_close_nobody_hears_anything() -> None:
    _contest, closes_at = long_contest()
    run_days(day_of(closes_at, 1), 3)
    assert not Reminder.objects.exists()


def test_the_admin_is_reminded_of_what_waits_until_it_is_handed_over() -> None:
    contest, _closes_at = long_contest()
    entry = walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    start = day_of(clock.now())
    run_days(start, 9)
    assert sent(ADMIN, contest.team.admin) == [0, 0]
    assert not Reminder.objects.filter(kind=ADMIN, recipient=contest.team.innovator).exists()
    with clock.at(start + timedelta(days=9)):
        submit_entry(by=contest.team.admin, entry=entry)
    run_days(start + timedelta(days=9), 15)
    assert Reminder.objects.filter(kind=ADMIN).count() == 2


def test_a_second_wait_of_the_same_entry_is_reminded_again() -> None:
    contest, _closes_at = long_contest()
    entry = walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    start = day_of(clock.now())
    run_days(start, 4)
    with clock.at(start + timedelta(days=4)):
        return_entry(by=contest.team.admin, entry=entry, remarks=[("", "Lengkapi.")])
        walk_entry(contest, Entry.objects.get(pk=entry.pk), EntryState.WITH_AGENCY)
    run_days(start + timedelta(days=4), 4)
    assert Reminder.objects.filter(kind=ADMIN).count() == 2


def test_a_returned_entry_is_reminded_until_somebody_writes() -> None:
    contest, _closes_at = long_contest(entries=2)
    idle, busy = (walk_entry(contest, entry, EntryState.RETURNED) for entry in contest.entries)
    start = day_of(clock.now())
    with clock.at(start + timedelta(days=1)):
        dossier = busy.innovation
        dossier.refresh_from_db()
        save_sections(
            by=contest.team.innovator,
            innovation=dossier,
            edit_number=dossier.edit_number,
            sections={"novelty": "Kebaruan yang baru."},
        )
    run_days(start, 8)
    about = Reminder.objects.filter(kind=RETURNED).values_list("object_id", flat=True)
    assert list(about) == [idle.pk, idle.pk]


def test_the_safe_day_is_told_once_a_close() -> None:
    contest, closes_at = long_contest()
    for days in (-12, -5, -2, -1):
        with clock.at(day_of(closes_at, days)):
            refresh_forecasts(by=None, edition=contest.edition)
            send_reminders()
    assert Reminder.objects.filter(kind="entry-past-safe").count() == 1
    assert messages(contest.team.admin, "Batas aman penyerahan") == 1


def test_many_entries_make_one_message_with_all_of_them() -> None:
    contest, closes_at = long_contest(entries=23)
    with clock.at(day_of(closes_at, -14)):
        assert send_reminders() == 1
    note = contest.team.innovator.notifications.get(kind=REMINDER.key)
    assert note.subject == "23 proposal belum sampai dan penutupan mendekat"
    assert contest.entries[0].number in note.body
    assert "- dan 3 lagi" in note.body
    assert note.kind == REMINDER.key
    assert note.subject_en == "23 proposals have not arrived and registration closes soon"


def test_by_night_nobody_is_woken() -> None:
    _contest, closes_at = long_contest()
    night = day_of(closes_at, -14).replace(hour=2)
    with clock.at(night):
        assert send_reminders() == 0
    with clock.at(night.replace(hour=7)):
        assert send_reminders() == 1


def test_the_jobs_run_twice_do_the_work_once() -> None:
    contest, closes_at = long_contest()
    wish(contest.team.innovator, Rhythm.DAILY)
    with clock.at(day_of(closes_at, -14)):
        remind(timestamp=0)
        remind(timestamp=0)
    with clock.at(day_of(closes_at, -13)):
        digest(timestamp=0)
        digest(timestamp=0)
    assert Reminder.objects.count() == 1
    assert Mail.objects.filter(kind="digest").count() == 1


def test_kinds_have_keys_of_their_own() -> None:
    assert set(REMINDER_KINDS) >= {CLOSE_NEAR, RETURNED, ADMIN, reminders.PAST_SAFE.key}


def wish(person: User, rhythm: str, zone: str = "Asia/Jakarta", language: str = "id") -> None:
    rhythms = dict.fromkeys(choices_of(person).rhythms, rhythm)
    choose(by=person, choices=Choices(language, zone, rhythms))


def tell(person: User, subject: str, at: datetime) -> None:
    with clock.at(at):
        notify(recipients=[person], subject=subject, body="Isi", path="/kerja/", kind=TASK)


MONDAY = datetime(2026, 6, 1, tzinfo=WIB)


def digests_of(person: User) -> list[str]:
    return list(person.mails.filter(kind="digest").order_by("pk").values_list("text", flat=True))


def test_a_daily_digest_comes_at_seven_with_what_is_unread() -> None:
    person = make_person()
    wish(person, Rhythm.DAILY)
    tell(person, "Pertama", MONDAY.replace(hour=9))
    tell(person, "Dibaca", MONDAY.replace(hour=10))
    person.notifications.filter(subject="Dibaca").update(read_at=MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    for hour in (6, 7, 8):
        with clock.at(tuesday.replace(hour=hour)):
            send_digests()
        assert len(digests_of(person)) == (hour >= 7)
    assert "Pertama" in digests_of(person)[0]
    assert "Dibaca" not in digests_of(person)[0]
    tell(person, "Kedua", tuesday.replace(hour=9))
    with clock.at(tuesday.replace(hour=20)):
        assert send_digests() == 0
    with clock.at(tuesday + timedelta(days=1, hours=7)):
        assert send_digests() == 1
    assert "Pertama" not in digests_of(person)[1]


@pytest.mark.parametrize(
    ("zone", "utc_hour"), [("Asia/Jakarta", 0), ("Asia/Makassar", 23), ("Asia/Jayapura", 22)]
)
def test_seven_is_the_persons_own_seven(zone: str, utc_hour: int) -> None:
    person = make_person()
    wish(person, Rhythm.DAILY, zone)
    tell(person, "Kabar", MONDAY.replace(hour=9))
    utc = MONDAY.astimezone(ZoneInfo("UTC")) + timedelta(days=1)
    seven = utc.replace(hour=utc_hour, minute=0) + timedelta(days=utc_hour < 12)
    with clock.at(seven - timedelta(seconds=1)):
        assert send_digests() == 0
    with clock.at(seven):
        assert send_digests() == 1


def test_a_weekly_digest_comes_on_monday() -> None:
    person = make_person()
    wish(person, Rhythm.WEEKLY)
    tell(person, "Kabar", MONDAY.replace(hour=9))
    for days in range(1, 7):
        with clock.at(MONDAY + timedelta(days=days, hours=8)):
            assert send_digests() == 0
    with clock.at(MONDAY + timedelta(days=7, hours=8)):
        assert send_digests() == 1


def test_a_digest_speaks_the_persons_language_and_stays_readable() -> None:
    person = make_person()
    wish(person, Rhythm.DAILY, language="en")
    for number in range(52):
        tell(person, f"Kabar {number}", MONDAY.replace(hour=9))
    with clock.at(MONDAY + timedelta(days=1, hours=8)):
        send_digests()
    mail = person.mails.get()
    assert mail.subject == "52 SINOVIK notifications for you"
    assert "And 2 more in the application." in mail.text
    assert person.notifications.filter(mail=mail).count() == 52


def test_a_closed_account_gets_no_digest() -> None:
    person = make_person()
    wish(person, Rhythm.DAILY)
    tell(person, "Kabar", MONDAY.replace(hour=9))
    User.objects.filter(pk=person.pk).update(is_active=False)
    with clock.at(MONDAY + timedelta(days=1, hours=8)):
        assert send_digests() == 0
