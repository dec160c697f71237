"""The clock of a room: begun, paused, carried on, turned to questions, ended.

What is kept are instants, so every browser reads the same time, whenever it looks.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.moves import check_move
from competitions.enums import PresentationState
from competitions.exceptions import WrongState
from competitions.models import Presentation, PresentationRoom
from competitions.permissions.presentations import check_can_moderate
from competitions.workflow import PRESENTATION_MOVES
from sinovik import audit
from sinovik.audit import clock

CLOCK_FIELDS = ["state", "running_since", "spent_seconds"]


@transaction.atomic
def advance_presentation(*, by: User, presentation: Presentation, target: str) -> Presentation:
    """Begin the presentation, its questions, or end it; the clock of the part starts at once.

    One room hears one entry: raises WrongState while another is before the panel.
    """
    row = _hold(by, presentation)
    check_move(PRESENTATION_MOVES, row, target)
    if target == PresentationState.PRESENTING:
        _check_room_free(row)
    row.state, row.spent_seconds = target, 0
    row.running_since = None if target == PresentationState.DONE else clock.now()
    row.save(update_fields=CLOCK_FIELDS)
    audit.record(by=by, event=f"presentation_{EVENTS[target]}", obj=row)
    return row


EVENTS: dict[str, str] = {
    PresentationState.PRESENTING: "started",
    PresentationState.QUESTIONS: "questioned",
    PresentationState.DONE: "ended",
}


@transaction.atomic
def pause_presentation(*, by: User, presentation: Presentation) -> Presentation:
    """Stop the clock where it is."""
    row = _hold(by, presentation)
    now = clock.now()
    if row.running_since is None:
        raise WrongState
    row.spent_seconds, row.running_since = _seconds(row, now), None
    row.save(update_fields=CLOCK_FIELDS)
    audit.record(by=by, event="presentation_paused", obj=row, payload={"spent": row.spent_seconds})
    return row


def _seconds(row: Presentation, at: datetime) -> int:
    return max(0, round(row.spent(at).total_seconds()))


@transaction.atomic
def resume_presentation(*, by: User, presentation: Presentation) -> Presentation:
    """Let the clock go on from where it was stopped."""
    row = _hold(by, presentation)
    if not row.is_on or row.running_since is not None:
        raise WrongState
    row.running_since = clock.now()
    row.save(update_fields=CLOCK_FIELDS)
    audit.record(by=by, event="presentation_resumed", obj=row)
    return row


def _hold(by: User, presentation: Presentation) -> Presentation:
    """Lock the room, so that two moderators take turns, then the presentation as it is now."""
    place = PresentationRoom.objects.filter(slots__presentations=presentation)
    room = PresentationRoom.objects.locked().get(pk=place.get().pk)
    row = Presentation.objects.locked().select_related("schedule").get(pk=presentation.pk)
    check_can_moderate(by, row)
    if row.slot.room_id != room.pk:
        # It was moved to another room while we waited.
        raise WrongState
    if not row.schedule.is_published:
        raise WrongState(_("Terbitkan jadwalnya lebih dahulu."))
    return row


def _check_room_free(row: Presentation) -> None:
    others = Presentation.objects.filter(
        slot__room=row.slot.room_id,
        state__in=[PresentationState.PRESENTING, PresentationState.QUESTIONS],
    )
    if others.exists():
        raise WrongState(_("Presentasi lain di ruang ini belum selesai. Akhiri lebih dahulu."))
