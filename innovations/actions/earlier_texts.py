"""Keep what the public read before a published dossier is changed."""

from datetime import timedelta

from agencies.models import User
from innovations.enums import InnovationState
from innovations.models import EarlierText, Innovation
from sinovik.audit import clock

TEXT = ("title", "summary", "sections")
SITTING = timedelta(hours=1)
"""Changes that one person saves within so long are one: forms save themselves every second."""


def keep_earlier_text(*, by: User, innovation: Innovation) -> None:
    """Keep the stored text of a published dossier if `innovation` is about to replace it.

    The caller holds the lock of its row and has the right to change it.
    """
    if innovation.state != InnovationState.PUBLISHED or innovation.published_at is None:
        return
    stored = Innovation.objects.only(*TEXT).get(pk=innovation.pk)
    if all(getattr(stored, name) == getattr(innovation, name) for name in TEXT):
        return
    last = EarlierText.objects.filter(innovation=innovation).last()
    now = clock.now()
    if last and last.replaced_by_id == by.pk and now - last.told_until < SITTING:
        return
    EarlierText.objects.create(
        innovation=innovation,
        told_from=last.told_until if last else innovation.published_at,
        told_until=now,
        replaced_by=by,
        **{name: getattr(stored, name) for name in TEXT},
    )
