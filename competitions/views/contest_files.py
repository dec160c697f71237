"""Sending a file that came with a form, to whoever a view let through."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from competitions.models import ContestFile
from sinovik.files import FileKind, StorageFailed, attachment_response, open_kept


def sent(request: HttpRequest, file: ContestFile | None, filename: str = "") -> HttpResponseBase:
    """The clean file as an attachment, under its own name or `filename`; 404 while it is held."""
    if file is None or not file.is_ready:
        raise Http404
    try:
        octets = open_kept(file.storage_name)
    except StorageFailed:
        return render(request, "innovations/attachment_unavailable.html", status=503)
    return attachment_response(
        octets, filename=filename or file.name, kind=FileKind(file.kind), size=file.size
    )
