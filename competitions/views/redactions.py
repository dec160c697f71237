"""The secretariat hides from blind readers what tells who wrote a proposal."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from competitions.actions.redactions import (
    finish_redaction,
    hide_piece,
    hide_proposed,
    hide_wording,
    lift_redaction,
    release_attachment,
    withdraw_release,
)
from competitions.forms.redactions import PieceForm
from competitions.models import Entry, Redaction, RedactionReview, Stage
from competitions.permissions.redactions import check_can_redact
from competitions.queries.attachments import held_files
from competitions.queries.redaction_queue import Spot, counts, queue, redacted_texts
from sinovik.web.access import Refusal, SignedInRequest, allowed

ROWS = 50
STATES = {"belum": False, "sudah": True}


@require_GET
@allowed(check_can_redact)
def redaction_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Entries of a blind stage, with what was hidden in each; none in conflict."""
    stage = _stage(pk)
    wanted = request.GET.get("status", "")
    rows = queue(request.user, stage, reviewed=STATES.get(wanted))
    number = counts(request.user, stage)
    labels = [
        ("", _("Semua"), "all"),
        ("belum", _("Belum"), "waiting"),
        ("sudah", _("Sudah"), "done"),
    ]
    context = {
        "stage": stage,
        "edition": stage.edition,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("hal")),
        "number": number,
        "pills": [
            {
                "text": text,
                "href": f"{request.path}?status={value}" if value else request.path,
                "current": value == (wanted if wanted in STATES else ""),
                "count": number[key],
            }
            for value, text, key in labels
        ],
    }
    return render(request, "competitions/redaction_list.html", context)


@require_GET
@allowed(check_can_redact)
def redaction_detail(request: SignedInRequest, pk: int, entry: int) -> HttpResponse:
    """One proposal as its blind readers see it, with what could be hidden in it."""
    stage, row = _stage(pk), _entry(request, pk, entry)
    return _detail(request, stage, row)


def _detail(
    request: SignedInRequest, stage: Stage, row: Entry, *, status: int = 200, **more: Any
) -> HttpResponse:
    texts = redacted_texts(row)
    context = {
        "stage": stage,
        "edition": stage.edition,
        "entry": row,
        "texts": texts,
        "proposed": sum(len(text.proposed) for text in texts),
        "files": held_files(row, stage),
        "review": _review_of(row, stage),
    }
    return render(request, "competitions/redaction_detail.html", context | more, status=status)


def _review_of(row: Entry, stage: Stage) -> RedactionReview | None:
    reviews = RedactionReview.objects.filter(entry=row, stage=stage)
    return reviews.select_related("done_by").first()


@require_POST
@allowed(check_can_redact)
def redaction_add(request: SignedInRequest, pk: int, entry: int) -> HttpResponse:
    """Hide one place, or a wording wherever a section says it."""
    stage, row = _stage(pk), _entry(request, pk, entry)
    form = PieceForm(request.POST)
    if not form.is_valid():
        refusal = " ".join(str(found[0]) for found in form.errors.values())
        return _refused(request, stage, row, refusal)
    asked = form.cleaned_data
    section, wording, start = asked["section"], asked["wording"], asked["start"]

    def hide() -> int:
        if start is None:
            return hide_wording(
                by=request.user, stage=stage, entry=row, section=section, wording=wording.strip()
            )
        spot = Spot(section, start, start + len(wording), wording)
        return hide_piece(by=request.user, stage=stage, entry=row, spot=spot)

    return _hidden(request, stage, row, hide)


@require_POST
@allowed(check_can_redact)
def redaction_add_all(request: SignedInRequest, pk: int, entry: int) -> HttpResponse:
    """Hide all that is proposed."""
    stage, row = _stage(pk), _entry(request, pk, entry)
    return _hidden(
        request, stage, row, lambda: hide_proposed(by=request.user, stage=stage, entry=row)
    )


@require_POST
@allowed(check_can_redact)
def redaction_lift(request: SignedInRequest, pk: int, entry: int, redaction: int) -> HttpResponse:
    """Show a hidden piece to the readers again."""
    stage, row = _stage(pk), _entry(request, pk, entry)
    piece = get_object_or_404(Redaction, pk=redaction, entry=row)
    try:
        lift_redaction(by=request.user, stage=stage, redaction=piece)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Bagian itu terbaca lagi oleh penilai."))
    return redirect("competitions:redaction_detail", pk, entry)


@require_POST
@allowed(check_can_redact)
def redaction_release(
    request: SignedInRequest, pk: int, entry: int, attachment: int
) -> HttpResponse:
    """Let the stage's readers have a file, or hide it from them again."""
    stage, row = _stage(pk), _entry(request, pk, entry)
    is_release = request.POST.get("release") == "1"
    try:
        if is_release:
            release_attachment(
                by=request.user,
                stage=stage,
                entry=row,
                attachment=attachment,
                has_read=request.POST.get("has_read") == "1",
            )
        else:
            withdraw_release(by=request.user, stage=stage, entry=row, attachment=attachment)
    except Refusal as refusal:
        return _refused(request, stage, row, str(refusal))
    opened, closed = _("Berkas itu terbuka bagi penilai."), _("Berkas itu tersembunyi lagi.")
    messages.success(request, opened if is_release else closed)
    return redirect("competitions:redaction_detail", pk, entry)


@require_POST
@allowed(check_can_redact)
def redaction_finish(request: SignedInRequest, pk: int, entry: int) -> HttpResponse:
    """Note that the text was looked through, and go to the next one that waits."""
    stage, row = _stage(pk), _entry(request, pk, entry)
    try:
        finish_redaction(by=request.user, stage=stage, entry=row)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("competitions:redaction_detail", pk, entry)
    messages.success(request, _("%(number)s selesai diperiksa.") % {"number": row.number})
    waiting = queue(request.user, stage, reviewed=False)
    following = waiting.filter(pk__gt=entry).first() or waiting.first()
    if following is None:
        return redirect("competitions:redaction_list", pk)
    return redirect("competitions:redaction_detail", pk, following.pk)


def _hidden(
    request: SignedInRequest, stage: Stage, row: Entry, hide: Callable[[], int]
) -> HttpResponse:
    try:
        count = hide()
    except Refusal as refusal:
        return _refused(request, stage, row, str(refusal))
    said = ngettext("%(count)s bagian disamarkan.", "%(count)s bagian disamarkan.", count)
    messages.success(request, said % {"count": count} if count else _("Sudah disamarkan."))
    return redirect("competitions:redaction_detail", stage.pk, row.pk)


def _refused(request: SignedInRequest, stage: Stage, row: Entry, refusal: str) -> HttpResponse:
    """The page with the sentence and with what was typed."""
    typed = {name: request.POST.get(name, "") for name in ("section", "wording")}
    return _detail(request, stage, row, status=422, refusal=refusal, typed=typed)


def _stage(pk: int) -> Stage:
    return get_object_or_404(Stage.objects.select_related("edition"), pk=pk, is_blind=True)


def _entry(request: SignedInRequest, stage: int, pk: int) -> Entry:
    """An entry of the queue; one in conflict is as good as missing."""
    rows = queue(request.user, Stage(pk=stage))
    return get_object_or_404(rows.select_related("version", "agency__region__province"), pk=pk)
