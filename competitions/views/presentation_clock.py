"""The clock on the wall of a room, and the buttons of whoever moderates."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from competitions.actions.presentation_clock import (
    advance_presentation,
    pause_presentation,
    resume_presentation,
)
from competitions.enums import PresentationState
from competitions.models import Presentation, PresentationRoom, Stage
from competitions.permissions.presentations import (
    can_moderate,
    check_can_follow_presentations,
    check_can_moderate,
)
from competitions.queries.board import hidden_from
from competitions.queries.presentations import RoomClock, room_clock
from competitions.views.presentations import panel_stage
from competitions.views.refusals import status_of
from sinovik.web.access import Forbidden, Refusal, allowed

STEPS = {
    "mulai": PresentationState.PRESENTING,
    "tanya": PresentationState.QUESTIONS,
    "selesai": PresentationState.DONE,
}


def _room(request: HttpRequest, pk: int) -> tuple[PresentationRoom, Stage]:
    rooms = PresentationRoom.objects.select_related("schedule")
    room = get_object_or_404(rooms, pk=pk, schedule__published_at__isnull=False)
    try:
        return room, panel_stage(request, room.schedule.stage_id)
    except Forbidden as refusal:
        # To whom may not read the stage, its room is as good as missing.
        raise Http404 from refusal


@require_safe
@allowed(check_can_follow_presentations)
def presentation_clock(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is before the panel and how much time is left; browsers look again by themselves."""
    room, stage = _room(request, pk)
    return _page(request, room, stage)


def _page(
    request: HttpRequest, room: PresentationRoom, stage: Stage, refusal: str = "", status: int = 200
) -> HttpResponse:
    clock = room_clock(room, request.user, hidden_from(request.user, stage))
    mark = _mark(clock)
    if request.GET.get("tanda") == mark:
        # Nothing changed: the page in the browser stays, and so does the focus on it.
        return HttpResponse(status=204)
    context = {
        "stage": stage,
        "room": room,
        "clock": clock,
        "mark": mark,
        "refusal": refusal,
        "can_moderate": can_moderate(request.user) and not clock.is_masked,
    }
    template = "competitions/presentation_clock.html"
    if "tanda" in request.GET:
        template = "competitions/_presentation_clock.html"
    return render(request, template, context, status=status)


def _mark(clock: RoomClock) -> str:
    """Changes whenever the page would look different but for the running digits."""
    turn = clock.turn
    shown = [turn.pk, turn.state, turn.spent_seconds, clock.is_running] if turn else []
    slots = [line.slot.pk for line in clock.following]
    return "-".join(str(part) for part in [*shown, clock.slot and clock.slot.pk, *slots])


@require_POST
@allowed(check_can_moderate)
def presentation_step(request: HttpRequest, pk: int) -> HttpResponse:
    """One press of a button on the clock."""
    turn = get_object_or_404(Presentation.objects.select_related("slot"), pk=pk)
    room, stage = _room(request, turn.slot.room_id)
    if turn.entry_id in hidden_from(request.user, stage):
        raise Http404
    step = request.POST.get("langkah", "")
    try:
        if step == "jeda":
            pause_presentation(by=request.user, presentation=turn)
        elif step == "lanjut":
            resume_presentation(by=request.user, presentation=turn)
        elif step in STEPS:
            advance_presentation(by=request.user, presentation=turn, target=STEPS[step])
    except Refusal as refusal:
        return _page(request, room, stage, str(refusal), status_of(refusal))
    return redirect("competitions:presentation_clock", room.pk)
