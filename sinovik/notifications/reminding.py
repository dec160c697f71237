"""Automatic reminders. Apps register what may fall due; each falls due once.

A reminder is known by its kind, person, object and due day, and so the second reminder about
an object, due on another day, is never taken for the first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from sinovik.audit import clock
from sinovik.audit.turns import take_turn
from sinovik.notifications.models import Reminder

if TYPE_CHECKING:
    from django.db.models import Model

TURN = 7_012_002
WAKING = range(7, 21)
BATCH = 1000


@dataclass(frozen=True)
class Due:
    """A reminder that is due: for whom, about what, since which day."""

    recipient: "Model"
    about: "Model"
    due_on: date

    @property
    def key(self) -> tuple[int, str, int, date]:
        """What tells it from another of its kind."""
        about = self.about
        return self.recipient.pk, about._meta.label_lower, about.pk, self.due_on


@dataclass(frozen=True)
class ReminderKind:
    """`find` lists what is due now, sent or not; `tell` notifies one person of the new ones."""

    key: str
    find: Callable[[datetime], Iterable[Due]]
    tell: "Callable[[Model, Sequence[Due]], None]"


REMINDER_KINDS: dict[str, ReminderKind] = {}


def register_reminder(kind: ReminderKind) -> ReminderKind:
    """Let a kind of reminder take part in every run."""
    REMINDER_KINDS[kind.key] = kind
    return kind


def send_reminders() -> int:
    """Send what is due and was not sent; returns the number of people told.

    Each kind in a transaction of its own: reminder row, message and mail are there together.
    By day only: a reminder at midnight helps nobody.
    """
    if timezone.localtime(clock.now()).hour not in WAKING:
        return 0
    return sum(_send_kind(kind) for kind in REMINDER_KINDS.values())


@transaction.atomic
def _send_kind(kind: ReminderKind) -> int:
    take_turn(TURN)
    now = clock.now()
    found = {due.key: due for due in kind.find(now)}
    if not found:
        return 0
    sent = set(
        Reminder.objects.filter(
            kind=kind.key,
            recipient__in={key[0] for key in found},
            due_on__in={key[3] for key in found},
        ).values_list("recipient_id", "object_type", "object_id", "due_on")
    )
    fresh = [due for key, due in found.items() if key not in sent]
    Reminder.objects.bulk_create(
        [
            Reminder(
                kind=kind.key,
                recipient_id=due.recipient.pk,
                object_type=due.about._meta.label_lower,
                object_id=due.about.pk,
                due_on=due.due_on,
                sent_at=now,
            )
            for due in fresh
        ],
        batch_size=BATCH,
    )
    by_person: dict[int, list[Due]] = {}
    for due in fresh:
        by_person.setdefault(due.recipient.pk, []).append(due)
    for dues in by_person.values():
        kind.tell(dues[0].recipient, dues)
    return len(by_person)
