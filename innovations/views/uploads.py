"""The way in for a file in pieces, over plain requests; uploads.js speaks it.

POST begins and answers 201 with the upload's address. HEAD there says in Upload-Offset how
much is here; PATCH adds a piece at that offset; POST to selesai/ makes an attachment of it,
as often as it is asked; POST to batal/ forgets it. Whoever can't edit the dossier gets 404.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies.permissions import check_is_agency_person
from innovations.actions.uploads import (
    cancel_upload,
    finish_upload,
    receive_chunk,
    start_upload,
)
from innovations.exceptions import UploadIncomplete
from innovations.forms.attachments import UploadForm
from innovations.models import Attachment, Innovation, Upload
from innovations.queries.attachments import uploads_editable_by
from innovations.views.attachments import back_to
from sinovik.files import WrongOffset, staged_size
from sinovik.web.access import Refusal, allowed

CHUNK = 256 * 1024
"""Bytes a piece: five seconds at 400 kbps, so that little is lost where the line breaks."""

LARGEST_CHUNK = 1024 * 1024
OFFSET = "Upload-Offset"


@require_POST
@allowed(check_is_agency_person)
def upload_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an upload to a dossier."""
    innovation = get_object_or_404(Innovation.objects.editable_by(request.user), pk=pk)
    form = UploadForm(request.POST)
    if not form.is_valid():
        return _said(_("Nama atau ukuran berkas tidak terbaca. Pilih berkas lagi."), 422)
    try:
        upload = start_upload(by=request.user, innovation=innovation, wanted=form.wanted())
    except Refusal as refusal:
        return _said(str(refusal), 422)
    address = reverse("innovations:upload_piece", args=[innovation.pk, upload.token])
    answer = {"address": address, "chunk": CHUNK, "name": upload.name}
    return JsonResponse(answer, status=201, headers={"Location": address, OFFSET: "0"})


@require_http_methods(["HEAD", "PATCH"])
@allowed(check_is_agency_person)
def upload_piece(request: HttpRequest, pk: int, token: UUID) -> HttpResponse:
    """Say how much is here, or take the next piece."""
    upload = _upload(request, pk, token)
    if request.method == "HEAD":
        return _at(min(upload.size, staged_size(str(token))), 200)
    offset = request.headers.get(OFFSET, "")
    if not offset.isdecimal() or len(offset) > 12:
        return _said(_("Permintaan tidak terbaca."), 400)
    if int(request.headers.get("Content-Length") or 0) > LARGEST_CHUNK:
        return _said(_("Potongan berkas terlalu besar."), 413)
    try:
        after = receive_chunk(
            by=request.user, upload=upload, offset=int(offset), chunk=request.body
        )
    except WrongOffset as wrong:
        response = _said(str(wrong), 409)
        response[OFFSET] = str(wrong.offset)
        return response
    except Refusal as refusal:
        return _said(str(refusal), 422)
    return _at(after, 204)


@require_POST
@allowed(check_is_agency_person)
def upload_finish(request: HttpRequest, pk: int, token: UUID) -> HttpResponse:
    """Make an attachment of a whole upload; the same one when asked again."""
    innovation = get_object_or_404(Innovation.objects.editable_by(request.user), pk=pk)
    try:
        attachment = finish_upload(by=request.user, innovation=innovation, token=token)
    except Attachment.DoesNotExist:
        return _said(_("Unggahan ini sudah tidak ada. Pilih berkas lagi."), 404)
    except UploadIncomplete as refusal:
        return _said(str(refusal), 409)
    except Refusal as refusal:
        return _said(str(refusal), 422)
    return JsonResponse({"attachment": str(attachment.public_id), "state": attachment.state})


@require_POST
@allowed(check_is_agency_person)
def upload_cancel(request: HttpRequest, pk: int, token: UUID) -> HttpResponse:
    """Forget an upload: for the program 204, for the button without it the page again."""
    cancel_upload(by=request.user, upload=_upload(request, pk, token))
    if request.headers.get("X-Requested-With"):
        return HttpResponse(status=204)
    return redirect(back_to(request, pk))


def _upload(request: HttpRequest, pk: int, token: UUID) -> Upload:
    rows = uploads_editable_by(request.user).select_related("innovation")
    return get_object_or_404(rows, innovation=pk, token=token)


def _said(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"message": sentence}, status=status)


def _at(offset: int, status: int) -> HttpResponse:
    return HttpResponse(status=status, headers={OFFSET: str(offset), "Cache-Control": "no-store"})
