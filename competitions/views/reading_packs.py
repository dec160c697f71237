"""Page where an evaluator takes the own proposals along as PDF."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from competitions.actions.reading_packs import cancel_pack, fetch_volume, request_pack
from competitions.enums import UNDER_WAY, ExportState
from competitions.models import Assignment, ReadingPack, ReadingPackVolume, Stage
from competitions.permissions import check_is_judge
from competitions.queries.reading_packs import packable
from sinovik.files import FileKind, attachment_response, open_kept
from sinovik.web.access import Refusal, allowed
from sinovik.web.templatetags.web import number

SHOWN = 5
STATE_TONES: dict[str, str] = {
    ExportState.QUEUED: "blue",
    ExportState.RUNNING: "blue",
    ExportState.READY: "green",
    ExportState.EXPIRED: "grey",
    ExportState.CANCELLED: "grey",
    ExportState.FAILED: "red",
}


@require_GET
@allowed(check_is_judge)
def reading_pack_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What a pack holds, the one that can be fetched, one that is being made."""
    stage = _own_stage(request, pk)
    packs = ReadingPack.objects.visible_to(request.user).filter(stage=stage)
    rows = [
        {
            "pack": pack,
            "tone": STATE_TONES[pack.state],
            "is_open": pack.state in UNDER_WAY,
            "is_ready": pack.state == ExportState.READY,
            "progress": _("%(done)s dari %(total)s proposal")
            % {"done": number(pack.done), "total": number(pack.total)},
        }
        for pack in packs.prefetch_related("volumes")[:SHOWN]
    ]
    context = {
        "stage": stage,
        "rows": rows,
        "is_open": any(row["is_open"] for row in rows),
        "count": packable(request.user, stage).count(),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "competitions/_reading_packs.html", context)
    return render(request, "competitions/reading_pack_list.html", context)


@require_POST
@allowed(check_is_judge)
def reading_pack_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a pack."""
    stage = _own_stage(request, pk)
    try:
        request_pack(by=request.user, stage=stage)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("competitions:reading_pack_list", pk)


@require_POST
@allowed(check_is_judge)
def reading_pack_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop making a pack."""
    pack = get_object_or_404(ReadingPack.objects.visible_to(request.user), pk=pk)
    try:
        cancel_pack(by=request.user, pack=pack)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("competitions:reading_pack_list", pack.stage_id)


@require_POST
@allowed(check_is_judge)
def reading_pack_fetch(request: HttpRequest, pk: int, volume: int) -> HttpResponseBase:
    """Send a volume; a POST because that it left is written into the ledger."""
    packs = ReadingPack.objects.visible_to(request.user)
    rows = ReadingPackVolume.objects.select_related("pack").filter(pack__in=packs)
    row = get_object_or_404(rows, pack=pk, number=volume)
    try:
        fetch_volume(by=request.user, volume=row)
        file = open_kept(row.storage_name)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("competitions:reading_pack_list", row.pack.stage_id)
    return attachment_response(file, filename=row.file_name, kind=FileKind.PDF, size=row.size)


def _own_stage(request: HttpRequest, pk: int) -> Stage:
    """A stage in which the person reads; any other is as good as missing."""
    own = Assignment.objects.for_evaluator(request.user).order_by().values("stage")
    return get_object_or_404(Stage.objects.select_related("edition").filter(pk__in=own), pk=pk)
