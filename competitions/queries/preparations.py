"""Whether a locked list is ready for its decree and instant."""

from competitions.enums import CutOffState
from competitions.models import AnnouncementPreparation, CommentScan, CutOff

SMALL_LIST = 100
"""The comments on so many ranked entries are searched within the request that schedules."""


def is_prepared(cut_off: CutOff) -> bool:
    """Whether the comments behind the list were searched. One query."""
    return CommentScan.objects.filter(cut_off=cut_off).exists()


def is_small(cut_off: CutOff) -> bool:
    """Whether the list needs no job before it is scheduled. One query."""
    return cut_off.results.count() <= SMALL_LIST


def needs_preparation(cut_off: CutOff) -> bool:
    """Whether a locked list waits for its preparation; at most two queries."""
    is_locked = cut_off.state == CutOffState.LOCKED
    return is_locked and not is_prepared(cut_off) and not is_small(cut_off)


def preparation_of(cut_off: CutOff) -> AnnouncementPreparation | None:
    """The latest preparation of a list."""
    return cut_off.preparations.select_related("created_by").order_by("-pk").first()
