"""What was saved since somebody opened a dossier, by the ledger."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agencies.models import User
from innovations.models import Innovation
from sinovik.audit.models import AuditEvent

LIST_FIELDS = ("goals", "team", "links")
IDENTITY_FIELDS = (
    "title",
    "unit",
    "category",
    "location",
    "novelty_kind",
    "novelty_form",
    "benefit",
    "started_on",
    "replicates",
    *LIST_FIELDS,
)
"""What an innovation is, where, since when and for whom, by the ledger's names."""


def fields_since(innovation: Innovation, edit_number: int) -> frozenset[str]:
    """What was saved after the edit `edit_number`, by the ledger's names (0 or 1 query)."""
    if innovation.edit_number <= edit_number:
        return frozenset()
    events = AuditEvent.objects.about(innovation).named("innovation_edited")
    return frozenset(
        name
        for event in events
        if event.payload.get("edit_number", 0) > edit_number
        for name in event.payload.get("fields", [])
    )


def changed_since(innovation: Innovation, edit_number: int, fields: Collection[str]) -> bool:
    """Whether one of `fields` was saved after the edit `edit_number`.

    Two people may write different sections at once: only the same section is a conflict.
    A number that was never given out counts as changed.
    """
    if edit_number > innovation.edit_number:
        return True
    return not fields_since(innovation, edit_number).isdisjoint(fields)


@dataclass(frozen=True)
class NewerEdit:
    """Who saved what somebody was about to save, and when."""

    name: str
    at: datetime
    is_own: bool
    """The reader's own, from another tab or device."""


def newer_edit(
    innovation: Innovation, edit_number: int, fields: Collection[str], *, reader: User
) -> NewerEdit:
    """The last save of one of `fields` after the edit `edit_number` (1 or 2 queries).

    Of a number that was never given out nothing is known but who saved the dossier last.
    """
    events = AuditEvent.objects.about(innovation).named("innovation_edited").order_by("-pk")
    for event in events.select_related("actor"):
        told = event.payload
        if told.get("edit_number", 0) <= edit_number:
            break
        if event.actor is not None and not set(fields).isdisjoint(told.get("fields", [])):
            return _newer(event.actor, event.at, reader)
    return _newer(innovation.updated_by, innovation.updated_at, reader)


def _newer(writer: Any, at: datetime, reader: User) -> NewerEdit:
    return NewerEdit(name=writer.name, at=at, is_own=writer == reader)


def stored(innovation: Innovation, name: str) -> Any:
    """The present value of one identity field, as `edit_innovation` would take it."""
    if name == "team":
        return [(member.name, member.position) for member in innovation.team.all()]
    if name == "links":
        return [(link.title, link.url) for link in innovation.links.all()]
    if name == "goals":
        return [goal.pk for goal in innovation.goals.all()]
    return getattr(innovation, name)
