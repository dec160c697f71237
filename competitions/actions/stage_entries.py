"""Entering and leaving stages; parts of other actions, inside their transaction."""

from collections.abc import Iterable

from agencies.models import User
from competitions.models import Stage, StageEntry
from sinovik.audit import clock
from sinovik.statements import insert


def leave_stage(*, by: User, stay_ids: Iterable[int], outcome: str) -> int:
    """End stays with one outcome; returns how many."""
    return StageEntry.objects.filter(pk__in=stay_ids, left_at__isnull=True).update(
        outcome=outcome, left_at=clock.now(), left_by=by
    )


def enter_stage(*, by: User, stage: Stage, entry_ids: Iterable[int]) -> list[StageEntry]:
    """Let entries into a stage, in the given order."""
    now = clock.now()
    return insert(
        [
            StageEntry(stage=stage, entry_id=entry_id, entered_at=now, entered_by=by)
            for entry_id in entry_ids
        ]
    )
