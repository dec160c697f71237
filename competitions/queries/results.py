"""What a list holds, and what of it may be known before its announcement."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from competitions.enums import StageKind
from competitions.models import CutOff, Entry, Stage, StageEntry
from sinovik.audit import clock


def list_content(cut_off: CutOff) -> dict[str, Any]:
    """The list as its hash sees it: strings, integers and booleans only, in rank order.

    Numbers are decimal strings, so that a stranger recomputes the same bytes.
    """
    stage = cut_off.stage
    rows = cut_off.results.order_by("rank", "entry")
    return {
        "edition": stage.edition.year,
        "stage": stage.slug,
        "seats": cut_off.seats,
        "results": [
            {
                "entry": row.entry_id,
                "rank": row.rank,
                "score": str(row.score),
                "sheets": row.sheet_count,
                "lowest": str(row.lowest),
                "highest": str(row.highest),
                "tied": row.is_tied,
                "selected": row.is_selected,
                "move_reason": row.move_reason,
            }
            for row in rows
        ],
    }


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


def disclosed_outcome(stay: StageEntry, at: datetime | None = None) -> str:
    """The stay's outcome, empty while it is under embargo; `stay.stage` loaded."""
    if stay.stage.kind != StageKind.SELECTION:
        return stay.outcome
    known = Stage.objects.filter(
        Q(pk=stay.stage_id), cut_off__announcement__announce_at__lte=at or clock.now()
    )
    return stay.outcome if known.exists() else ""
