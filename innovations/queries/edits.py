"""What was saved since somebody opened a dossier, by the ledger."""

from collections.abc import Collection

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
    *LIST_FIELDS,
)
"""What an innovation is, where, since when and for whom, by the ledger's names."""


def changed_since(innovation: Innovation, edit_number: int, fields: Collection[str]) -> bool:
    """Whether one of `fields` was saved after the edit `edit_number`.

    Two people may write different sections at once: only the same section is a conflict.
    A number that was never given out counts as changed.
    """
    if innovation.edit_number == edit_number:
        return False
    if edit_number > innovation.edit_number:
        return True
    events = AuditEvent.objects.about(innovation).named("innovation_edited")
    return any(
        event.payload.get("edit_number", 0) > edit_number
        and not set(fields).isdisjoint(event.payload.get("fields", []))
        for event in events
    )
