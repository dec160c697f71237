"""Saying that one writes, so that colleagues don't write over each other."""

from django.db import transaction

from agencies.models import User
from innovations.models import EditPresence, Innovation
from innovations.permissions import check_can_edit_innovation
from innovations.queries.presence import EXPIRY
from sinovik.audit import clock


@transaction.atomic
def note_presence(*, by: User, innovation: Innovation, place: str) -> EditPresence:
    """Say that the person writes in `place` now; since when stays while it is renewed.

    No decision and no ledger row: it says only where somebody is for the next minute.
    """
    check_can_edit_innovation(by, innovation)
    now = clock.now()
    EditPresence.objects.filter(innovation=innovation, seen_at__lte=now - EXPIRY).delete()
    row, _is_new = EditPresence.objects.update_or_create(
        innovation=innovation,
        user=by,
        place=place,
        defaults={"seen_at": now},
        create_defaults={"seen_at": now, "since": now},
    )
    return row


@transaction.atomic
def end_presence(*, by: User, innovation: Innovation, place: str) -> None:
    """Say that the person has left `place`."""
    check_can_edit_innovation(by, innovation)
    EditPresence.objects.filter(innovation=innovation, user=by, place=place).delete()
