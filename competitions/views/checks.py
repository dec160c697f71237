"""Administrative selection: queue, check screen, second person."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import User
from competitions.actions.checklists import save_items
from competitions.actions.checks import (
    FailDecision,
    claim_checks,
    claim_next,
    confirm_fails,
    pass_checks,
    propose_fails,
    reject_fail,
    release_check,
)
from competitions.enums import CheckState, FailReason, Outcome
from competitions.forms.checks import SAVE, ChecklistForm, RejectFailForm
from competitions.models import AdministrativeCheck, Correction, Entry, Stage
from competitions.permissions import (
    check_can_claim_check,
    check_can_confirm_fail,
    check_can_release_check,
    check_can_see_checks,
)
from competitions.queries.checklist import examine_check, note_of, reasons_of
from competitions.queries.checks import (
    administrative_stage_of,
    former_awards,
    similar_titles,
    takes_checks,
)
from competitions.queries.conflicts import conflicting_entries
from competitions.queries.corrections import is_unmended, last_correction
from competitions.queries.differences import Difference, changed, differences
from competitions.queries.letters import failed_letter, passed_letter
from competitions.queries.reading import read_proposal
from competitions.views.refusals import status_of, why_not
from competitions.views.stages import check_may_read
from sinovik.web.access import Refusal, allowed


def stage_of_year(year: int) -> Stage:
    """The edition's administrative stage, or 404."""
    stage = administrative_stage_of(year)
    if stage is None:
        raise Http404
    return stage


def check_for(user: User, pk: int) -> AdministrativeCheck:
    """A check the person may open; one of an entry in conflict is as good as missing."""
    rows = AdministrativeCheck.objects.select_related(
        "stage_entry__stage__edition",
        "stage_entry__entry__edition",
        "stage_entry__entry__agency",
        "stage_entry__entry__group",
        "stage_entry__entry__version",
        "stage_entry__entry__innovation",
        "claimed_by",
        "decided_by",
        "confirmed_by",
    )
    rows = rows.exclude(stage_entry__entry__in=conflicting_entries(user)).exclude(
        stage_entry__outcome=Outcome.REOPENED
    )
    check = get_object_or_404(rows, pk=pk)
    check_may_read(user, check.stage_entry.stage)
    return check


@require_GET
@allowed(check_can_see_checks)
def check_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Proposal left, checklist right."""
    check = check_for(request.user, pk)
    return render(request, "competitions/check_detail.html", _context(request, check))


def _context(
    request: HttpRequest, check: AdministrativeCheck, form: ChecklistForm | None = None
) -> dict[str, Any]:
    entry = check.stage_entry.entry
    user = request.user
    awaits_second = check.state == CheckState.FAIL_PROPOSED
    mine = check.claimed_by_id == user.pk and check.state == CheckState.CLAIMED
    form = form or checklist_form(check, user)
    running = takes_checks(check.stage_entry.stage)
    correction = last_correction(check)
    return {
        "check": check,
        "entry": entry,
        "stage": check.stage_entry.stage,
        "proposal": read_proposal(entry, is_blind=False),
        "form": form,
        "rows": form.rows(),
        "similar": similar_titles(entry, user),
        "awards": former_awards(entry),
        "takes_checks": running,
        "is_mine": mine and running,
        "correction": correction,
        "is_unmended": is_unmended(correction),
        "changes": _changes(entry, correction),
        "pass_letter": passed_letter(entry),
        # Conflicts are sorted out by then: such a check would not have been found.
        "claim_refusal": why_not(check_can_claim_check, user),
        "release_refusal": why_not(check_can_release_check, user, check),
        "confirm_refusal": why_not(check_can_confirm_fail, user, check) if awaits_second else "",
        "queue": reverse("competitions:check_queue", args=[entry.edition.year]),
    }


def checklist_form(
    check: AdministrativeCheck, user: User, typed: QueryDict | None = None
) -> ChecklistForm:
    """The checklist as it stands, with what was typed on top."""
    initial = {"version": check.edit_number}
    return ChecklistForm(typed, lines=examine_check(check, user), initial=initial)


def _changes(entry: Entry, correction: Correction | None) -> list[Difference]:
    """What came back differently from a correction."""
    if correction is None or correction.mended_version is None:
        return []
    before = read_proposal(entry, is_blind=False, version=correction.version)
    after = read_proposal(entry, is_blind=False, version=correction.mended_version)
    return changed(differences(before, after))


@require_POST
@allowed(check_can_claim_check)
def check_claim_next(request: HttpRequest, year: int) -> HttpResponse:
    """Take the oldest waiting check."""
    return _claim_next(request, stage_of_year(year))


def _claim_next(request: HttpRequest, stage: Stage) -> HttpResponse:
    try:
        check = claim_next(by=request.user, stage=stage)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        check = None
    else:
        if check is None:
            messages.info(request, _("Antrean kosong. Tidak ada proposal yang menunggu."))
    if check is None:
        return redirect("competitions:check_queue", year=stage.edition.year)
    return redirect("competitions:check_detail", pk=check.pk)


@require_POST
@allowed(check_can_claim_check)
def check_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take this very check."""
    check = check_for(request.user, pk)
    try:
        claim_checks(by=request.user, checks=[check])
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("competitions:check_detail", pk=pk)


