"""The ranking board: line, two people who lock, decree, announcement."""

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from competitions.actions.announcements import schedule_announcement
from competitions.actions.cut_offs import (
    apply_cut_off,
    confirm_lock,
    propose_lock,
    reject_lock,
)
from competitions.enums import CutOffState, StageKind
from competitions.filters import ResultFilter
from competitions.forms.rankings import (
    DecreeForm,
    LockForm,
    RejectLockForm,
    SeatsForm,
)
from competitions.models import CutOff, Result, Stage
from competitions.permissions import (
    check_can_apply_cut_off,
    check_can_confirm_lock,
    check_can_propose_lock,
    check_can_schedule_announcement,
    check_can_see_ranking,
)
from competitions.queries.board import (
    WIDE_GAP,
    ZONE,
    Line,
    board_rows,
    census,
    cut_off_of,
    hidden_from,
    line_of,
    policy_of,
    results_of,
    ties_of,
    unsent_sheets,
    untie,
    why_list_waits,
    window,
)
from competitions.queries.board_history import history_of
from competitions.queries.listed import Place, as_listed, listed, listing, places_of
from competitions.queries.preparations import needs_preparation
from competitions.queries.ranking import scoring_stage
from competitions.views.refusals import status_of, why_not
from sinovik.exports import table_file
from sinovik.web.access import Refusal, allowed
from sinovik.web.attachments import attached
from sinovik.web.factors import with_fresh_proof
from sinovik.web.kept import kept
from sinovik.web.prepared import Prepared

PAGE = 50


def selection_stage(pk: int) -> Stage:
    """A stage that makes a list, with its edition; 404 for any other."""
    stage = _SELECTION.first(pk=pk)
    if stage is None:
        raise Http404
    return stage


_SELECTION = Prepared(
    lambda pk: (
        Stage.objects.filter(pk=pk, kind=StageKind.SELECTION)
        .select_related("edition", "ranks_from")
        .order_by()
    ),
    "pk",
)


def _stage(request: HttpRequest, pk: int) -> Stage:
    stage = selection_stage(pk)
    check_can_see_ranking(request.user, stage)
    return stage


@require_GET
@allowed(check_can_see_ranking)
def ranking_board(request: HttpRequest, pk: int) -> HttpResponse:
    """The list around its line, or all of it, with what is left to decide."""
    stage = _stage(request, pk)
    return render(request, "competitions/ranking_board.html", _board(request, stage))


def _board(request: HttpRequest, stage: Stage, form: SeatsForm | None = None) -> dict[str, Any]:
    cut_off = cut_off_of(stage)
    hidden = hidden_from(request.user, stage)
    context: dict[str, Any] = {
        "stage": stage,
        "edition": stage.edition,
        "source": scoring_stage(stage),
        "cut_off": cut_off,
        "form": form or SeatsForm(initial={"seats": cut_off.seats if cut_off else stage.seats}),
        "unsent": unsent_sheets(stage, hidden) if stage.is_open else 0,
        "is_masked": bool(hidden),
        "apply_refusal": why_not(check_can_apply_cut_off, request.user, stage),
        "zone": ZONE,
        "wide_gap": WIDE_GAP,
    }
    if cut_off is None:
        return context
    places = places_of(cut_off)
    line = line_of(cut_off, places)
    ties = ties_of(cut_off, places, hidden)
    at_line = next((tie for tie in ties if tie.at_line), None)
    numbers, shares = census(cut_off, line, hidden)
    shown = _listing(request, cut_off, line, places, hidden)
    untie((row.result for row in shown["rows"]), ties)
    context |= shown | {
        "line": line,
        "has_simulated_scores": cut_off.applied_by.is_simulated,
        "numbers": numbers,
        "ties": [tie for tie in ties if not tie.at_line],
        "tie_at_line": at_line,
        "tied_at_line": listed(cut_off, at_line.entries) if at_line else [],
        "composition": shares,
        "policy": policy_of(cut_off, hidden),
        "history": history_of(cut_off, hidden),
        "lock_refusal": why_not(check_can_propose_lock, request.user) or why_list_waits(cut_off),
        "confirm_refusal": why_not(check_can_confirm_lock, request.user, cut_off),
        "schedule_refusal": why_not(check_can_schedule_announcement, request.user, cut_off),
        "needs_preparation": needs_preparation(cut_off),
    }
    return context


