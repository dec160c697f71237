"""Replications: asked for from the public page, followed by both agencies to the proof."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.enums import AGENCY_ROLES
from innovations.actions.replications import request_replication
from innovations.forms.life import tell
from innovations.forms.replications import RequestReplicationForm
from innovations.models import Innovation, Replication
from innovations.permissions import (
    check_can_request_replication,
    check_sees_replications,
    is_of_origin,
    is_of_replicator,
)
from innovations.queries.life import attestations_of, ended_on
from innovations.queries.replications import (
    open_request,
    replication_list,
    replication_of,
    way_of,
)
from innovations.views.replication_moves import MOVES, Move
from sinovik.exports import PDF_TYPE, pdf_bytes
from sinovik.web.access import Forbidden, Refusal, allowed, signed_in
from sinovik.web.kept import kept
from sinovik.web.templatetags.web import day, moment

PAGE_SIZE = 20
TEMPLATE = settings.BASE_DIR / "templates" / "exports" / "letter.typ"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def replication_request(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the agency of a published innovation whether one may replicate it."""
    origins = Innovation.objects.published().select_related("agency")
    origin = get_object_or_404(origins, slug=slug)
    is_sent = request.method == "POST"
    form = RequestReplicationForm(
        request.POST if is_sent else kept(request), by=request.user, origin=origin
    )
    status = 200
    if is_sent:
        status = 422
        if form.is_valid():
            agency = form.agencies[form.cleaned_data["agency"]]
            try:
                replication = request_replication(
                    by=request.user, origin=origin, agency=agency, request=form.request()
                )
            except Refusal as refusal:
                tell(form, refusal)
                status = _status_of(refusal)
            else:
                messages.success(request, _("Permintaan terkirim kepada instansi asal."))
                return redirect(replication)
    standing = open_request(request.user, origin)
    context = {
        "innovation": origin,
        "form": form,
        "standing": standing,
        # What was typed stays on the page even where it can't be sent.
        "shows_form": form.agencies and (form.is_bound or not standing),
        "why_not": "" if form.agencies else _why_not(request.user, origin),
        "ended_on": ended_on(origin),
        "has_lessons": origin.is_stopped and any(one.lessons for one in attestations_of(origin)),
    }
    return render(request, "innovations/replication_request.html", context, status=status)


def _why_not(user: Any, origin: Innovation) -> str:
    """What the right says to a person who has no agency to ask for but perhaps the origin's."""
    try:
        check_can_request_replication(user, origin, origin.agency)
    except Forbidden as refusal:
        return str(refusal)
    return ""


def _status_of(refusal: Refusal) -> int:
    return 403 if isinstance(refusal, Forbidden) else 409


@require_safe
@allowed(check_sees_replications)
def replication_list_page(request: HttpRequest) -> HttpResponse:
    """Replications of the person's agency, theirs to act on first."""
    rows = Paginator(replication_list(request.user), PAGE_SIZE)
    page = rows.get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "is_agency_person": request.user.has_role(*AGENCY_ROLES),
    }
    return render(request, "innovations/replication_list.html", context)


def _replication(request: HttpRequest, pk: int) -> Replication:
    return get_object_or_404(replication_of(request.user, pk))


