"""What a list holds, and what of it may be known before its announcement."""

from datetime import datetime

from django.db.models import QuerySet

from competitions.enums import StageKind
from competitions.models import Entry, Stage, StageEntry
from sinovik.audit import clock


def disclosed_stays(entry: Entry, at: datetime | None = None) -> "QuerySet[StageEntry]":
    """The entry's stays that the agency may know of, first stage first.

    The outcome of a selection stage, and the entering of the next one, tell the result:
    both stay hidden until the announcement's instant.
    """
    instant = at or clock.now()
    veiled = Stage.objects.filter(edition=entry.edition_id, kind=StageKind.SELECTION).exclude(
        cut_off__announcement__announce_at__lte=instant
    )
    first = veiled.order_by("position").first()
    stays = StageEntry.objects.filter(entry=entry).standing().select_related("stage")
    if first is not None:
        stays = stays.filter(stage__position__lte=first.position)
    return stays.order_by("stage__position")
