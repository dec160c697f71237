"""Sending a file that came with a form, to whoever a view let through."""

from django.http import Http404, HttpResponseBase

from competitions.models import ContestFile
from sinovik.files import FileKind, StorageFailed, attachment_response, open_kept


def sent(file: ContestFile | None, filename: str = "") -> HttpResponseBase:
    """The clean file as an attachment, under its own name or `filename`; 404 while it is held."""
    if file is None or not file.is_ready:
        raise Http404
    try:
        octets = open_kept(file.storage_name)
    except StorageFailed as error:
        raise Http404 from error
    return attachment_response(
        octets, filename=filename or file.name, kind=FileKind(file.kind), size=file.size
    )
