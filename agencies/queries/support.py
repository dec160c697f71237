"""Who looked at somebody's account to help."""

from typing import Any

from django.db.models import QuerySet

from agencies.models import SupportLook, User
from sinovik.audit.models import AuditEvent


def support_of(person: User) -> list[dict[str, Any]]:
    """The last ten times, newest first: when, who and why. Two queries."""
    events = list(
        AuditEvent.objects.filter(
            verb="support_started", object_type=person._meta.label_lower, object_id=person.pk
        ).order_by("-pk")[:10]
    )
    names = dict(
        User.objects.filter(pk__in={event.actor_id for event in events}).values_list("pk", "name")
    )
    return [
        {
            "at": event.at,
            "name": names.get(event.actor_id or 0, ""),
            "reason": event.payload.get("reason", ""),
        }
        for event in events
    ]


def looks_at(person: User) -> QuerySet[SupportLook]:
    """Every page of the person that was looked at to help, newest first, with who did."""
    return SupportLook.objects.filter(person=person).select_related("seen_by")
