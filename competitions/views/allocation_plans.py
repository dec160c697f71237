"""Plans of who reads what: asked for, looked at, applied, undone."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from competitions.actions.allocation_plans import apply_plan, cancel_plan, request_plan, undo_plan
from competitions.models import AllocationPlan, Entry, Stage
from competitions.permissions import check_can_assign, check_can_follow_stage
from competitions.queries.allocation_plans import (
    Line,
    facts_of,
    is_touched,
    lines_of,
    reason_of,
    shelf_of,
)
from competitions.queries.board import hidden_from
from competitions.views.assignments import default_seed
from competitions.views.refusals import why_not
from competitions.views.stages import readable_stage
from sinovik.web.access import Refusal, allowed

PAGE = 25


@require_POST
@allowed(check_can_assign)
def allocation_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a plan of what the stage lacks."""
    stage = get_object_or_404(Stage.objects.select_related("edition"), pk=pk)
    try:
        plan = request_plan(by=request.user, stage=stage, seed=default_seed(stage))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("competitions:assignment_board", pk=pk)
    return redirect("competitions:allocation_detail", plan.pk)


@require_safe
@allowed(check_can_follow_stage)
def allocation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; then each judge's part, what was kept clear of, and one judge's list."""
    plan = _plan(pk)
    stage = readable_stage(request, plan.stage_id)
    context: dict[str, Any] = {
        "plan": plan,
        "stage": stage,
        "edition": stage.edition,
        "act_refusal": why_not(check_can_assign, request.user, stage),
        "is_masked": bool(hidden := hidden_from(request.user, stage)),
    }
    if plan.shelves:
        lines = lines_of(plan)
        context |= {"lines": lines, "facts": facts_of(plan, lines)}
        context |= _shelf(request, plan, lines, hidden)
        context["is_touched"] = context["facts"]["is_applied"] and is_touched(plan)
    return render(request, "competitions/allocation_detail.html", context)


def _plan(pk: int) -> AllocationPlan:
    rows = AllocationPlan.objects.select_related(
        "stage__edition", "created_by", "applied_by", "undone_by"
    )
    return get_object_or_404(rows, pk=pk)


def _shelf(
    request: HttpRequest, plan: AllocationPlan, lines: list[Line], hidden: frozenset[int]
) -> dict[str, Any]:
    """One page of what a judge would read, with the reason of each entry's readers."""
    wanted = request.GET.get("penilai")
    if wanted is None:
        return {}
    line = next((one for one in lines if str(one.judge.pk) == wanted), None)
    if line is None:
        raise Http404
    page = Paginator(shelf_of(plan, line.judge.pk, hidden), PAGE).get_page(request.GET.get("page"))
    rows = Entry.objects.select_related("edition", "innovation__category", "agency")
    found = rows.defer("innovation__sections").in_bulk(list(page))
    shelf = [
        {
            "entry": found[entry],
            "minutes": plan.shelves["minutes"][str(entry)],
            "reason": reason_of(plan, entry, line.judge.pk),
        }
        for entry in page
    ]
    return {"line": line, "page_obj": page, "shelf": shelf}


@require_POST
@allowed(check_can_assign)
def allocation_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a plan that is being computed."""
    return _done(request, pk, cancel_plan, _("Penghitungan dibatalkan."))


@require_POST
@allowed(check_can_assign)
def allocation_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out what the plan says."""
    return _done(request, pk, apply_plan, _("Pembagian diterapkan dan penilai diberi tahu."))


@require_POST
@allowed(check_can_assign)
def allocation_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the plan handed out."""
    return _done(request, pk, undo_plan, _("Pembagian diurungkan dan penilai diberi tahu."))


def _done(request: HttpRequest, pk: int, action: Any, said: str) -> HttpResponse:
    try:
        action(by=request.user, plan=_plan(pk))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("competitions:allocation_detail", pk)
