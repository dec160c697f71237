"""Page where an agency fetches a copy of everything it has here."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agencies.enums import Role
from agencies.permissions import check_is_agency_admin
from competitions.actions.agency_exports import cancel_export, fetch_export, request_export
from competitions.enums import UNDER_WAY, ExportState
from competitions.models import AgencyExport
from competitions.queries.agency_export import TABLES
from sinovik.files import archive_response, open_kept
from sinovik.web.access import Refusal, allowed

SHOWN = 10
STATE_TONES: dict[str, str] = {
    ExportState.QUEUED: "blue",
    ExportState.RUNNING: "blue",
    ExportState.READY: "green",
    ExportState.EXPIRED: "grey",
    ExportState.CANCELLED: "grey",
    ExportState.FAILED: "red",
}


@require_GET
@allowed(check_is_agency_admin)
def agency_export_list(request: HttpRequest) -> HttpResponse:
    """What a copy holds, copies that can be fetched, one that is being made."""
    exports = AgencyExport.objects.visible_to(request.user).select_related("agency", "created_by")
    rows = [
        {
            "export": export,
            "tone": STATE_TONES[export.state],
            "is_open": export.state in UNDER_WAY,
            "is_ready": export.state == ExportState.READY,
            "progress": _("%(done)d dari %(total)d langkah")
            % {"done": export.done, "total": export.total},
        }
        for export in exports[:SHOWN]
    ]
    context = {
        "agency": request.user.agencies_as(Role.AGENCY_ADMIN)[0],
        "rows": rows,
        "is_open": any(row["is_open"] for row in rows),
        "tables": [table.title for table in TABLES],
    }
    is_part = request.headers.get("HX-Request") == "true"
    if is_part:
        return render(request, "competitions/_agency_exports.html", context)
    return render(request, "competitions/agency_export_list.html", context)


@require_POST
@allowed(check_is_agency_admin)
def agency_export_request(request: HttpRequest) -> HttpResponse:
    """Ask for a copy."""
    try:
        request_export(by=request.user, agency=request.user.agencies_as(Role.AGENCY_ADMIN)[0])
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("competitions:agency_export_list")


@require_POST
@allowed(check_is_agency_admin)
def agency_export_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop making a copy."""
    try:
        cancel_export(by=request.user, export=_visible_export(request, pk))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("competitions:agency_export_list")


@require_POST
@allowed(check_is_agency_admin)
def agency_export_fetch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the copy; a POST because that it left is written into the ledger."""
    try:
        export = fetch_export(by=request.user, export=_visible_export(request, pk))
        file = open_kept(export.storage_name)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("competitions:agency_export_list")
    return archive_response(file, filename=export.file_name, size=export.size)


def _visible_export(request: HttpRequest, pk: int) -> AgencyExport:
    return get_object_or_404(AgencyExport.objects.visible_to(request.user), pk=pk)
