"""The schedule of presentations: drawn and mended by the secretariat, followed by the panel."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions.actions.presentations import (
    change_room,
    draw_schedule,
    move_presentation,
    publish_schedule,
)
from competitions.enums import PresentationState, StageKind
from competitions.forms.presentations import MoveForm, RoomForm, TimetableForm
from competitions.models import Presentation, PresentationRoom, PresentationSchedule, Stage
from competitions.permissions.presentations import (
    can_schedule_presentations,
    check_can_follow_presentations,
    check_can_schedule_presentations,
)
from competitions.queries.board import hidden_from
from competitions.queries.presentations import (
    SlotLine,
    day_to_show,
    days_of,
    hears,
    slot_lines,
    slots_on,
    with_entries,
)
from competitions.queries.stages import still_in
from competitions.views.refusals import status_of
from competitions.views.stages import check_may_read
from sinovik.audit import clock
from sinovik.web.access import Refusal, allowed
from sinovik.web.kept import kept
from sinovik.web.templatetags.web import day as day_of
from sinovik.web.zones import contest_day


def panel_stage(request: HttpRequest, pk: int) -> Stage:
    """A stage that a panel scores, for its secretariat, its panel, and observers once closed."""
    stage = get_object_or_404(
        Stage.objects.select_related("edition"),
        pk=pk,
        kind=StageKind.SELECTION,
        ranks_from=None,
    )
    user = request.user
    if not user.is_secretariat and not hears(user, stage):
        if not user.has_role("observer"):
            raise Http404
        check_may_read(user, stage)
    return stage


@require_safe
@allowed(check_can_follow_presentations)
def presentation_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """One day of the schedule; panelists find their sheets, the secretariat its tools."""
    return _schedule_page(request, panel_stage(request, pk))


def _schedule_page(
    request: HttpRequest, stage: Stage, refusal: str = "", status: int = 200
) -> HttpResponse:
    is_staff = can_schedule_presentations(request.user)
    schedule = PresentationSchedule.objects.filter(stage=stage).first()
    if schedule is None or not (schedule.is_published or is_staff):
        context = {"stage": stage, "is_staff": is_staff, "entries": still_in(stage).count()}
        return render(request, "competitions/presentation_schedule.html", context, status=status)
    hidden = hidden_from(request.user, stage)
    seen = schedule.presentations.exclude(entry__in=hidden)
    shown = day_to_show(schedule, request.GET.get("hari"), clock.now())
    context = {
        "stage": stage,
        "schedule": schedule,
        "is_staff": is_staff,
        "may_change": is_staff and stage.is_open,
        "refusal": refusal,
        "is_masked": bool(hidden),
        "rooms": list(schedule.rooms.all()),
        "total": seen.count(),
        "unconfirmed": seen.filter(confirmed_at=None).count(),
        "day": shown,
        "days": _day_pills(schedule, stage, shown),
        "lines": slot_lines(schedule, request.user, hidden, slots_on(schedule, shown)),
    }
    return render(request, "competitions/presentation_schedule.html", context, status=status)


def _day_pills(schedule: PresentationSchedule, stage: Stage, shown: Any) -> list[dict[str, Any]]:
    address = reverse("competitions:presentation_schedule", args=[stage.pk])
    return [
        {"text": day_of(day), "href": f"{address}?hari={day.isoformat()}", "current": day == shown}
        for day in days_of(schedule)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_schedule_presentations)
def presentation_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Days, hours, rooms; then every entry gets its slot."""
    stage = panel_stage(request, pk)
    schedule = PresentationSchedule.objects.filter(stage=stage).first()
    is_sent = request.method == "POST"
    form = TimetableForm(request.POST if is_sent else kept(request), initial=_plan(stage, schedule))
    status = 200
    if is_sent:
        status = 422
        if form.is_valid():
            try:
                draw_schedule(
                    by=request.user,
                    stage=stage,
                    timetable=form.timetable(),
                    seed=form.cleaned_data["seed"],
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = status_of(refusal)
            else:
                messages.success(request, _("Jadwal disusun. Periksa, lalu terbitkan."))
                return redirect("competitions:presentation_schedule", pk)
    context = {
        "stage": stage,
        "schedule": schedule,
        "form": form,
        "entries": still_in(stage).count(),
    }
    return render(request, "competitions/presentation_draw.html", context, status=status)


def _plan(stage: Stage, schedule: PresentationSchedule | None) -> dict[str, Any]:
    """What the form shows first: the last draft, or the ministry's habit of 7 and 13 minutes."""
    if schedule is None:
        return {
            "starts": "09:00",
            "ends": "16:00",
            "breaks": "12.00–13.00",
            "presentation_minutes": 7,
            "question_minutes": 13,
            "seed": stage.edition.year,
        }
    return {
        "first_day": min(schedule.days),
        "last_day": max(schedule.days),
        "starts": schedule.day_starts_at,
        "ends": schedule.day_ends_at,
        "breaks": "\n".join(schedule.breaks),
        "rooms": "\n".join(
            ", ".join(part for part in (room.name, room.link) if part)
            for room in schedule.rooms.all()
        ),
        "presentation_minutes": schedule.presentation_minutes,
        "question_minutes": schedule.question_minutes,
        "seed": schedule.seed,
    }


@require_POST
@allowed(check_can_schedule_presentations)
def presentation_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the agencies."""
    stage = panel_stage(request, pk)
    schedule = get_object_or_404(PresentationSchedule.objects.select_related("stage"), stage=stage)
    try:
        publish_schedule(by=request.user, schedule=schedule)
    except Refusal as refusal:
        return _schedule_page(request, stage, str(refusal), status_of(refusal))
    messages.success(request, _("Jadwal diterbitkan. Setiap instansi sudah diberi tahu slotnya."))
    return redirect("competitions:presentation_schedule", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_schedule_presentations)
def presentation_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move one entry: to a free slot, or in exchange with another entry."""
    turn = get_object_or_404(
        with_entries(Presentation.objects.all()).select_related("schedule__stage__edition"), pk=pk
    )
    stage = panel_stage(request, turn.schedule.stage_id)
    hidden = hidden_from(request.user, stage)
    if turn.entry_id in hidden:
        raise Http404
    lines = slot_lines(turn.schedule, request.user, hidden)
    form = MoveForm(
        request.POST if request.method == "POST" else None, lines=_destinations(lines, turn)
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            line = form.destination()
            try:
                moved = move_presentation(
                    by=request.user,
                    presentation=turn,
                    slot=line.slot,
                    swap_with=line.presentation,
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = status_of(refusal)
            else:
                messages.success(request, _("Presentasi dipindahkan."))
                return redirect(_day_address(moved))
    context = {"stage": stage, "turn": turn, "form": form, "schedule": turn.schedule}
    return render(request, "competitions/presentation_move.html", context, status=status)


def _day_address(turn: Presentation) -> str:
    address = reverse("competitions:presentation_schedule", args=[turn.schedule.stage_id])
    return f"{address}?hari={contest_day(turn.slot.starts_at).isoformat()}"


def _destinations(lines: list[SlotLine], turn: Presentation) -> list[SlotLine]:
    """The free slots, and those whose entry waits and may be seen."""
    return [
        line
        for line in lines
        if not line.is_masked
        and line.slot.pk != turn.slot_id
        and (not line.presentation or line.presentation.state == PresentationState.WAITING)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_schedule_presentations)
def presentation_room(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name or link for a room."""
    room = get_object_or_404(PresentationRoom.objects.select_related("schedule"), pk=pk)
    stage = panel_stage(request, room.schedule.stage_id)
    is_sent = request.method == "POST"
    form = RoomForm(
        request.POST if is_sent else None, initial={"name": room.name, "link": room.link}
    )
    status = 200
    if is_sent:
        status = 422
        if form.is_valid():
            try:
                change_room(by=request.user, room=room, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = status_of(refusal)
            else:
                messages.success(request, _("Ruang diubah."))
                return redirect("competitions:presentation_schedule", stage.pk)
    context = {"stage": stage, "room": room, "form": form}
    return render(request, "competitions/presentation_room.html", context, status=status)