@require_safe
@allowed(check_sees_replications)
def replication_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole way, and what the person may do next."""
    return _detail(request, _replication(request, pk))


def _detail(
    request: HttpRequest,
    row: Replication,
    *,
    typed: tuple[Move, forms.Form] | None = None,
    refusal: str = "",
    unsent: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    forms_shown = {typed[0].name: typed[1]} if typed else {}
    moves = [
        {"move": move, "form": forms_shown.get(move.name) or move.form_for(request.user, row)}
        for move in MOVES
        if move.is_open_to(request.user, row)
    ]
    context = {
        "replication": row,
        "steps": [
            {"title": one.title, "state": one.state, "when": _when(one.when, one.who)}
            for one in way_of(row)
        ],
        "moves": moves,
        "form": typed[1] if typed else None,
        "opened": typed[0].name if typed else "",
        "refusal": refusal,
        "unsent": unsent,
        "life": _life_of(row.replica) if row.replica else None,
        "shows_contact": is_of_origin(request.user, row) or is_of_replicator(request.user, row),
        "shows_note": is_of_origin(request.user, row),
    }
    return render(request, "innovations/replication_detail.html", context, status=status)


def _life_of(replica: Innovation) -> dict[str, Any]:
    """How the replica fares: it may have stopped after its report."""
    life = replica.life_now
    return {
        "text": replica.life_text or str(life.label if life else replica.get_state_display()),
        "tone": replica.life_tone,
        "ended_on": ended_on(replica),
    }


def _when(instant: Any, who: str) -> str:
    if instant is None:
        return ""
    return f"{moment(instant)}, {who}" if who else moment(instant)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_sees_replications)
def replication_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Take one step. Opening its address shows the page with the step's form."""
    row = _replication(request, pk)
    step = next(one for one in MOVES if one.name == move)
    if request.method != "POST":
        typed = kept(request)
        form = step.form_for(request.user, row, typed)
        if typed and row.state not in step.states:
            return _closed(request, row, step, form, status=200)
        return _detail(request, row, typed=(step, form) if typed else None)
    form = step.form_for(request.user, row, request.POST)
    if row.state not in step.states:
        return _out_of_turn(request, row, step, form)
    try:
        step.check(request.user, row)
    except Forbidden as refusal:
        return _detail(request, row, refusal=str(refusal), unsent=_written(form), status=403)
    if not form.is_valid():
        return _detail(request, row, typed=(step, form), status=422)
    try:
        step.act(request.user, row, form.cleaned_data)
    except Refusal as refusal:
        now = _replication(request, pk)
        if now.state not in step.states:
            return _out_of_turn(request, now, step, form)
        if step.is_open_to(request.user, now):
            tell(form, refusal)
            return _detail(request, now, typed=(step, form), status=_status_of(refusal))
        return _detail(
            request,
            now,
            refusal=str(refusal),
            unsent=_written(form),
            status=_status_of(refusal),
        )
    messages.success(request, step.done)
    return redirect(row)


def _out_of_turn(
    request: HttpRequest, row: Replication, step: Move, form: forms.Form
) -> HttpResponse:
    """Answer a step that its state does not allow; a second press leads on as the first did."""
    if step.was_taken_by(request.user, row):
        messages.success(request, step.done)
        return redirect(row)
    return _closed(request, row, step, form, status=409)


def _closed(
    request: HttpRequest, row: Replication, step: Move, form: forms.Form, *, status: int
) -> HttpResponse:
    """Say what the state is now, and give back what was typed."""
    sentence = _(
        "Langkah “%(step)s” tidak terbuka: keadaan replikasi ini sekarang “%(state)s”."
    ) % {"step": step.title, "state": row.get_state_display()}
    return _detail(request, row, refusal=sentence, unsent=_written(form), status=status)


def _written(form: forms.Form) -> list[tuple[str, str]]:
    """What was typed, with the label of its field; what was chosen is chosen again quickly."""
    rows = []
    for field in form.visible_fields():
        value = field.value()
        text = " ".join(filter(None, value)) if isinstance(value, list) else str(value or "")
        if text.strip() and not isinstance(field.field, forms.ChoiceField):
            rows.append((str(field.label), text))
    return rows


@require_safe
@allowed(check_sees_replications)
def replication_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreement on paper, from what both agencies recorded; 404 before there is one."""
    row = _replication(request, pk)
    if not row.is_agreed_on:
        raise Http404
    headers = {
        "Content-Disposition": f'attachment; filename="kesepakatan-{row.code}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(
        pdf_bytes(TEMPLATE, _agreement(row)), content_type=PDF_TYPE, headers=headers
    )


def _agreement(row: Replication) -> dict[str, Any]:
    """The inputs of templates/exports/letter.typ."""
    issued = timezone.localdate(row.agreed_at)
    facts = {
        "origin": row.origin.agency.name,
        "agency": row.agency.name,
        "title": row.origin.title,
        "code": row.origin.code,
        "number": row.letter_number,
        "day": day(row.letter_dated_on),
    }
    paragraphs = [
        _("%(origin)s dan %(agency)s menyepakati replikasi inovasi “%(title)s” (%(code)s).")
        % facts,
        _("Surat nomor %(number)s, tanggal %(day)s.") % facts,
        _("Kebutuhan yang disampaikan pemohon:"),
        row.need,
        _("Syarat instansi asal:"),
        row.answer,
        _(
            "Lembar ini dicetak SINOVIK dari catatan kedua instansi. Ia bukan pengganti surat"
            " yang disebut di atas."
        ),
    ]
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "title": _("Kesepakatan replikasi %(code)s") % {"code": row.code},
        "sender": _("Dicatat lewat SINOVIK"),
        "sent": [_("Disepakati"), moment(row.agreed_at)],
        "label": _("Data simulasi") if row.is_simulated else "",
        "paragraphs": [part.splitlines() for part in paragraphs],
        "issued": [issued.year, issued.month, issued.day],
    }
