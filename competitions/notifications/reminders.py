"""Automatic reminders about entries that have not reached the ministry.

Each finder lists what is due now, sent before or not; `sinovik.notifications.reminding` sends
what is new. A due day follows from the close or from the last change of hands, so an extended
close makes new ones. Other modules add kinds with `register_reminder`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competitions.enums import EntryState
from competitions.models import Entry, Stage
from competitions.notifications import WORK_HOME
from competitions.queries.deadlines import deadlines
from competitions.queries.holders import WAITING, admins_of, holders
from competitions.queries.radar import open_registrations
from sinovik import notifications
from sinovik.notifications import in_each_language
from sinovik.notifications.kinds import REMINDER
from sinovik.notifications.reminding import Due, ReminderKind, register_reminder
from sinovik.web.templatetags.web import moment

BEFORE_CLOSE = (14, 7, 3, 1)
AFTER_RETURN = (3, 7, 14)
WITH_ADMIN = (3, 7, 14, 21)
MOST_LINES = 20
RADAR = "/kerja/radar/"


def _running() -> Iterator[tuple[Stage, list[Entry], dict[int, datetime]]]:
    """Each running registration, its waiting entries, and the close by agency."""
    for stage in open_registrations():
        entries = list(
            Entry.objects.filter(edition=stage.edition_id, state__in=WAITING)
            .select_related("edition", "innovation__unit", "agency", "forecast")
            .defer("innovation__sections", "innovation__summary")
            .order_by("pk")
        )
        yield stage, entries, deadlines(stage, {entry.agency_id for entry in entries})


def _reached(steps: Sequence[int], since: date, today: date) -> date | None:
    """The day of the last step that has come, counted in days from `since`."""
    days = [step for step in steps if since + timedelta(days=step) <= today]
    return since + timedelta(days=max(days)) if days else None


def find_close_near(now: datetime) -> Iterator[Due]:
    """14, 7, 3 and 1 days before the close: whoever holds what is not with the ministry."""
    today = timezone.localdate(now)
    for _stage, entries, closes in _running():
        people = holders(entries)
        for entry in entries:
            close = closes[entry.agency_id]
            if close <= now:
                continue
            due = _reached([-step for step in BEFORE_CLOSE], timezone.localdate(close), today)
            # Who has only just begun knows the close.
            if due and timezone.localdate(entry.created_at) <= due:
                yield from (Due(person, entry, due) for person in people[entry.pk])


def find_returned(now: datetime) -> Iterator[Due]:
    """Returned, and nobody has written in it since: the writers."""
    yield from _find_held(
        now,
        AFTER_RETURN,
        lambda entry: (
            entry.state == EntryState.RETURNED
            and entry.innovation.updated_at <= entry.state_changed_at
        ),
    )


def find_with_admin(now: datetime) -> Iterator[Due]:
    """Waiting for the agency's admin: the admins."""
    yield from _find_held(now, WITH_ADMIN, lambda entry: entry.state == EntryState.WITH_AGENCY)


def _find_held(
    now: datetime, steps: Sequence[int], is_meant: Callable[[Entry], bool]
) -> Iterator[Due]:
    today = timezone.localdate(now)
    for _stage, entries, closes in _running():
        meant = [e for e in entries if is_meant(e) and now < closes[e.agency_id]]
        people = holders(meant)
        for entry in meant:
            due = _reached(steps, timezone.localdate(entry.state_changed_at), today)
            if due:
                yield from (Due(person, entry, due) for person in people[entry.pk])


def find_past_safe(now: datetime) -> Iterator[Due]:
    """The agency's last safe hand-over has come: its admins, once a close.

    Due on the day of the close: the safe day itself moves a little as the agency works.
    """
    for _stage, entries, closes in _running():
        late = [
            entry
            for entry in entries
            if now < closes[entry.agency_id]
            and getattr(entry, "forecast", None)
            and entry.forecast.safe_until <= now
        ]
        admins = admins_of({entry.agency_id for entry in late})
        for entry in late:
            due = timezone.localdate(closes[entry.agency_id])
            yield from (Due(person, entry, due) for person in admins.get(entry.agency_id, []))


def _teller(
    subject: Callable[[int], str], body: Callable[[], str], many: str = WORK_HOME
) -> Callable[[Any, Sequence[Due]], None]:
    """How one person hears of the entries that are due, in one message."""

    @in_each_language
    def tell(person: Any, dues: Sequence[Due]) -> None:
        entries = [due.about for due in dues if isinstance(due.about, Entry)]
        lines = [f"- {entry.number} {entry.innovation.title}" for entry in entries[:MOST_LINES]]
        if len(entries) > MOST_LINES:
            lines.append(_("- dan %d lagi") % (len(entries) - MOST_LINES))
        closes = [close_of(entry) for entry in entries[:1]]
        notifications.notify(
            recipients=[person],
            subject=subject(len(entries)),
            body="\n".join([body(), *lines, _("Pendaftaran ditutup %s.") % moment(min(closes))]),
            path=f"/kerja/peserta/{entries[0].pk}/" if len(entries) == 1 else many,
            kind=REMINDER,
        )

    return tell


def close_of(entry: Entry) -> datetime:
    """The close that holds for the entry's agency."""
    stage = entry.edition.stages.of_kind("registration").get()
    return deadlines(stage, {entry.agency_id})[entry.agency_id]


CLOSE_NEAR = register_reminder(
    ReminderKind(
        "entry-close-near",
        find_close_near,
        _teller(
            lambda n: (
                ngettext(
                    "%d proposal belum sampai dan penutupan mendekat",
                    "%d proposal belum sampai dan penutupan mendekat",
                    n,
                )
                % n
            ),
            lambda: _("Yang belum sampai ke kementerian dan kini ada pada Anda:"),
        ),
    )
)
RETURNED = register_reminder(
    ReminderKind(
        "entry-returned",
        find_returned,
        _teller(
            lambda n: (
                ngettext(
                    "%d proposal dikembalikan dan belum diperbaiki",
                    "%d proposal dikembalikan dan belum diperbaiki",
                    n,
                )
                % n
            ),
            lambda: _("Perbaiki menurut catatan admin instansi, lalu kirim lagi:"),
        ),
    )
)
ADMIN_WAITS = register_reminder(
    ReminderKind(
        "entry-with-admin",
        find_with_admin,
        _teller(
            lambda n: (
                ngettext(
                    "%d proposal menunggu keputusan Anda", "%d proposal menunggu keputusan Anda", n
                )
                % n
            ),
            lambda: _("Ajukan ke kementerian atau kembalikan dengan catatan:"),
            RADAR,
        ),
    )
)
PAST_SAFE = register_reminder(
    ReminderKind(
        "entry-past-safe",
        find_past_safe,
        _teller(
            lambda n: (
                ngettext(
                    "Batas aman penyerahan tiba untuk %d proposal",
                    "Batas aman penyerahan tiba untuk %d proposal",
                    n,
                )
                % n
            ),
            lambda: _(
                "Menurut lama kerja instansi Anda, mulai hari ini penyerahan bisa terlambat:"
            ),
            RADAR,
        ),
    )
)
