"""Writing messages in the transaction of the change, e-mailing them after it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import connection

from sinovik.audit import NotInTransaction, clock

if TYPE_CHECKING:
    from django.db.models import Model

    from sinovik.notifications.models import Notification

BATCH = 2000
_muted: ContextVar[bool] = ContextVar("sinovik_mail_muted", default=False)


def notify(
    *, recipients: "Iterable[Model]", subject: str, body: str, path: str = ""
) -> "list[Notification]":
    """Leave each recipient a message and queue one e-mail job for the whole batch.

    Message and job are written in the caller's transaction: both are there or none is.
    """
    from sinovik.notifications.models import Notification
    from sinovik.notifications.tasks import email_notifications

    if not connection.in_atomic_block:
        raise NotInTransaction("notify")
    instant = clock.now()
    rows = [
        Notification(
            recipient_id=person.pk,
            subject=str(subject)[:200],
            body=str(body),
            path=path,
            created_at=instant,
        )
        for person in {person.pk: person for person in recipients}.values()
    ]
    Notification.objects.bulk_create(rows, batch_size=BATCH)
    if rows and not _muted.get():
        email_notifications.defer(notification_ids=[row.pk for row in rows])
    return rows


def send_letter(*, address: str, subject: str, body: str, path: str = "") -> None:
    """Queue an e-mail to an address that has no account (yet), in the caller's transaction."""
    from sinovik.notifications.tasks import email_letter

    if not connection.in_atomic_block:
        raise NotInTransaction("send_letter")
    if not _muted.get():
        email_letter.defer(address=address, subject=str(subject), body=str(body), path=path)


@contextmanager
def muted() -> Iterator[None]:
    """Write messages without e-mail; for building simulated worlds."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)
