"""What happened to a list, as the ranking board tells it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competitions.enums import MoveReason
from competitions.models import CutOff, Result
from sinovik.audit.models import AuditEvent
from sinovik.web.prepared import OneOf, Prepared
from sinovik.web.templatetags.web import indonesian

HISTORY = 30

SAID: dict[str, str | Promise] = {
    "cut_off_applied": _("menerapkan ambang"),
    "result_moved": _("memindahkan peserta dalam pleno"),
    "cut_off_lock_proposed": _("mengusulkan penguncian"),
    "cut_off_lock_rejected": _("mengembalikan daftar"),
    "cut_off_locked": _("mengunci daftar"),
}
"""What an event of the list reads like behind a person's name."""


@dataclass(frozen=True)
class Step:
    """Something that happened to the list."""

    at: datetime
    who: str
    what: str
    why: str


def _why(payload: dict[str, Any]) -> str:
    """A person's reason, or the plenary's code: its text may name another entry."""
    if code := payload.get("code"):
        return str(MoveReason(code).label)
    reason = str(payload.get("reason", ""))
    return indonesian(reason) if reason else ""


def history_of(cut_off: CutOff, hidden: Collection[int]) -> list[Step]:
    """What happened to the list and to results that can be seen, the newest first."""
    events = _EVENTS.all(cut_off=cut_off.pk, hidden=[*hidden])
    return [
        Step(
            at=event.at,
            who=event.actor_label,
            what=str(SAID.get(event.verb, event.verb)),
            why=_why(event.payload),
        )
        for event in events
    ]


def _events(cut_off: Any, hidden: Any) -> "QuerySet[AuditEvent]":
    moved = Result.objects.filter(~OneOf("entry_id", hidden), cut_off=cut_off, motion__isnull=False)
    about_list = Q(object_type=CutOff._meta.label_lower, object_id=cut_off)
    about_moves = Q(object_type=Result._meta.label_lower, object_id__in=moved.values("pk"))
    return AuditEvent.objects.filter(about_list | about_moves).order_by("-at", "-pk")[:HISTORY]


_EVENTS = Prepared(_events, "cut_off", "hidden")
