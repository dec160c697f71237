"""The way of every e-mail that Django or a library sends: into the queue, not to the server.

So that the page of a forgotten password waits for no mail server.
"""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from sinovik.audit import clock
from sinovik.notifications.delivery import one_line, queue_mails
from sinovik.notifications.kinds import ACCOUNT
from sinovik.notifications.models import Mail


class QueueBackend(BaseEmailBackend):
    """Writes a mail and a job for each address."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages; returns how many."""
        mails = [
            Mail(
                address=address,
                kind=ACCOUNT.key,
                subject=one_line(str(message.subject)),
                text=str(message.body),
                queued_at=clock.now(),
            )
            for message in email_messages
            for address in message.recipients()
        ]
        with transaction.atomic():
            queue_mails(mails)
        return len(email_messages)
