"""Deciding a change of a locked part of an edition, as the second person."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from competitions.actions.edition_changes import confirm_change, reject_change
from competitions.forms.design import ReasonForm
from competitions.models import EditionChange
from competitions.permissions.design import check_can_decide_change, check_can_read_design
from competitions.queries.design import blueprint_of, place_of
from competitions.queries.design_differences import differences
from competitions.queries.design_tasks import title_of
from competitions.views.refusals import status_of, why_not
from sinovik.web.access import Refusal, allowed


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_read_design)
def change_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What a change would change, why, and the second person's decision."""
    change = get_object_or_404(EditionChange.objects.for_list(), pk=pk)
    action = request.POST.get("action")
    form = ReasonForm(request.POST if action == "reject" else None)
    moves: dict[str, Callable[[], Any]] = {
        "confirm": lambda: confirm_change(by=request.user, change=change),
        "reject": lambda: reject_change(
            by=request.user, change=change, reason=form.cleaned_data["reason"]
        ),
    }
    refusal, status = None, 200
    if request.method == "POST" and action not in moves:
        refusal, status = Refusal(_("Tekan salah satu tombol di halaman ini.")), 422
    elif action in moves and (action != "reject" or form.is_valid()):
        try:
            moves[action]()
        except Refusal as declined:
            refusal, status = declined, status_of(declined)
        else:
            done = {"confirm": _("Perubahan berlaku."), "reject": _("Usulan perubahan ditolak.")}
            messages.success(request, done[action])
            return redirect("competitions:design_overview", change.edition.year)
    blueprint = blueprint_of(change.edition)
    place = place_of(change.part, blueprint)
    context = {
        "change": change,
        "edition": change.edition,
        "title": title_of(place, blueprint) if place else change.part,
        "differences": differences(change.before, change.after),
        "form": form,
        "refusal": refusal,
        "confirm_refusal": why_not(check_can_decide_change, request.user, change),
    }
    return render(request, "competitions/change_decide.html", context, status=status)