def _listing(
    request: HttpRequest,
    cut_off: CutOff,
    line: Line | None,
    places: Sequence[Place],
    hidden: Collection[int],
) -> dict[str, Any]:
    """The rows of the chosen view: around the line, or the whole list filtered in pages."""
    stage = cut_off.stage
    shown = results_of(cut_off, hidden)
    chosen = ResultFilter(request.GET, queryset=shown, edition=stage.edition)
    is_filtered = any(request.GET.get(name) for name in chosen.filters)
    whole = is_filtered or request.GET.get("tampil") == "semua"
    if whole:
        page = Paginator(listing(chosen.qs), PAGE).get_page(request.GET.get("page"))
        found = as_listed(page.object_list)
        rows = board_rows(found, cut_off, line, continues=page.number > 1)
    else:
        page = None
        found, top = window(cut_off, line, places, hidden)
        rows = board_rows(found, cut_off, line, gap_after=top)
    pills = [
        {"text": _("Sekitar garis batas"), "href": request.path, "current": not whole},
        {"text": _("Seluruh daftar"), "href": f"{request.path}?tampil=semua", "current": whole},
    ]
    return {
        "rows": rows,
        "page_obj": page,
        "whole": whole,
        "filter": chosen,
        "current_href": f"{request.path}?tampil=semua",
        "is_filtered": is_filtered,
        "pills": pills,
    }


