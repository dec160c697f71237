"""Reminders of corrections: that the window is about to end, and from the secretariat."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import User
from competitions.models import Correction, Entry
from competitions.notifications import WORK_HOME, in_site_language, tasks_path
from competitions.queries.corrections import menders
from sinovik import notifications
from sinovik.notifications import in_each_language
from sinovik.notifications.kinds import NUDGE, REMINDER
from sinovik.notifications.reminding import Due, ReminderKind, register_reminder
from sinovik.web.templatetags.web import moment

BEFORE_END = (3, 1)


def find_window_ending(now: datetime) -> Iterator[Due]:
    """3 days and 1 day before a window ends unused: everybody who may mend.

    Never on the day of the request itself, whose letter has just come.
    """
    today = timezone.localdate(now)
    rounds = list(
        Correction.objects.running()
        .filter(due_at__gt=now)
        .select_related("check_of__stage_entry__entry__innovation")
        .order_by("due_at", "pk")
    )
    people = menders([_entry_of(one) for one in rounds])
    for one in rounds:
        last_day = timezone.localdate(one.due_at)
        steps = [last_day - timedelta(days=days) for days in BEFORE_END]
        come = [day for day in steps if timezone.localdate(one.asked_at) < day <= today]
        if come:
            yield from (Due(person, one, max(come)) for person in people[_entry_of(one).pk])


@in_each_language
def tell_window_ending(person: Any, dues: Sequence[Due]) -> None:
    """One message names every proposal and the instant at which its window ends."""
    rounds = [due.about for due in dues if isinstance(due.about, Correction)]
    entries = [_entry_of(one) for one in rounds]
    lines = [_line(entry, one.due_at) for one, entry in zip(rounds, entries, strict=True)]
    notifications.notify(
        recipients=[person],
        subject=ngettext(
            "Masa perbaikan %d proposal segera berakhir",
            "Masa perbaikan %d proposal segera berakhir",
            len(entries),
        )
        % len(entries),
        body="\n".join([_("Perbaiki menurut catatan sekretariat, lalu ajukan lagi:"), *lines]),
        path=tasks_path(entries[0]) if len(entries) == 1 else WORK_HOME,
        kind=REMINDER,
    )


def tell_corrections_nudged(
    rounds: Sequence[tuple[Entry, datetime]], people: Mapping[int, Sequence[User]]
) -> int:
    """The secretariat reminds, each person by one message; returns how many people were told.

    `rounds` are entries with the end of their window; `people` goes by entry id.
    """
    mine: dict[User, list[tuple[Entry, datetime]]] = {}
    for entry, due_at in rounds:
        for person in people[entry.pk]:
            mine.setdefault(person, []).append((entry, due_at))
    alike: dict[tuple[tuple[Entry, datetime], ...], list[User]] = {}
    for person, own in mine.items():
        alike.setdefault(tuple(own), []).append(person)
    for told, recipients in alike.items():
        _tell_nudged(told, recipients)
    return len(mine)


@in_site_language
def _tell_nudged(rounds: Sequence[tuple[Entry, datetime]], recipients: Sequence[User]) -> None:
    notifications.notify(
        recipients=recipients,
        subject=ngettext(
            "%d proposal menunggu perbaikan Anda",
            "%d proposal menunggu perbaikan Anda",
            len(rounds),
        )
        % len(rounds),
        body="\n".join(
            [
                _("Sekretariat mengingatkan: perbaiki menurut catatan, lalu ajukan lagi."),
                *(_line(entry, due_at) for entry, due_at in rounds),
            ]
        ),
        path=tasks_path(rounds[0][0]) if len(rounds) == 1 else WORK_HOME,
        kind=NUDGE,
    )


def _line(entry: Entry, due_at: datetime) -> str:
    return _("- %(number)s %(title)s, paling lambat %(moment)s") % {
        "number": entry.number,
        "title": entry.innovation.title,
        "moment": moment(due_at),
    }


def _entry_of(correction: Correction) -> Entry:
    return correction.check_of.stage_entry.entry


WINDOW_ENDING = register_reminder(
    ReminderKind("correction-window-ending", find_window_ending, tell_window_ending)
)
