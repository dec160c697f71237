"""Writing messages in the transaction of the change, e-mailing them after it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

from django.conf import settings
from django.db import connection
from django.utils import translation

from sinovik.audit import NotInTransaction, clock
from sinovik.notifications.kinds import ACCOUNT, DECISION, Kind, Rhythm
from sinovik.statements import insert

if TYPE_CHECKING:
    from django.db.models import Model

    from sinovik.notifications.models import Mail, Notification

Told = ParamSpec("Told")

SUBJECT = 200
_muted: ContextVar[bool] = ContextVar("sinovik_mail_muted", default=False)
_drafts: "ContextVar[list[Draft] | None]" = ContextVar("sinovik_drafts", default=None)


@dataclass
class Draft:
    """A message before it is written: texts by language."""

    recipients: "list[Model]"
    path: str
    kind: Kind
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)


def one_line(text: str) -> str:
    """A subject without breaks and control characters: it becomes a header."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(plain.split())[:SUBJECT]


def notify(
    *,
    recipients: "Iterable[Model]",
    subject: str,
    body: str,
    path: str = "",
    kind: Kind = DECISION,
) -> "list[Notification]":
    """Leave each recipient a message, and queue its e-mail if that is how they want the kind.

    Message, mail and job are written in the caller's transaction: all are there or none is.
    Inside `in_each_language` the message is kept back until its other language is known.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction("notify")
    people = list({person.pk: person for person in recipients}.values())
    draft = Draft(people, path, kind, {_language(): (one_line(str(subject)), str(body))})
    kept = _drafts.get()
    if kept is not None:
        kept.append(draft)
        return []
    return _write(draft)


def in_each_language(tell: Callable[Told, None]) -> Callable[Told, None]:
    """Let `tell` speak once a language; each message is then written once, in both.

    `tell` does nothing but read and `notify`, and notifies in the same order each time.
    """

    @wraps(tell)
    def told(*args: Told.args, **kwargs: Told.kwargs) -> None:
        versions: list[list[Draft]] = []
        for code, _name in settings.LANGUAGES:
            versions.append([])
            token = _drafts.set(versions[-1])
            try:
                with translation.override(code):
                    tell(*args, **kwargs)
            finally:
                _drafts.reset(token)
        for first, *others in zip(*versions, strict=True):
            for other in others:
                first.texts |= other.texts
            _write(first)

    return told


def send_letter(*, address: str, subject: str, body: str, path: str = "") -> None:
    """Queue an e-mail to an address that has no account (yet), in the caller's transaction."""
    from sinovik.notifications.models import Mail

    if not connection.in_atomic_block:
        raise NotInTransaction("send_letter")
    if _muted.get():
        return
    mail = Mail(
        address=address,
        kind=ACCOUNT.key,
        language=_language(),
        subject=one_line(str(subject)),
        text=str(body),
        path=path,
        queued_at=clock.now(),
    )
    queue_mails([mail])


def queue_mails(mails: "Sequence[Mail]") -> None:
    """Write mails and one job for each, in the caller's transaction."""
    from sinovik.notifications.tasks import deliver_mail

    insert(mails)
    if mails:
        jobs: list[dict[str, Any]] = [{"mail_id": mail.pk} for mail in mails]
        deliver_mail.batch_defer(*jobs)


@contextmanager
def muted() -> Iterator[None]:
    """Write messages without e-mail; for building simulated worlds."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)


def _language() -> str:
    code = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _write(draft: Draft) -> "list[Notification]":
    from sinovik.notifications.models import Notification

    instant = clock.now()
    rhythms = _rhythms(draft)
    default = next(iter(draft.texts.values()))
    subject, body = draft.texts.get(settings.LANGUAGE_CODE, default)
    subject_en, body_en = draft.texts.get("en", ("", ""))
    rows = [
        Notification(
            recipient_id=person.pk,
            kind=draft.kind.key,
            rhythm=rhythms[person.pk],
            subject=subject,
            body=body,
            subject_en=subject_en,
            body_en=body_en,
            path=draft.path,
            created_at=instant,
        )
        for person in draft.recipients
    ]
    _mail(rows, draft.recipients)
    insert(rows)
    return rows


def _rhythms(draft: Draft) -> dict[Any, str]:
    """How each recipient gets the message."""
    from sinovik.notifications.models import Subscription

    if _muted.get():
        return dict.fromkeys((person.pk for person in draft.recipients), Rhythm.APP_ONLY.value)
    rhythms = dict.fromkeys((person.pk for person in draft.recipients), str(draft.kind.rhythm))
    if draft.kind.is_mandatory or not rhythms:
        return rhythms
    chosen = Subscription.objects.filter(kind=draft.kind.key, user__in=list(rhythms))
    return rhythms | dict(chosen.values_list("user_id", "rhythm"))


def _mail(rows: "Sequence[Notification]", people: "Sequence[Model]") -> None:
    """Queue a mail for each row that goes out at once; an inactive account gets none."""
    from sinovik.notifications.models import Mail, Preference

    active = {person.pk: person for person in people if getattr(person, "is_active", True)}
    direct = [r for r in rows if r.rhythm == Rhythm.DIRECT and r.recipient_id in active]
    if not direct:
        return
    wanted = Preference.objects.filter(user__in=[row.recipient_id for row in direct])
    languages = dict(wanted.values_list("user_id", "language"))
    mails = []
    for row in direct:
        language = languages.get(row.recipient_id, settings.LANGUAGE_CODE)
        subject, body = row.said(language)
        mails.append(
            Mail(
                recipient_id=row.recipient_id,
                address=getattr(active[row.recipient_id], "email", ""),
                kind=row.kind,
                language=language if subject == row.subject_en else settings.LANGUAGE_CODE,
                subject=subject,
                text=body,
                path=row.path,
                queued_at=row.created_at,
            )
        )
    queue_mails(mails)
    for row, mail in zip(direct, mails, strict=True):
        row.mail = mail
