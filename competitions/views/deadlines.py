"""Pages about deadlines: extensions by two people, and what came after the close."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.models import User
from competitions.actions.automatic import cancel_automatic, order_automatic
from competitions.actions.extensions import (
    confirm_extension,
    propose_extension,
    reject_extension,
)
from competitions.actions.late import admit_late, decline_late, propose_admission
from competitions.enums import StageKind
from competitions.forms.deadlines import (
    AdmissionForm,
    DeclineForm,
    ExtensionForm,
    RejectExtensionForm,
)
from competitions.models import DeadlineExtension, Edition, LateSubmission, Stage
from competitions.permissions import check_can_follow_stage
from competitions.permissions.deadlines import (
    can_propose_extension,
    check_can_confirm_extension,
    check_can_propose_extension,
)
from competitions.permissions.late import (
    can_decide_late,
    check_can_admit_late,
    check_can_see_late,
)
from competitions.queries.conflicts import conflicting_entries
from competitions.queries.deadlines import deadline_of
from competitions.queries.stages import is_selection_over
from competitions.views.entries import visible_entry
from competitions.views.refusals import status_of, why_not
from sinovik.audit.outcome import OutcomeUnknown
from sinovik.web.access import Refusal, allowed, signed_in
from sinovik.web.factors import with_fresh_proof
from sinovik.web.kept import kept


@require_safe
@allowed(check_can_follow_stage)
def deadline_board(request: HttpRequest, year: int) -> HttpResponse:
    """An edition's registration deadline: what moved it, what waits, what came late."""
    edition, registration = _registration(year)
    context = {
        "edition": edition,
        "registration": registration,
        "deadline": deadline_of(registration),
        "extensions": DeadlineExtension.objects.filter(stage=registration).for_list(),
        "late": _late_shown_to(request.user).filter(entry__edition=edition),
        "can_propose": registration.is_open and can_propose_extension(request.user),
    }
    return render(request, "competitions/deadline_board.html", context)


