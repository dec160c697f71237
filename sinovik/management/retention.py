"""How long what is kept, and the command and nightly job that keep to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from agencies.models import Invitation, SupportLook
from competitions.models import ArticleDraft
from innovations.models import EditPresence
from sinovik.audit import clock
from sinovik.notifications.models import Mail, Notification

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Term:
    """Rows of a kind go `days` after the instant that `ended_before` compares with."""

    key: str
    what: str
    days: int
    ended_before: "Callable[[datetime], Rows]"


TERMS = (
    Term(
        "session",
        "sesi masuk yang berakhir",
        0,
        lambda limit: Session.objects.filter(expire_date__lt=limit),
    ),
    Term(
        "device",
        "perangkat yang sesinya berakhir",
        1,
        lambda limit: UserSession.objects.filter(last_seen_at__lt=limit),
    ),
    Term(
        "presence",
        "tanda sedang menyunting",
        1,
        lambda limit: EditPresence.objects.filter(seen_at__lt=limit),
    ),
    Term(
        "page_draft",
        "isian halaman yang tidak disimpan",
        180,
        lambda limit: ArticleDraft.objects.filter(saved_at__lt=limit),
    ),
    Term(
        "invitation",
        "undangan yang tidak dijawab",
        180,
        lambda limit: Invitation.objects.unanswered().filter(expires_at__lt=limit),
    ),
    Term(
        "support_look",
        "halaman yang dilihat sekretariat untuk membantu",
        730,
        lambda limit: SupportLook.objects.filter(at__lt=limit),
    ),
    Term(
        "mail",
        "surel yang terkirim atau dihentikan",
        365,
        lambda limit: Mail.objects.filter(Q(sent_at__lt=limit) | Q(given_up_at__lt=limit)),
    ),
    Term(
        "notification",
        "pesan yang sudah dibaca",
        730,
        lambda limit: Notification.objects.filter(read_at__lt=limit),
    ),
)


def overdue() -> list[tuple[Term, Rows]]:
    """Each term with the rows that it ends now."""
    now = clock.now()
    return [(term, term.ended_before(now - timedelta(days=term.days))) for term in TERMS]


def apply_retention() -> dict[str, int]:
    """Delete what is overdue; how many rows by key of the term. Run twice it finds nothing."""
    return {term.key: rows.delete()[0] for term, rows in overdue()}