@require_POST
@allowed(check_can_claim_check)
def check_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a claimed check back to the queue."""
    check = check_for(request.user, pk)
    try:
        release_check(by=request.user, check=check)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("competitions:check_detail", pk=pk)
    messages.success(request, _("Proposal dikembalikan ke antrean."))
    return redirect("competitions:check_queue", year=check.stage_entry.entry.edition.year)


@require_POST
@allowed(check_can_claim_check)
def check_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the checklist; pass, propose a fail or go on to a correction; then the next one."""
    check = check_for(request.user, pk)
    form = checklist_form(check, request.user, request.POST)
    status = 422
    if form.is_valid():
        try:
            said = _decide(request, check, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = status_of(refusal)
        else:
            return _after_decision(request, check, form, said)
    context = _context(request, check, form)
    return render(request, "competitions/check_detail.html", context, status=status)


def _after_decision(
    request: HttpRequest, check: AdministrativeCheck, form: ChecklistForm, said: str
) -> HttpResponse:
    decision = form.cleaned_data["decision"]
    if decision == CheckState.CORRECTION:
        return redirect("competitions:check_correction", pk=check.pk)
    messages.success(request, said)
    if decision == SAVE:
        return redirect(f"{reverse('competitions:check_detail', args=[check.pk])}?bagian=nilai")
    stage = check.stage_entry.stage
    if request.POST.get("next"):
        return _claim_next(request, stage)
    return redirect("competitions:check_queue", year=stage.edition.year)


@transaction.atomic
def _decide(request: HttpRequest, check: AdministrativeCheck, form: ChecklistForm) -> str:
    """Save and decide together: a refused decision leaves the checklist as it was."""
    number, answers = check.stage_entry.entry.number, form.answers
    version = form.cleaned_data["version"] or check.edit_number
    decision = form.cleaned_data["decision"]
    save_items(by=request.user, check=check, edit_number=version, answers=answers)
    if decision == Outcome.PASSED:
        pass_checks(by=request.user, checks=[check])
        return _("%(number)s lolos seleksi administrasi.") % {"number": number}
    if decision == Outcome.FAILED:
        fail = FailDecision(check, tuple(reasons_of(answers)), note_of(answers))
        propose_fails(by=request.user, decisions=[fail])
        return _("%(number)s diusulkan tidak lolos dan menunggu orang kedua.") % {"number": number}
    return _("Daftar periksa %(number)s tersimpan.") % {"number": number}


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_claim_check)
def check_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person confirms a proposed fail or sends it back to the queue."""
    check = check_for(request.user, pk)
    if request.method != "POST" and check.state != CheckState.FAIL_PROPOSED:
        return redirect("competitions:check_detail", pk=pk)
    returning = request.POST.get("action") == "return"
    form = RejectFailForm(request.POST if returning else None)
    status, refusal_text = 200, ""
    if request.method == "POST" and (not returning or form.is_valid()):
        try:
            said = _settle(request, check, form if returning else None)
        except Refusal as refusal:
            refusal_text, status = str(refusal), status_of(refusal)
        else:
            messages.success(request, said)
            address = reverse(
                "competitions:check_queue", args=[check.stage_entry.entry.edition.year]
            )
            return redirect(f"{address}?keadaan=kedua")
    elif request.method == "POST":
        status = 422
    entry = check.stage_entry.entry
    reasons = [FailReason(reason) for reason in check.reasons]
    letter = failed_letter(entry, reasons, check.note)
    context = _context(request, check) | {
        "form": form,
        "refusal": refusal_text,
        "letter": letter,
    }
    return render(request, "competitions/check_confirm.html", context, status=status)


def _settle(
    request: HttpRequest, check: AdministrativeCheck, returned: RejectFailForm | None
) -> str:
    number = check.stage_entry.entry.number
    if returned:
        note = returned.cleaned_data["note"]
        reject_fail(by=request.user, check=check, note=note)
        return _("%(number)s kembali ke antrean.") % {"number": number}
    confirm_fails(by=request.user, checks=[check])
    return _("%(number)s dikonfirmasi tidak lolos.") % {"number": number}
