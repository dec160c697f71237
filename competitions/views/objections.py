"""Objections: an agency files and follows its own, the secretariat answers, everybody counts."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions.actions.objections import (
    confirm_answer,
    file_objection,
    open_objections,
    propose_answer,
    return_answer,
)
from competitions.enums import CutOffState, ObjectionState
from competitions.forms.objections import AnswerForm, ObjectionForm, ReturnAnswerForm, incoming
from competitions.models import CutOff, Edition, Entry, Objection, ObjectionWindow, Result
from competitions.permissions import can_apply_cut_off
from competitions.permissions.objections import (
    can_answer_objection,
    can_file_objection,
    check_can_answer_objection,
    check_can_confirm_answer,
    check_can_follow_objections,
    check_can_open_objections,
)
from competitions.queries.board import hidden_from
from competitions.queries.conflicts import is_conflicted
from competitions.queries.objections import close_of, filing_windows, public_objections
from competitions.views.contest_files import sent
from competitions.views.entries import visible_entry
from competitions.views.rankings import selection_stage
from competitions.views.refusals import status_of, why_not
from sinovik.audit import clock
from sinovik.files import FileRefused
from sinovik.web.access import Refusal, allowed, public, signed_in
from sinovik.web.kept import kept
from sinovik.web.shared import shared


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def entry_objections(request: HttpRequest, pk: int) -> HttpResponse:
    """What the agency objected to about its entry, and the form while a window runs."""
    entry, windows = _own_entry(request, pk)
    running = [one for one in windows if one.is_running(clock.now())]
    # A form that arrives late is read against every window: its text must come back.
    is_sent = request.method == "POST"
    offered = windows if is_sent else running
    form = ObjectionForm(
        request.POST if is_sent else kept(request), request.FILES or None, windows=offered
    )
    status = 200
    if is_sent:
        status = 422
        if form.is_valid():
            try:
                objection = _file(request, entry, form)
            except Refusal as refusal:
                place = "evidence" if isinstance(refusal, FileRefused) else None
                form.add_error(place, str(refusal))
                status = status_of(refusal)
            else:
                said = _("Sanggahan %(number)s diterima.") % {"number": objection.code}
                messages.success(request, said)
                return redirect("competitions:objection_detail", objection.pk)
    context = {
        "entry": entry,
        "innovation": entry.innovation,
        "windows": windows,
        "running": running,
        "form": form if running or is_sent else None,
        "objections": Objection.objects.filter(entry=entry).for_list().order_by("number"),
    }
    return render(request, "competitions/entry_objections.html", context, status=status)


def _own_entry(request: HttpRequest, pk: int) -> tuple[Entry, list[ObjectionWindow]]:
    """The entry and its windows; 404 for all but its agency's admins, and before a window."""
    entry = visible_entry(request, pk)
    windows = filing_windows(request.user, entry)
    if not windows:
        raise Http404
    return entry, windows


def _file(request: HttpRequest, entry: Entry, form: ObjectionForm) -> Objection:
    return file_objection(
        by=request.user,
        entry=entry,
        stage=form.cleaned_data["stage"].stage,
        reason=form.cleaned_data["reason"],
        text=form.cleaned_data["text"],
        evidence=incoming(form.cleaned_data["evidence"]),
    )


def _visible(request: HttpRequest, pk: int) -> Objection:
    """An objection that the person may read; staff in conflict with its entry may not."""
    row = get_object_or_404(Objection.objects.visible_to(request.user).for_list(), pk=pk)
    if not can_file_objection(request.user, row.entry) and is_conflicted(
        request.user, [row.entry_id]
    ):
        raise Http404
    return row