@require_http_methods(["GET", "POST"])
@allowed(check_can_propose_extension)
def extension_propose(request: HttpRequest, year: int) -> HttpResponse:
    """Propose a later deadline; another person confirms it."""
    edition, registration = _registration(year)
    form = ExtensionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            propose_extension(
                by=request.user,
                stage=registration,
                new_closes_at=form.new_closes_at,
                letter_number=form.cleaned_data["letter_number"],
                reason=form.cleaned_data["reason"],
                agency=form.cleaned_data["agency"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Usulan perpanjangan menunggu orang kedua."))
            return redirect("competitions:deadline_board", year)
    context = {"edition": edition, "form": form, "deadline": deadline_of(registration)}
    return render(request, "competitions/extension_propose.html", context)


@require_http_methods(["GET", "POST"])
@allowed(check_can_propose_extension)
@with_fresh_proof()
def extension_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a proposed extension; confirm it as the second person, or decline it."""
    extension = get_object_or_404(DeadlineExtension.objects.for_list(), pk=pk)
    sent = request.POST if request.method == "POST" else kept(request)
    is_declining = sent is not None and sent.get("action") == "reject"
    form = RejectExtensionForm(sent if is_declining else None)
    moves: dict[str, Callable[[], Any]] = {
        "confirm": lambda: confirm_extension(by=request.user, extension=extension),
        "reject": lambda: reject_extension(
            by=request.user, extension=extension, reason=form.cleaned_data["reason"]
        ),
    }
    done = {
        "confirm": _("Tenggat diperpanjang. Yang bersangkutan sudah diberi tahu."),
        "reject": _("Usulan perpanjangan ditolak."),
    }
    refusal = _try(request, moves, done, form if is_declining else None)
    if refusal is None:
        return redirect("competitions:deadline_board", extension.stage.edition.year)
    context = {
        "extension": extension,
        "edition": extension.stage.edition,
        "form": form,
        "refusal": refusal.sentence,
        "confirm_refusal": why_not(check_can_confirm_extension, request.user, extension),
        "is_own": extension.proposed_by_id == request.user.pk,
    }
    page = "competitions/extension_decide.html"
    return render(request, page, context, status=refusal.status)


@require_http_methods(["GET", "POST"])
@allowed(check_can_see_late)
def late_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One that came late: its instants and version; propose to admit, admit, or decline."""
    late = get_object_or_404(_late_shown_to(request.user), pk=pk)
    action = request.POST.get("action")
    admission = AdmissionForm(request.POST if action == "propose" else None)
    decline = DeclineForm(request.POST if action == "decline" else None)
    form = {"propose": admission, "decline": decline}.get(str(action))
    moves: dict[str, Callable[[], Any]] = {
        "propose": lambda: propose_admission(by=request.user, late=late, **admission.cleaned_data),
        "admit": lambda: admit_late(by=request.user, late=late),
        "decline": lambda: decline_late(
            by=request.user, late=late, reason=decline.cleaned_data["decline_reason"]
        ),
    }
    done = {
        "propose": _("Usulan menerima menunggu orang kedua."),
        "admit": _("Pengajuan terlambat diterima. Instansinya mendapat tanda terima."),
        "decline": _("Pengajuan terlambat tidak diterima. Instansinya membaca alasannya."),
    }
    refusal = _try(request, moves, done, form)
    if refusal is None:
        return redirect("competitions:late_detail", pk)
    context = {
        "late": late,
        "edition": late.entry.edition,
        "lateness": late.attempted_at - late.closes_at,
        "admission": admission,
        "decline": decline,
        "form": form,
        "refusal": refusal.sentence,
        "can_decide": late.is_undecided and can_decide_late(request.user, late),
        "is_over": is_selection_over(late.entry.edition),
        "admit_refusal": why_not(check_can_admit_late, request.user, late),
    }
    return render(request, "competitions/late_detail.html", context, status=refusal.status)


def _late_shown_to(reader: User) -> QuerySet[LateSubmission]:
    """What came late, but of entries that the reader is in conflict with."""
    return LateSubmission.objects.exclude(entry__in=conflicting_entries(reader)).for_list()


@require_POST
@signed_in
def entry_automatic(request: HttpRequest, pk: int) -> HttpResponse:
    """Order that the proposal be submitted by itself at the close, or take the order back."""
    entry = visible_entry(request, pk)
    try:
        if request.POST.get("action") == "cancel":
            cancel_automatic(by=request.user, entry=entry)
            messages.success(request, _("Pengiriman otomatis dibatalkan."))
        else:
            order_automatic(by=request.user, entry=entry)
            messages.success(request, _("Proposal akan terkirim otomatis menjelang penutupan."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("competitions:entry_tasks", pk)


class _Declined:
    """Why a page comes back: the sentence, empty for a mere look, and its status."""

    def __init__(self, sentence: str = "", status: int = 200) -> None:
        self.sentence, self.status = sentence, status


def _try(
    request: HttpRequest,
    moves: dict[str, Callable[[], Any]],
    done: dict[str, str],
    form: forms.Form | None,
) -> _Declined | None:
    """Do what the pressed button says; None when it is done, else why the page comes back."""
    action = request.POST.get("action", "")
    if request.method != "POST" or (form and not form.is_valid()):
        return _Declined()
    if action not in moves:
        return _Declined(_("Tekan salah satu tombol di halaman ini."), 422)
    try:
        moves[action]()
    except Refusal as refusal:
        return _Declined(str(refusal), status_of(refusal))
    except OutcomeUnknown:
        return _Declined(_("Belum pasti tersimpan. Muat ulang halaman untuk memastikannya."), 503)
    messages.success(request, done[action])
    return None


def _registration(year: int) -> tuple[Edition, Stage]:
    edition = get_object_or_404(Edition, year=year)
    stages = Stage.objects.select_related("edition").of_kind(StageKind.REGISTRATION)
    return edition, get_object_or_404(stages, edition=edition)
