"""Motions of a plenary: asked for, put to the vote, voted on; and stepping back from an entry."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from competitions.actions.motions import (
    cast_vote,
    close_vote,
    open_vote,
    propose_motion,
    withdraw_motion,
)
from competitions.enums import VoteChoice
from competitions.forms.plenary import MotionForm
from competitions.models import Motion, Stage
from competitions.permissions.plenary import (
    check_can_follow_plenary,
    check_can_take_seat,
    check_has_seat,
)
from competitions.queries.board import hidden_from, results_of
from competitions.queries.plenary import near_line
from competitions.views.conflicts import declare
from competitions.views.plenary import followed_stage, running_plenary
from competitions.views.refusals import status_of
from sinovik.web.access import Refusal, allowed

STEPS: dict[str, Callable[..., Motion]] = {
    "open": open_vote,
    "close": close_vote,
    "withdraw": withdraw_motion,
}


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_take_seat)
def motion_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a move, as a member who is present."""
    stage = followed_stage(request, pk)
    plenary = running_plenary(stage)
    check_has_seat(request.user, plenary)
    hidden = hidden_from(request.user, stage)
    results = results_of(plenary.cut_off, hidden)
    initial = {"entry_in": request.GET.get("masuk", ""), "entry_out": request.GET.get("keluar", "")}
    form = MotionForm(
        request.POST if request.method == "POST" else None, results=results, initial=initial
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                motion = propose_motion(by=request.user, plenary=plenary, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = status_of(refusal)
            else:
                messages.success(request, _("Usulan %(n)s tercatat.") % {"n": motion.number})
                return redirect("competitions:plenary_room", pk)
    context = {"stage": stage, "form": form, "near": near_line(plenary.cut_off, hidden)}
    return render(request, "competitions/motion_propose.html", context, status=status)


@require_POST
@allowed(check_can_follow_plenary)
def motion_step(request: HttpRequest, pk: int, motion: int) -> HttpResponse:
    """Open its vote, close it, or withdraw it; the action says who may."""
    row = _motion(followed_stage(request, pk), motion, request.user)
    step = STEPS.get(request.POST.get("action", ""))
    if step is None:
        raise Http404
    return _attempt(request, pk, lambda: step(by=request.user, motion=row))


@require_POST
@allowed(check_can_take_seat)
def vote_cast(request: HttpRequest, pk: int, motion: int) -> HttpResponse:
    """Vote openly on a motion."""
    row = _motion(followed_stage(request, pk), motion, request.user)
    choice = request.POST.get("choice", "")
    if choice not in VoteChoice.values:
        raise Http404
    return _attempt(
        request,
        pk,
        lambda: cast_vote(by=request.user, motion=row, choice=choice),
        _("Suara Anda tercatat."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_follow_plenary)
def entry_recuse(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Step back from an entry that is discussed, with a reason, for good."""
    stage = followed_stage(request, pk)
    plenary = running_plenary(stage)
    seen = results_of(plenary.cut_off, hidden_from(request.user, stage))
    row = get_object_or_404(seen.select_related("entry__version"), entry=entry)
    here = reverse("competitions:plenary_room", args=[pk])
    return declare(request, row.entry, here=here, done=here)


def _motion(stage: Stage, pk: int, user: Any) -> Motion:
    """A motion of the stage's running session; as missing where the person is in conflict."""
    rows = running_plenary(stage).motions.select_related("plenary__cut_off")
    motion = get_object_or_404(rows, pk=pk)
    if not set(motion.entry_ids).isdisjoint(hidden_from(user, stage)):
        raise Http404
    return motion


def _attempt(
    request: HttpRequest, pk: int, step: Callable[[], object], said: str = ""
) -> HttpResponse:
    try:
        step()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
    return redirect("competitions:plenary_room", pk)
