"""Preparing an announcement: start it, follow it, stop it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from competitions.actions.preparations import cancel_preparation, request_preparation
from competitions.models import CutOff
from competitions.permissions import check_can_schedule_announcement
from competitions.queries.board import hidden_from
from competitions.queries.preparations import is_prepared, preparation_of
from sinovik.web.access import Refusal, allowed


def _cut_off(pk: int) -> CutOff:
    return get_object_or_404(CutOff.objects.select_related("stage__edition"), stage=pk)


@require_safe
@allowed(check_can_schedule_announcement)
def preparation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, with what to do next."""
    cut_off = _cut_off(pk)
    context = {
        "stage": cut_off.stage,
        "cut_off": cut_off,
        "preparation": preparation_of(cut_off),
        "is_masked": bool(hidden_from(request.user, cut_off.stage)),
        "scan": cut_off.comment_scan if is_prepared(cut_off) else None,
    }
    return render(request, "competitions/preparation_detail.html", context)


@require_POST
@allowed(check_can_schedule_announcement)
def preparation_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for it."""
    try:
        request_preparation(by=request.user, cut_off=_cut_off(pk))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("competitions:preparation_detail", pk)


@require_POST
@allowed(check_can_schedule_announcement)
def preparation_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the one that is under way."""
    preparation = preparation_of(_cut_off(pk))
    try:
        if preparation:
            cancel_preparation(by=request.user, preparation=preparation)
            messages.success(request, _("Penyiapan dibatalkan."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("competitions:preparation_detail", pk)
