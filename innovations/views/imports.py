"""Pages where a table of dossiers is brought in: upload, dry run, progress, outcome."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.enums import Role
from agencies.models import Agency
from agencies.permissions import check_is_agency_admin, check_is_secretariat
from innovations.actions.importing import cancel_import, check_import, confirm_import
from innovations.enums import ImportState
from innovations.forms.imports import ImportForm, RegisterImportForm
from innovations.models import DossierImport
from innovations.permissions import check_sees_imports
from innovations.queries.import_template import template_sheets
from sinovik.exports import CSV_TYPE, XLSX_TYPE, csv_bytes, workbook_bytes
from sinovik.web.access import Refusal, allowed

SHOWN_PROBLEMS = 100
SHOWN_IMPORTS = 10
STATE_TONES: dict[str, str] = {
    ImportState.CHECKING: "blue",
    ImportState.CHECKED: "yellow",
    ImportState.QUEUED: "blue",
    ImportState.RUNNING: "blue",
    ImportState.IMPORTED: "green",
    ImportState.CANCELLED: "grey",
    ImportState.FAILED: "red",
}


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_admin)
def import_start(request: HttpRequest) -> HttpResponse:
    """Upload a table of the own agency's dossiers."""
    return _start(request, request.user.agencies_as(Role.AGENCY_ADMIN)[0])


@require_http_methods(["GET", "POST"])
@allowed(check_is_secretariat)
def register_import_start(request: HttpRequest) -> HttpResponse:
    """Upload an earlier year's list as entries of the register."""
    return _start(request, None)


@require_GET
@allowed(check_is_agency_admin)
def import_template(request: HttpRequest, ending: str) -> HttpResponse:
    """The table to fill in for the own agency."""
    return _template(request.user.agencies_as(Role.AGENCY_ADMIN)[0], ending)


@require_GET
@allowed(check_is_secretariat)
def register_import_template(request: HttpRequest, ending: str) -> HttpResponse:
    """The table to fill in for the register."""
    return _template(None, ending)


@require_GET
@allowed(check_sees_imports)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the table would do, how far it is, or what it did."""
    kept = _visible_import(request, pk)
    is_part = request.headers.get("HX-Request") == "true"
    template = "innovations/_import_progress.html" if is_part else "innovations/import_detail.html"
    context = _context(kept)
    # What surrounds the part tells of findings and figures that are there only now.
    response = render(request, template, context)
    if is_part and not context["is_open"]:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@allowed(check_sees_imports)
def import_problems(request: HttpRequest, pk: int) -> HttpResponse:
    """Every problem of the table as CSV, to work through beside it."""
    kept = _visible_import(request, pk)
    header = [_("Baris"), _("Kolom"), _("Isi"), _("Temuan"), _("Sifat")]
    rows = [
        [
            problem["row"],
            problem["column"],
            problem["value"],
            problem["text"],
            _("Peringatan") if problem["is_warning"] else _("Kesalahan"),
        ]
        for problem in kept.problems
    ]
    return _download(csv_bytes(header, rows), CSV_TYPE, f"temuan-impor-{kept.pk}.csv")


@require_POST
@allowed(check_sees_imports)
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring the dossiers in."""
    kept = _visible_import(request, pk)
    try:
        kept = confirm_import(by=request.user, kept=kept)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if kept.state == ImportState.IMPORTED:
            messages.success(request, _("Impor selesai: %d dosir dibuat") % kept.created)
    return redirect("innovations:import_detail", pk)


@require_POST
@allowed(check_sees_imports)
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the table, or undo what is running."""
    kept = _visible_import(request, pk)
    try:
        cancel_import(by=request.user, kept=kept)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Impor dibatalkan. Tidak ada dosir yang dibuat."))
    return redirect("innovations:import_detail", pk)


def _start(request: HttpRequest, agency: Agency | None) -> HttpResponse:
    kind = ImportForm if agency else RegisterImportForm
    form = kind(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = kind(request.POST, request.FILES)
        if form.is_valid():
            try:
                kept = check_import(
                    by=request.user,
                    agency=agency,
                    given=form.cleaned_data["file"],
                    source=form.cleaned_data.get("source", ""),
                )
            except Refusal as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("innovations:import_detail", kept.pk)
    imports = DossierImport.objects.visible_to(request.user).filter(agency=agency).for_list()
    context = {
        "form": form,
        "agency": agency,
        "imports": [
            {"kept": kept, "tone": STATE_TONES[kept.state]} for kept in imports[:SHOWN_IMPORTS]
        ],
    }
    return render(request, "innovations/import_start.html", context)


def _template(agency: Agency | None, ending: str) -> HttpResponse:
    sheets = template_sheets(agency)
    if ending == "csv":
        content, kind = csv_bytes(sheets[0].header, sheets[0].rows), CSV_TYPE
    else:
        content, kind = workbook_bytes(sheets), XLSX_TYPE
    return _download(content, kind, f"templat-dosir.{ending}")


def _context(kept: DossierImport) -> dict[str, Any]:
    errors = kept.errors
    is_checking = kept.state == ImportState.CHECKING
    is_open = is_checking or kept.state in (ImportState.QUEUED, ImportState.RUNNING)
    return {
        "kept": kept,
        "tone": STATE_TONES[kept.state],
        "problems": [*errors, *(p for p in kept.problems if p["is_warning"])][:SHOWN_PROBLEMS],
        "hidden": max(0, len(kept.problems) - SHOWN_PROBLEMS),
        "error_count": len(errors),
        "error_rows": len({problem["row"] for problem in errors}),
        "is_checked": kept.state == ImportState.CHECKED,
        "is_checking": is_checking,
        "is_open": is_open,
        "can_confirm": kept.state == ImportState.CHECKED and not errors and kept.new,
        "progress": _("%(done)d dari %(total)d baris") % {"done": kept.done, "total": kept.total},
    }


def _visible_import(request: HttpRequest, pk: int) -> DossierImport:
    rows = DossierImport.objects.visible_to(request.user).select_related("agency", "created_by")
    return get_object_or_404(rows.defer("rows"), pk=pk)


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)
