"""The pages after a crash and for what can't be read: they depend on nothing that may be broken."""

import sys
from contextlib import suppress
from errno import EDQUOT, ENOSPC
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseServerError,
    JsonResponse,
    UnreadablePostError,
)
from django.template import loader
from django.utils.translation import gettext as _
from django.views.defaults import permission_denied

from sinovik.audit.ledger import request_id
from sinovik.audit.outcome import OutcomeUnknown
from sinovik.home.outage import unsaved
from sinovik.web.door import refused
from sinovik.web.readonly import SAFE_METHODS

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
OUTAGES = (OperationalError, InterfaceError, OutcomeUnknown)
FULL = (ENOSPC, EDQUOT)
PATIENCE = 40_000_000
"""Octets of a refused form that are still taken in: a browser that can't finish sending shows
its own "connection reset" instead of our sentence."""


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 with the request's number, which is in the log too; no database, no session.

    A database that is away, full or on its way to another machine is no error of ours: 503,
    and when to try again.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OUTAGES) or getattr(error, "errno", None) in FULL:
        return unsaved(request)
    told = {"incident": request_id.get(None), "is_reading": request.method in SAFE_METHODS}
    return HttpResponseServerError(loader.get_template("500.html").render(told))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with the reason, and tell operators who was refused where."""
    refused(request, type(exception).__name__)
    return permission_denied(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 or 413 with what to do next; scripts get the sentence alone."""
    is_too_much = isinstance(exception, TOO_MUCH)
    if is_too_much:
        _take_the_rest(request)
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_too_much else HTTPStatus.BAD_REQUEST
    sentence = (
        _("Kiriman Anda terlalu besar. Kembali ke halaman sebelumnya, pendekkan, lalu kirim lagi.")
        if is_too_much
        else _("Alamat atau isi kiriman tidak dapat dibaca. Muat ulang halaman, lalu coba lagi.")
    )
    if request.content_type == "application/json":
        return JsonResponse({"message": sentence}, status=status)
    told = {"code": int(status), "sentence": sentence, "is_too_much": is_too_much}
    return HttpResponse(loader.get_template("400.html").render(told), status=status)


def _take_the_rest(request: HttpRequest) -> None:
    left = PATIENCE
    with suppress(UnreadablePostError):
        while left > 0 and (piece := request.read(65_536)):
            left -= len(piece)
