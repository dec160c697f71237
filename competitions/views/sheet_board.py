"""The sheets of a stage one by one, for the secretariat; the head reopens a sent one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agencies.enums import Role
from agencies.models import User
from competitions.actions.sheet_reopenings import reopen_sheet
from competitions.enums import SheetState, StageState
from competitions.filters import SheetFilter
from competitions.forms.scoresheets import ReopenForm
from competitions.models import Assignment, Stage
from competitions.permissions import check_can_follow_stage, check_can_reopen_sheet
from competitions.queries.board import hidden_from
from competitions.queries.sheet_history import followed_rows, followed_sheets, history_of_sheet
from competitions.views.refusals import status_of, why_not
from competitions.views.stages import readable_stage
from sinovik.web.access import Refusal, allowed

PAGE = 25


def _sees_marks(user: User, stage: Stage) -> bool:
    """Marks are the head's alone while judging goes on."""
    return user.has_role(Role.SECRETARIAT_HEAD) or stage.state == StageState.CLOSED


@require_GET
@allowed(check_can_follow_stage)
def sheet_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Every sheet of a stage with its state; what the reader is in conflict with is left out."""
    stage = readable_stage(request, pk)
    hidden = hidden_from(request.user, stage)
    chosen = SheetFilter(request.GET, queryset=followed_sheets(stage, hidden), stage=stage)
    pks = chosen.qs.values_list("pk", flat=True)
    page = Paginator(pks, PAGE).get_page(request.GET.get("page"))
    context = {
        "stage": stage,
        "is_masked": bool(hidden),
        "with_marks": _sees_marks(request.user, stage),
        "filter": chosen,
        "is_filtered": any(request.GET.get(name) for name in chosen.filters),
        "page_obj": page,
        "rows": followed_rows(list(page.object_list)),
    }
    return render(request, "competitions/sheet_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_follow_stage)
def sheet_detail(request: HttpRequest, pk: int, sheet: int) -> HttpResponse:
    """One sheet with its earlier versions; sent here, a reason reopens it."""
    stage = readable_stage(request, pk)
    rows = followed_sheets(stage, hidden_from(request.user, stage))
    assignment = get_object_or_404(rows, pk=sheet)
    form = ReopenForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                reopen_sheet(
                    by=request.user,
                    sheet=assignment.scoresheet,
                    reason=form.cleaned_data["reason"],
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = status_of(refusal)
            else:
                name = assignment.evaluator.name
                messages.success(
                    request, _("Lembar dibuka kembali. %(name)s dikabari.") % {"name": name}
                )
                return redirect("competitions:sheet_detail", pk=pk, sheet=sheet)
    context = _sheet_context(request.user, stage, assignment) | {"form": form}
    return render(request, "competitions/sheet_detail.html", context, status=status)


def _sheet_context(user: User, stage: Stage, assignment: Assignment) -> dict[str, Any]:
    row = assignment.scoresheet
    is_final = row.state == SheetState.FINAL
    return {
        "stage": stage,
        "assignment": assignment,
        "sheet": row,
        "is_final": is_final,
        "history": history_of_sheet(row) if _sees_marks(user, stage) else None,
        "may_reopen": is_final and stage.is_open,
        "reopen_refusal": why_not(check_can_reopen_sheet, user, row),
    }
