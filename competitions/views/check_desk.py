"""Beside the check screen: its autosave, the request for a correction, the queue as a file."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from competitions.actions.checklists import save_items
from competitions.actions.corrections import ask_correction
from competitions.enums import CheckState, FailReason
from competitions.filters import check_tabs
from competitions.forms.checks import NOTE, REMARK, SAVE, VERDICT
from competitions.forms.entries import ReturnForm
from competitions.models import AdministrativeCheck
from competitions.permissions import (
    check_can_claim_check,
    check_can_decide_check,
    check_can_see_checks,
)
from competitions.queries.checklist import checklist_items, examine_check, remarks_of
from competitions.queries.checks import checks_for, section_count
from competitions.queries.conflicts import hidden_in
from competitions.queries.corrections import due_instant
from competitions.queries.letters import correction_letter, section_titles
from competitions.queries.title_pairs import Twin, twins_of
from competitions.views.check_queue import chosen_checks
from competitions.views.checks import check_for, checklist_form, stage_of_year
from competitions.views.refusals import status_of
from competitions.views.stages import check_may_read
from sinovik.audit import clock
from sinovik.exports import CSV_TYPE, XLSX_TYPE, csv_bytes, xlsx_bytes
from sinovik.web.access import Refusal, allowed
from sinovik.web.autosave import Conflict, Saved, Typed, Unstorable, autosaved, names

FIELDS = names(
    *(prefix + item.key for prefix in (VERDICT, NOTE, REMARK) for item in checklist_items())
)


EXPORTED = {
    "entry": F("stage_entry__entry"),
    "title": F("stage_entry__entry__innovation__title"),
    "agency": F("stage_entry__entry__agency__name"),
    "category": F("stage_entry__entry__innovation__category__name"),
    "entered_at": F("stage_entry__entered_at"),
    "checker": F("claimed_by__name"),
}


@require_http_methods(["PUT"])
@allowed(check_can_claim_check)
def check_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Autosave of the checklist; nothing is decided by it."""
    check = check_for(request.user, pk)

    def save(typed: Typed) -> Saved:
        values = request.POST.copy()
        values["decision"] = SAVE
        for name, value in typed.fields.items():
            values[name] = value if isinstance(value, str) else ""
        form = checklist_form(check, request.user, values)
        if not form.is_valid():
            raise Unstorable({name: str(found[0]) for name, found in form.errors.items()})
        row = save_items(
            by=request.user, check=check, edit_number=typed.version, answers=form.answers
        )
        return Saved(row.edit_number, clock.now())

    def conflict(typed: Typed) -> Conflict:
        latest = check_for(request.user, pk)
        form = checklist_form(latest, request.user)
        shown = {name: str(form[name].value() or "") for name in typed.fields}
        return Conflict(latest.edit_number, shown)

    return autosaved(request, is_field=FIELDS, save=save, conflict=conflict)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_claim_check)
def check_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Remarks on exact sections and the letter as the agency will get it; then send it."""
    check = check_for(request.user, pk)
    check_can_decide_check(request.user, check)
    entry = check.stage_entry.entry
    sections = list(entry.edition.sections.all())
    form = ReturnForm(
        request.POST if request.method == "POST" else None,
        sections=sections,
        initial=_first_remarks(check, request.user),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = 200
            if request.POST.get("action") == "send":
                try:
                    ask_correction(by=request.user, check=check, remarks=form.remarks())
                except Refusal as refusal:
                    form.add_error(None, str(refusal))
                    status = status_of(refusal)
                else:
                    messages.success(request, _("Permintaan perbaikan dikirim ke instansi."))
                    return redirect("competitions:check_queue", year=entry.edition.year)
    context = _letter_page(check, form)
    return render(request, "competitions/check_correction.html", context, status=status)


def _first_remarks(check: AdministrativeCheck, user: Any) -> dict[str, str]:
    """Notes of the unmet items, at the section that each is about."""
    found: dict[str, str] = {}
    for key, text in remarks_of(examine_check(check, user)):
        name = f"section-{key}" if key else "whole"
        found[name] = f"{found[name]}\n{text}" if name in found else text
    return found


def _letter_page(check: AdministrativeCheck, form: ReturnForm) -> dict[str, Any]:
    entry, stage = check.stage_entry.entry, check.stage_entry.stage
    if form.is_bound:
        remarks = form.remarks() if hasattr(form, "cleaned_data") else []
    else:
        texts = [(key, str(form.initial.get(name, ""))) for name, key in form.keys.items()]
        remarks = [(key, text) for key, text in texts if text]
    due_at = due_instant(stage, clock.now())
    titles = section_titles(entry.edition_id)
    return {
        "check": check,
        "entry": entry,
        "form": form,
        "fields": [form[name] for name in form.keys],
        "due_at": due_at,
        "letter": correction_letter(entry, remarks, due_at, titles=titles) if remarks else None,
    }


@require_GET
@allowed(check_can_see_checks)
def check_export(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """The queue as it is filtered on the screen, as XLSX or CSV; text stays text."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    stage = stage_of_year(year)
    check_may_read(request.user, stage)
    tabs = {value: states for value, _text, states in check_tabs()}
    states = tabs.get(request.GET.get("keadaan", ""), (CheckState.QUEUED,))
    sections = section_count(stage.edition)
    hidden = hidden_in(stage.edition_id, request.user)
    rows = checks_for(request.user, stage, hidden).filter(state__in=states)
    chosen = chosen_checks(request, stage, rows, sections, hidden)
    header = [_("Nomor"), _("Judul"), _("Instansi"), _("Kategori"), _("Masuk"), _("Keadaan")]
    header += [_("Bagian terisi"), _("Pemeriksa"), _("Alasan"), _("Judul mirip")]
    # Plain values: 3,478 rows as objects would take longer than the query and the file.
    found = list(chosen.qs.values("state", "filled_sections", "reasons", **EXPORTED))
    twins = twins_of([row["entry"] for row in found], hidden)
    lines = [_line(row, sections, year, twins.get(row["entry"])) for row in found]
    is_csv = kind == "csv"
    octets = csv_bytes(header, lines) if is_csv else xlsx_bytes(_("Antrean"), header, lines)
    disposition = f'attachment; filename="seleksi-{year}.{kind}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(octets, content_type=CSV_TYPE if is_csv else XLSX_TYPE, headers=headers)


def _line(row: Mapping[str, Any], sections: int, year: int, twin: Twin | None) -> list[str]:
    """One row of the file, from the values of one check."""
    return [
        f"P-{year}-{row['entry']:05d}",
        row["title"],
        row["agency"],
        _(row["category"]) if row["category"] else "",
        row["entered_at"].isoformat(timespec="seconds"),
        str(CheckState(row["state"]).label),
        f"{row['filled_sections']}/{sections}",
        row["checker"] or "",
        "; ".join(str(FailReason(reason).label) for reason in row["reasons"]),
        twin.number if twin else "",
    ]
