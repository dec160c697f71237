"""Reminders that an objection waits for the secretariat's answer, before and after its day."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competitions.models import Objection
from competitions.notifications.objections import objection_path, objections_path, who_may_answer
from sinovik import notifications
from sinovik.notifications import in_each_language
from sinovik.notifications.kinds import REMINDER
from sinovik.notifications.reminding import Due, ReminderKind, register_reminder
from sinovik.web.templatetags.web import moment

AROUND_DUE = (-2, 0, 1, 4, 8, 15)
"""Days from the due day; the last ones while it is overdue."""


def find_answers_due(now: datetime) -> Iterator[Due]:
    """Two days before, on the day, and while it is overdue: whoever may take the next step.

    Nobody in conflict with the entry hears of it, nor the proposer of an answer.
    """
    today = timezone.localdate(now)
    rows = Objection.objects.unanswered().for_list().order_by("pk")
    for row in rows:
        day = timezone.localdate(row.due_at)
        steps = [day + timedelta(days=days) for days in AROUND_DUE]
        come = [step for step in steps if timezone.localdate(row.filed_at) < step <= today]
        if come:
            people = [one for one in who_may_answer(row) if one.pk != row.proposed_by_id]
            yield from (Due(person, row, max(come)) for person in people)


@in_each_language
def tell_answers_due(person: Any, dues: Sequence[Due]) -> None:
    """One message names every objection by its number and the instant until which it waits."""
    rows = [due.about for due in dues if isinstance(due.about, Objection)]
    lines = [_line(row) for row in rows]
    notifications.notify(
        recipients=[person],
        subject=ngettext(
            "%d sanggahan menunggu jawaban sekretariat",
            "%d sanggahan menunggu jawaban sekretariat",
            len(rows),
        )
        % len(rows),
        body="\n".join([_("Usulkan atau konfirmasi jawabannya:"), *lines]),
        path=objection_path(rows[0]) if len(rows) == 1 else objections_path(rows[0]),
        kind=REMINDER,
    )


def _line(row: Objection) -> str:
    facts = {"number": row.code, "moment": moment(row.due_at)}
    if row.is_overdue:
        return _("- %(number)s, lewat waktu sejak %(moment)s") % facts
    return _("- %(number)s, paling lambat %(moment)s") % facts


ANSWER_DUE = register_reminder(
    ReminderKind("objection-answer-due", find_answers_due, tell_answers_due)
)
