"""Jobs that carry messages out of the system."""

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from sinovik.notifications.models import Notification


@app.task(queue="email", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def email_notifications(*, notification_ids: list[int]) -> None:
    """E-mail the messages with these ids to the active accounts among their recipients."""
    rows = Notification.objects.filter(pk__in=notification_ids, recipient__is_active=True)
    messages = [
        EmailMessage(
            subject=" ".join(row.subject.split()),
            body="\n\n".join(filter(None, [row.body, _address(row.path)])),
            to=[row.recipient.email],
        )
        for row in rows.select_related("recipient").order_by("pk")
    ]
    if messages:
        get_connection().send_messages(messages)


@app.task(queue="email", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def email_letter(*, address: str, subject: str, body: str, path: str) -> None:
    """E-mail one letter to an address without an account."""
    EmailMessage(
        subject=" ".join(subject.split()),
        body="\n\n".join(filter(None, [body, _address(path)])),
        to=[address],
    ).send()


def _address(path: str) -> str:
    return f"{settings.SITE_ADDRESS}{path}" if path else ""