@require_safe
@signed_in
def objection_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection, its evidence, its answer; and for the secretariat what comes next."""
    return _detail(request, _visible(request, pk))


def _detail(
    request: HttpRequest,
    row: Objection,
    status: int = 200,
    refusal: str = "",
    **forms: AnswerForm | ReturnAnswerForm,
) -> HttpResponse:
    is_staff = can_answer_objection(request.user)
    reads_along = not can_file_objection(request.user, row.entry)
    context: dict[str, Any] = {
        "objection": row,
        "entry": row.entry,
        "refusal": refusal,
        "reads_along": reads_along,
        # The agency reads an answer once two people stand for it.
        "shows_answer": row.is_answered or (reads_along and row.answer),
        "may_propose": is_staff and row.state == ObjectionState.FILED,
        "may_decide": is_staff and row.state == ObjectionState.ANSWER_PROPOSED,
        "confirm_refusal": why_not(check_can_confirm_answer, request.user, row),
        "answer": forms.get("answer") or AnswerForm(kept(request)),
        "result": _movable(request, row),
        "returning": forms.get("returning") or ReturnAnswerForm(),
        "form": next(iter(forms.values()), None),
    }
    return render(request, "competitions/objection_detail.html", context, status=status)


def _movable(request: HttpRequest, row: Objection) -> Result | None:
    """The result that an accepted objection may move, for whoever may move it."""
    if row.state != ObjectionState.ACCEPTED or not can_apply_cut_off(request.user):
        return None
    results = Result.objects.filter(cut_off__stage=row.stage_id, entry=row.entry_id)
    return results.filter(cut_off__state=CutOffState.PROVISIONAL).first()


@require_safe
@signed_in
def objection_evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The evidence, for those who may read its objection."""
    return sent(request, _visible(request, pk).evidence)


@require_POST
@allowed(check_can_answer_objection)
def objection_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose the answer; another person confirms it."""
    row = _visible(request, pk)
    form = AnswerForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            propose_answer(by=request.user, objection=row, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = status_of(refusal)
        else:
            messages.success(request, _("Jawaban diusulkan. Orang kedua perlu mengonfirmasi."))
            return redirect("competitions:objection_detail", pk)
    return _detail(request, row, status, answer=form)


@require_POST
@allowed(check_can_answer_objection)
def objection_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the proposed answer as the second person, or send it back."""
    row = _visible(request, pk)
    returning = request.POST.get("action") == "return"
    form = ReturnAnswerForm(request.POST if returning else None)
    if returning and not form.is_valid():
        return _detail(request, row, 422, returning=form)
    try:
        if returning:
            return_answer(by=request.user, objection=row, note=form.cleaned_data["note"])
            said = _("Jawaban dikembalikan kepada pengusulnya.")
        else:
            confirm_answer(by=request.user, objection=row)
            said = _("Sanggahan dijawab. Instansi sudah diberi tahu.")
    except Refusal as refusal:
        forms = {"returning": form} if returning else {}
        return _detail(request, row, status_of(refusal), str(refusal), **forms)
    messages.success(request, said)
    return redirect("competitions:objection_detail", pk)


@require_safe
@allowed(check_can_follow_objections)
def objection_board(request: HttpRequest, pk: int) -> HttpResponse:
    """A stage's window and its objections, for those who answer and who watch."""
    return _board(request, pk)


def _board(request: HttpRequest, pk: int, refusal: str = "", status: int = 200) -> HttpResponse:
    stage = selection_stage(pk)
    hidden = hidden_from(request.user, stage)
    cut_off = CutOff.objects.filter(stage=stage).first()
    window = ObjectionWindow.objects.filter(stage=stage).select_related("opened_by").first()
    found = Objection.objects.filter(stage=stage).exclude(entry__in=hidden).for_list()
    rows = list(found.order_by("number"))
    context = {
        "stage": stage,
        "cut_off": cut_off,
        "window": window,
        "is_running": bool(window and window.is_running(clock.now())),
        "would_close": close_of(stage, clock.now()),
        "objections": rows,
        "overdue": sum(row.is_overdue for row in rows),
        "is_masked": bool(hidden),
        "refusal": refusal,
        "open_refusal": why_not(check_can_open_objections, request.user),
    }
    return render(request, "competitions/objection_board.html", context, status=status)


@require_POST
@allowed(check_can_open_objections)
def objection_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the window; from now on agencies of the stage may object."""
    cut_off = get_object_or_404(CutOff, stage=selection_stage(pk))
    try:
        open_objections(by=request.user, cut_off=cut_off)
    except Refusal as refusal:
        return _board(request, pk, str(refusal), status_of(refusal))
    messages.success(request, _("Masa sanggah dibuka. Instansi peserta sudah diberi tahu."))
    return redirect("competitions:objection_board", pk)


@public
@shared
@require_safe
def objection_list(request: HttpRequest, year: int) -> HttpResponse:
    """Numbers, dates, states and reason codes of an edition; nothing that names anybody."""
    edition = get_object_or_404(Edition.objects.published(), year=year)
    windows = ObjectionWindow.objects.filter(stage__edition=edition).select_related("stage")
    context = {
        "edition": edition,
        "windows": windows.order_by("stage__position"),
        "now": clock.now(),
        "objections": public_objections(edition),
    }
    return render(request, "competitions/objection_list.html", context)
