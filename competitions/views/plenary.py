"""The plenary: the room for who takes part, the screen on the wall, who sits, what is discussed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from competitions.actions.plenary import call_entry, close_plenary, open_plenary, take_seat
from competitions.models import CutOff, Entry, Plenary, Stage
from competitions.permissions.plenary import (
    can_preside,
    can_take_seat,
    check_can_follow_plenary,
    check_can_preside,
    check_can_take_seat,
)
from competitions.queries.conflicts import is_conflicted
from competitions.queries.plenary import latest_plenary, plenaries_of, screen_of
from competitions.views.rankings import selection_stage
from sinovik.web.access import Refusal, allowed

UNCHANGED = 204
"""Answer to a screen that asks what is new when nothing is: htmx keeps what it shows."""


def followed_stage(request: HttpRequest, pk: int) -> Stage:
    """The stage of a plenary that the person may follow."""
    stage = selection_stage(pk)
    check_can_follow_plenary(request.user, stage)
    return stage


def running_plenary(stage: Stage) -> Plenary:
    """The session that goes on in a stage, 404 without one."""
    return get_object_or_404(
        Plenary.objects.open().select_related("cut_off__stage__edition"), cut_off__stage=stage
    )


@require_safe
@allowed(check_can_follow_plenary)
def plenary_room(request: HttpRequest, pk: int) -> HttpResponse:
    """What one may see and do in the session; asked again by htmx for what has changed."""
    return _followed(
        request,
        pk,
        whole="competitions/plenary_room.html",
        part="competitions/_plenary_room.html",
        is_shared=False,
    )


@require_safe
@allowed(check_can_follow_plenary)
def plenary_screen(request: HttpRequest, pk: int) -> HttpResponse:
    """The session for the wall: nothing to press, masked for everybody who is in the room."""
    return _followed(
        request,
        pk,
        whole="competitions/plenary_screen.html",
        part="competitions/_plenary_screen.html",
        is_shared=True,
    )


def _followed(
    request: HttpRequest, pk: int, *, whole: str, part: str, is_shared: bool
) -> HttpResponse:
    stage = followed_stage(request, pk)
    plenary = latest_plenary(stage)
    if plenary and request.GET.get("versi") == version_of(plenary):
        return HttpResponse(status=UNCHANGED)
    context = _room(request, stage, plenary, is_shared=is_shared)
    name = whole
    if "versi" in request.GET:
        name = part if "screen" in context else "competitions/_plenary_over.html"
    return render(request, name, context)


def version_of(plenary: Plenary) -> str:
    """What a screen says it shows."""
    return f"{plenary.pk}.{plenary.version}"


def _room(
    request: HttpRequest, stage: Stage, plenary: Plenary | None, *, is_shared: bool
) -> dict[str, Any]:
    user = request.user
    presides = can_preside(user)
    context: dict[str, Any] = {
        "stage": stage,
        "edition": stage.edition,
        "plenary": plenary,
        "presides": presides,
    }
    if presides and not is_shared and not (plenary and plenary.is_open):
        context["past"] = [row for row in plenaries_of(stage) if not row.is_open]
        context["cut_off"] = CutOff.objects.filter(stage=stage).first()
    # A member sees the list while the session goes on; afterwards only the secretariat does.
    if plenary is None or not (plenary.is_open or presides):
        return context
    screen = screen_of(plenary, stage, user, is_shared=is_shared)
    seat = screen.seat_of(user)
    return context | {
        "screen": screen,
        "version": version_of(plenary),
        "seat": seat,
        "may_sit": seat is None and not presides and can_take_seat(user),
        "may_move": seat is not None,
        "may_vote": screen.may_vote(user),
        "has_simulated_scores": plenary.cut_off.applied_by.is_simulated,
    }


@require_POST
@allowed(check_can_preside)
def plenary_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a session on the stage's provisional list."""
    stage = selection_stage(pk)
    cut_off = get_object_or_404(CutOff.objects.select_related("stage__edition"), stage=stage)
    try:
        plenary = open_plenary(by=request.user, cut_off=cut_off)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("Sidang pleno %(number)s dibuka. Anggota diberi tahu.")
        messages.success(request, said % {"number": plenary.number})
    return redirect("competitions:plenary_room", pk)


@require_POST
@allowed(check_can_preside)
def plenary_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the session; its minutes can be had from then on."""
    stage = selection_stage(pk)
    try:
        close_plenary(by=request.user, plenary=running_plenary(stage))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sidang ditutup. Berita acaranya dapat diunduh."))
    return redirect("competitions:plenary_room", pk)


@require_POST
@allowed(check_can_take_seat)
def plenary_join(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is present."""
    stage = followed_stage(request, pk)
    try:
        take_seat(by=request.user, plenary=running_plenary(stage))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kehadiran Anda tercatat."))
    return redirect("competitions:plenary_room", pk)


@require_POST
@allowed(check_can_preside)
def entry_call(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Put an entry on the floor."""
    stage = selection_stage(pk)
    row = get_object_or_404(Entry, pk=entry, edition=stage.edition_id)
    plenary = running_plenary(stage)
    if is_conflicted(request.user, [row.pk]):
        messages.error(request, _("Minta rekan Anda memimpin pembahasan peserta ini."))
    else:
        try:
            call_entry(by=request.user, plenary=plenary, entry=row)
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect("competitions:plenary_room", pk)
