"""The dress rehearsal of a draft edition: start it, follow it, read what it would produce."""

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from competitions.actions.rehearsals import request_rehearsal
from competitions.exceptions import EditionInconsistent
from competitions.models import Edition, Rehearsal
from competitions.permissions.design import check_can_design, check_can_read_design
from competitions.views.design import overview
from sinovik.web.access import Refusal, allowed

MAIN = re.compile(r"<main\b[^>]*>")


@require_POST
@allowed(check_can_design)
def rehearsal_start(request: HttpRequest, year: int) -> HttpResponse:
    """Ask for a rehearsal, or read every reason why not."""
    edition = get_object_or_404(Edition, year=year)
    try:
        rehearsal = request_rehearsal(by=request.user, edition=edition)
    except EditionInconsistent as refusal:
        context = overview(request, edition) | {"refusal": refusal}
        return render(request, "competitions/design_overview.html", context, status=409)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("competitions:design_overview", year)
    return redirect("competitions:rehearsal_detail", rehearsal.pk)


@require_safe
@allowed(check_can_read_design)
def rehearsal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, then its report: steps, screens, letters of each stage."""
    rehearsal = _rehearsal(pk)
    number = 0
    for stage in rehearsal.report:
        for screen in stage["screens"]:
            number += 1
            screen["number"] = number
    context = {"rehearsal": rehearsal, "edition": rehearsal.edition}
    return render(request, "competitions/rehearsal_detail.html", context)


@require_safe
@allowed(check_can_read_design)
def rehearsal_screen(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One kept page, said to be simulated, with nothing to press but the way back."""
    rehearsal = _rehearsal(pk)
    screens = [screen for stage in rehearsal.report for screen in stage["screens"]]
    if not 1 <= number <= len(screens):
        raise Http404(_("Layar ini tidak ada."))
    context = {"rehearsal": rehearsal, "screen": screens[number - 1]}
    label = render_to_string("competitions/_rehearsal_label.html", context, request)
    html = MAIN.sub(lambda found: found.group() + label, screens[number - 1]["html"], count=1)
    return HttpResponse(html)


def _rehearsal(pk: int) -> Rehearsal:
    return get_object_or_404(Rehearsal.objects.select_related("edition", "created_by"), pk=pk)
