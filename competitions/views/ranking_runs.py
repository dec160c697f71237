"""Computed rankings: how sure each place is, and what the list would be under other terms."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from competitions.actions.ranking_runs import CLOSED, order_ranking_run
from competitions.enums import StageKind, StageState
from competitions.forms.ranking_runs import RunForm
from competitions.models import Stage
from competitions.permissions import check_can_see_ranking
from competitions.permissions.ranking_runs import check_can_compute_ranking
from competitions.queries.board import hidden_from
from competitions.queries.policy import moved_by, steps_of, steps_told
from competitions.queries.ranking_runs import (
    COMPARED,
    RunLine,
    Terms,
    beside,
    entries_by_pk,
    is_grey,
    lines_of,
    runs_of,
)
from competitions.views.refusals import status_of, why_not
from sinovik.web.access import Refusal, allowed

PAGE = 50


def _stage(request: HttpRequest, pk: int) -> Stage:
    rows = Stage.objects.select_related("edition", "ranks_from").filter(kind=StageKind.SELECTION)
    stage = get_object_or_404(rows, pk=pk)
    check_can_see_ranking(request.user, stage)
    return stage


@require_GET
@allowed(check_can_see_ranking)
def run_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest runs side by side, and the form for another."""
    stage = _stage(request, pk)
    return render(request, "competitions/ranking_run_list.html", _listing(request, stage))


def initial_form(stage: Stage) -> RunForm:
    """The form filled with what the stage itself goes by."""
    initial = {"seats": stage.seats, "basis": stage.ranks_by}
    return RunForm(initial=initial, steps=steps_of(stage))


def _listing(request: HttpRequest, stage: Stage, form: RunForm | None = None) -> dict[str, Any]:
    hidden = hidden_from(request.user, stage)
    newest = list(runs_of(stage)[:COMPARED])
    columns, compositions = beside(newest[::-1], hidden)
    return {
        "stage": stage,
        "edition": stage.edition,
        "is_masked": bool(hidden),
        "columns": columns,
        "compositions": compositions,
        "form": form or initial_form(stage),
        "compute_refusal": why_not(check_can_compute_ranking, request.user, stage)
        or (CLOSED if stage.state == StageState.CLOSED else ""),
    }


@require_POST
@allowed(check_can_compute_ranking)
def run_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Order a run; a job computes it."""
    stage = _stage(request, pk)
    form = RunForm(request.POST, steps=steps_of(stage))
    status = 422
    if form.is_valid():
        wanted = form.cleaned_data
        terms = Terms(wanted["seats"], wanted["basis"], form.chosen_steps())
        try:
            order_ranking_run(by=request.user, stage=stage, name=wanted["name"], terms=terms)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = status_of(refusal)
        else:
            messages.success(request, _("Sedang dihitung. Muat ulang halaman sebentar lagi."))
            return redirect("competitions:ranking_run_list", pk=pk)
    context = _listing(request, stage, form)
    return render(request, "competitions/ranking_run_list.html", context, status=status)


@require_GET
@allowed(check_can_see_ranking)
def run_detail(request: HttpRequest, pk: int, run: int) -> HttpResponse:
    """One run: both scores, the interval of ranks and the chance above the line."""
    stage = _stage(request, pk)
    kept = get_object_or_404(runs_of(stage), pk=run)
    hidden = hidden_from(request.user, stage)
    whole = request.GET.get("tampil") == "semua"
    everything = lines_of(kept, hidden, only_grey=False)
    grey = [line for line in everything if is_grey(line)]
    page = Paginator(everything if whole else grey, PAGE).get_page(request.GET.get("page"))
    steps = kept.figures["steps"]
    entries = entries_by_pk([*(line["entry"] for line in page.object_list), *moved_by(steps)])
    pills = [
        {"text": _("Zona abu-abu"), "href": request.path, "current": not whole},
        {"text": _("Seluruh daftar"), "href": f"{request.path}?tampil=semua", "current": whole},
    ]
    context = {
        "stage": stage,
        "run": kept,
        "rows": [RunLine(entries[line["entry"]], line) for line in page.object_list],
        "page_obj": page,
        "pills": pills,
        "whole": whole,
        "numbers": {"ranked": len(everything), "grey": len(grey)},
        "steps": steps_told(steps, entries, hidden),
        "is_masked": bool(hidden),
        "is_simulated": kept.made_by.is_simulated,
    }
    return render(request, "competitions/ranking_run_detail.html", context)