@require_GET
@allowed(check_can_see_ranking)
def ranking_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole list as a table."""
    stage = _stage(request, pk)
    cut_off = get_object_or_404(CutOff.objects.select_related("applied_by"), stage=stage)
    header = [
        _("peringkat"),
        _("nomor"),
        _("judul"),
        _("instansi"),
        _("jenis instansi"),
        _("provinsi"),
        _("kategori"),
        _("nilai akhir"),
        _("nilai disesuaikan"),
        _("peringkat terbaik (90%)"),
        _("peringkat terburuk (90%)"),
        _("peluang di atas garis"),
        _("lembar"),
        _("terendah"),
        _("tertinggi"),
        _("seri"),
        _("terpilih"),
        _("alasan pleno"),
        _("nilai simulasi"),
        _("simulasi"),
    ]
    simulated = cut_off.applied_by.is_simulated
    hidden = hidden_from(request.user, stage)
    results = list(results_of(cut_off, hidden))
    untie(results, ties_of(cut_off, places_of(cut_off), hidden))
    rows = [_csv_row(result, is_simulated=simulated) for result in results]
    name = f"peringkat-{stage.edition.year}-{stage.slug}"
    return attached(table_file(request.GET.get("bentuk"), name, header, rows))


def _csv_row(result: Result, *, is_simulated: bool) -> list[object]:
    entry = result.entry
    region = entry.agency.region
    category = entry.innovation.category
    yes, no = _("ya"), _("tidak")
    return [
        result.rank,
        entry.number,
        entry.innovation.title,
        entry.agency.name,
        entry.agency.get_agency_type_display(),
        region.province_or_self.name if region else "",
        _(category.name) if category else "",
        result.score,
        result.calibrated,
        result.best_rank,
        result.worst_rank,
        result.chances[0] if result.chances else "",
        result.sheet_count,
        result.lowest,
        result.highest,
        yes if result.is_tied else no,
        yes if result.is_selected else no,
        result.motion.get_reason_display() if result.motion else "",
        yes if is_simulated else no,
        yes if entry.innovation.is_simulated else no,
    ]


@require_POST
@allowed(check_can_apply_cut_off)
def cut_off_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the line under the given number of seats."""
    stage = _stage(request, pk)
    form = SeatsForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            cut_off = apply_cut_off(by=request.user, stage=stage, seats=form.cleaned_data["seats"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = status_of(refusal)
        else:
            said = _("Batas %(name)s diterapkan pada %(seats)s kursi.")
            messages.success(request, said % {"name": stage.name, "seats": cut_off.seats})
            return redirect("competitions:ranking_board", pk=pk)
    context = _board(request, stage, form)
    return render(request, "competitions/ranking_board.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_propose_lock)
@with_fresh_proof()
def cut_off_lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose the list for locking, with a reason."""
    stage = _stage(request, pk)
    cut_off = get_object_or_404(CutOff.objects.select_related("stage__edition"), stage=stage)
    form = LockForm(request.POST if request.method == "POST" else kept(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                propose_lock(by=request.user, cut_off=cut_off, reason=form.cleaned_data["reason"])
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = status_of(refusal)
            else:
                messages.success(
                    request, _("Penguncian diusulkan. Orang kedua perlu mengonfirmasi.")
                )
                return redirect("competitions:ranking_board", pk=pk)
    context = _lock_context(request, cut_off) | {"form": form}
    return render(request, "competitions/ranking_lock.html", context, status=status)


def _lock_context(request: HttpRequest, cut_off: CutOff) -> dict[str, Any]:
    hidden = hidden_from(request.user, cut_off.stage)
    numbers, shares = census(cut_off, line_of(cut_off, places_of(cut_off)), hidden)
    return {
        "stage": cut_off.stage,
        "is_masked": bool(hidden),
        "cut_off": cut_off,
        "numbers": numbers,
        "moved": results_of(cut_off, hidden).filter(motion__isnull=False),
        "composition": shares,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_confirm_lock)
@with_fresh_proof()
def cut_off_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person locks the list or sends it back."""
    stage = _stage(request, pk)
    cut_off = get_object_or_404(
        CutOff.objects.select_related("stage__edition", "lock_proposed_by"), stage=stage
    )
    if cut_off.state != CutOffState.LOCK_PROPOSED and request.method != "POST":
        return redirect("competitions:ranking_board", pk=pk)
    typed = request.POST if request.method == "POST" else kept(request) or request.POST
    returning = typed.get("action") == "return"
    form = RejectLockForm(typed if returning else None)
    status, refusal_text = 200, ""
    if request.method == "POST":
        status = 422
        if not returning or form.is_valid():
            try:
                said = _settle_lock(request, cut_off, form if returning else None)
            except Refusal as refusal:
                refusal_text, status = str(refusal), status_of(refusal)
            else:
                messages.success(request, said)
                return redirect("competitions:ranking_board", pk=pk)
    context = _lock_context(request, cut_off) | {
        "form": form,
        "refusal": refusal_text,
        "confirm_refusal": why_not(check_can_confirm_lock, request.user, cut_off),
    }
    return render(request, "competitions/ranking_confirm.html", context, status=status)


def _settle_lock(request: HttpRequest, cut_off: CutOff, returned: RejectLockForm | None) -> str:
    if returned:
        reject_lock(by=request.user, cut_off=cut_off, reason=returned.cleaned_data["reason"])
        return _("Daftar dikembalikan menjadi sementara.")
    confirm_lock(by=request.user, cut_off=cut_off)
    return _("Daftar terkunci. Lanjutkan dengan nomor keputusan dan waktu pengumuman.")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_schedule_announcement)
@with_fresh_proof()
def decree_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Decree and instant; a valid form goes on to the page that asks once more."""
    stage = _stage(request, pk)
    cut_off = get_object_or_404(CutOff, stage=stage)
    form = DecreeForm(request.POST if request.method == "POST" else kept(request))
    changing = "change" in request.POST
    context = {"stage": stage, "cut_off": cut_off, "form": form}
    if request.method == "POST" and form.is_valid() and not changing:
        return render(request, "competitions/ranking_announce.html", context)
    status = 422 if form.errors else 200
    return render(request, "competitions/ranking_decree.html", context, status=status)


@require_POST
@allowed(check_can_schedule_announcement)
@with_fresh_proof(back="competitions:decree_enter")
def announcement_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Schedule the announcement; after this the list only waits for its instant."""
    stage = _stage(request, pk)
    cut_off = get_object_or_404(CutOff, stage=stage)
    form = DecreeForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            schedule_announcement(
                by=request.user,
                cut_off=cut_off,
                decree_number=form.cleaned_data["decree_number"],
                decree_dated_on=form.cleaned_data["decree_dated_on"],
                announce_at=form.announce_at,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = status_of(refusal)
        else:
            messages.success(request, _("Pengumuman dijadwalkan."))
            return redirect("competitions:ranking_board", pk=pk)
    context = {"stage": stage, "cut_off": cut_off, "form": form}
    return render(request, "competitions/ranking_decree.html", context, status=status)
