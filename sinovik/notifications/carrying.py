"""Taking one mail to the mail server, and keeping what came of it."""

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from sinovik.audit import clock
from sinovik.notifications.kinds import ACCOUNT, KINDS
from sinovik.notifications.models import Fault, Mail
from sinovik.notifications.unsubscribing import settings_path, unsubscribe_path

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 30, 4 * 3600
MOST_ATTEMPTS = 24
"""With these waits the last attempt comes after about three days."""

SILENCE = timedelta(seconds=30)
PAUSE = 60


class NotDelivered(Exception):
    """The mail did not go out; try again after `wait` seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(f"again in {wait} s")


def carry(mail_id: int) -> None:
    """Send one mail unless it is sent, given up, or in another worker's hands.

    The row says what came of it, whatever happens next. Raises NotDelivered while there is
    hope. While the server does not answer, one mail tries and the others wait without trying,
    so that a dead server holds up no other job for longer than one time-out.
    """
    wait = None
    with transaction.atomic():
        mail = (
            Mail.objects.waiting()
            .select_for_update(of=("self",), no_key=True, skip_locked=True)
            .select_related("recipient")
            .filter(pk=mail_id)
            .first()
        )
        if mail is None:
            return
        wait = PAUSE if _server_is_silent() else _attempt(mail)
    if wait is not None:
        raise NotDelivered(wait)


def _server_is_silent() -> bool:
    since = clock.now() - SILENCE
    return Mail.objects.filter(
        sent_at__isnull=True, fault=Fault.NO_ANSWER, failed_at__gt=since
    ).exists()


def _attempt(mail: Mail) -> int | None:
    """Try once and write down how it went; returns the seconds to wait, None for no more."""
    mail.attempts += 1
    try:
        message_of(mail).send()
    except Exception as error:
        return _note_failure(mail, error)
    mail.sent_at, mail.fault, mail.answer, mail.failed_at = clock.now(), "", "", None
    if mail.kind == ACCOUNT.key:
        mail.text, mail.path = "", ""
    mail.save()
    return None


def _note_failure(mail: Mail, error: Exception) -> int | None:
    mail.failed_at = clock.now()
    mail.fault, mail.answer = read_fault(error)
    log.warning("mail %s: %s (%s)", mail.pk, mail.fault, type(error).__name__)
    wait: int | None = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(mail.attempts - 1, 12))
    if mail.fault == Fault.REFUSED or mail.attempts >= MOST_ATTEMPTS:
        mail.given_up_at, wait = mail.failed_at, None
    mail.save()
    return wait


def read_fault(error: Exception) -> tuple[Fault, str]:
    """What an exception of the mail server means, and its code."""
    code = _code_of(error)
    if code is not None:
        return (Fault.REFUSED if 500 <= code < 600 else Fault.PUT_OFF), str(code)
    if isinstance(error, OSError):
        return Fault.NO_ANSWER, ""
    return Fault.OTHER, ""


def _code_of(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _text in error.recipients.values()), None)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        # Our own password, not the reader's address: mend it and the mail goes out.
        return 454
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return None
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code
    return None


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """Plain text with the same words as simple HTML, in the mail's language."""
    host = urlsplit(settings.SITE_ADDRESS).hostname or "localhost"
    headers = {
        # The same for each attempt: a reader's server drops what came twice.
        "Message-ID": f"<surel-{mail.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    with _language_of(mail):
        context = {"mail": mail, "address": _address(mail.path), "footer": mail.recipient_id}
        if mail.recipient_id:
            context["settings_address"] = _address(settings_path())
        kind = KINDS.get(mail.kind)
        if mail.recipient_id and kind and not kind.is_mandatory:
            context["stop_address"] = _address(unsubscribe_path(mail.recipient_id, mail.kind))
            context["kind_label"] = kind.label
            headers["List-Unsubscribe"] = f"<{context['stop_address']}>"
        text = render_to_string("emails/message.txt", context)
        html = render_to_string("emails/message.html", context)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=text,
        to=[mail.address],
        headers=headers,
        connection=get_connection(settings.MAIL_CARRIER),
    )
    message.attach_alternative(html, "text/html")
    return message


@contextmanager
def _language_of(mail: Mail) -> Iterator[None]:
    with translation.override(mail.language):
        yield


def _address(path: str) -> str:
    if not path or "://" in path:
        return path
    prefix = "/en" if translation.get_language() == "en" and not path.startswith("/en/") else ""
    return f"{settings.SITE_ADDRESS}{prefix}{path}"
