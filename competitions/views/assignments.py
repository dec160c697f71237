"""The assignment board: who reads how much, who is appointed, who is in conflict."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import User
from competitions.actions.assignments import appoint
from competitions.actions.expertise import set_expertise
from competitions.enums import StageState
from competitions.forms.appointments import AppointForm, ExpertiseForm
from competitions.models import Stage
from competitions.permissions import (
    can_appoint,
    check_can_appoint,
    check_can_assign,
    check_can_follow_stage,
)
from competitions.queries.allocation_plans import appointments_in, latest_plan
from competitions.queries.board import hidden_from
from competitions.queries.judging import judge_lines
from competitions.queries.progress import body_of, conflicts_in, coverage, unappointed
from competitions.queries.sheets import entries_short_of_sheets
from competitions.views.refusals import why_not
from competitions.views.stages import readable_stage
from innovations.models import Category
from sinovik.audit import clock
from sinovik.web.access import Refusal, allowed
from sinovik.web.factors import with_fresh_proof
from sinovik.web.kept import kept


@require_GET
@allowed(check_can_follow_stage)
def assignment_board(request: HttpRequest, pk: int) -> HttpResponse:
    """Preview of a scored stage's assignments: who reads how much, who is in conflict."""
    stage = readable_stage(request, pk)
    user = request.user
    hidden = hidden_from(user, stage)
    numbers = coverage(stage, hidden)
    judges = judge_lines(stage, hidden, at=clock.now(), with_marks=False)
    held = [line.reading.total for line in judges]
    conflicts = list(conflicts_in(stage.edition).exclude(entry__in=hidden))
    judging = max(len(judges), 1)
    context = {
        "stage": stage,
        "edition": stage.edition,
        "numbers": numbers,
        "judges": judges,
        "late": [line for line in judges if stage.is_open and line.reading.is_late],
        "fewest": min(held, default=0),
        "most": max(held, default=0),
        "fair_share": -(-numbers.needed // judging),
        "unsent_entries": len(set(entries_short_of_sheets(stage)) - hidden) if stage.is_open else 0,
        "is_masked": bool(hidden),
        "conflicts": conflicts,
        "assign_refusal": why_not(check_can_assign, user, stage),
        "seed": default_seed(stage),
        "appoint_form": appoint_form(stage, user, kept(request)),
        "plan": latest_plan(stage),
    }
    return render(request, "competitions/assignment_board.html", context)


def appoint_form(stage: Stage, user: User, typed: QueryDict | None = None) -> AppointForm | None:
    """The form for the head while the stage is not closed and somebody is left to appoint."""
    if stage.state == StageState.CLOSED or not can_appoint(user, stage.edition):
        return None
    form = AppointForm(typed, people=unappointed(stage))
    return form if form.has_people else None


@require_POST
@allowed(check_can_appoint)
@with_fresh_proof(back="competitions:assignment_board")
def assignment_appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint people to the body that judges in this stage's edition."""
    stage = get_object_or_404(Stage.objects.select_related("edition"), pk=pk)
    form = AppointForm(request.POST, people=unappointed(stage))
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["users"]))
    else:
        try:
            made = appoint(
                by=request.user,
                edition=stage.edition,
                users=list(form.cleaned_data["users"]),
                role=body_of(stage),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(count)s orang ditunjuk.") % {"count": len(made)})
    return redirect("competitions:assignment_board", pk=pk)


def default_seed(stage: Stage) -> int:
    """The seed of the stage's draw: anybody can repeat it, nobody can choose it."""
    return stage.edition.year * 100 + stage.position


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_appoint)
def expertise_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The fields in which each appointed judge is at home."""
    stage = get_object_or_404(Stage.objects.select_related("edition"), pk=pk)
    categories = Category.objects.filter(pk__in=stage.edition.edition_categories.values("category"))
    form = ExpertiseForm(
        request.POST if request.method == "POST" else None,
        appointments=appointments_in(stage),
        categories=categories,
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = set_expertise(by=request.user, stage=stage, fields=form.by_appointment)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("Bidang keahlian %(count)s orang diubah.") % {"count": len(changed)}
            )
        return redirect("competitions:assignment_board", pk=pk)
    context = {"stage": stage, "form": form}
    return render(request, "competitions/expertise_edit.html", context)
