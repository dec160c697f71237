"""What is said when the database can't keep what somebody sent, or can't promise that it will."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _

from sinovik.audit import outcome
from sinovik.audit.ledger import request_id
from sinovik.web.readonly import SAFE_METHODS

AGAIN_AFTER = 10


class OutageMiddleware:
    """Answers 503 instead of success where a commit's wait for the standby was cancelled.

    An autosave keeps its text on the device then and sends it again; a page says that nothing
    is certain. Whoever hands out a proof asks `outcome.certain` itself and has words of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        with outcome.doubts() as is_doubtful:
            response = self.get_response(request)
            return unsaved(request) if is_doubtful() else response


def unsaved(request: HttpRequest) -> HttpResponse:
    """Answer 503; needs neither database nor session. Scripts get the sentence alone.

    Who only asked for a page has no change to look after, and asks again.
    """
    is_reading = request.method in SAFE_METHODS
    sentence = _(
        "Penyimpanan sedang terganggu, jadi perubahan terakhir belum pasti tersimpan. Tunggu "
        "sebentar, muat ulang halaman sebelumnya, lalu lihat apakah perubahan Anda sudah ada."
    )
    if is_reading:
        sentence = _("Halaman ini belum dapat dibuka. Tunggu sebentar, lalu coba lagi.")
    answer: HttpResponse
    if request.content_type == "application/json":
        answer = JsonResponse({"message": sentence}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    else:
        told = {
            "sentence": sentence,
            "incident": request_id.get(None),
            "is_reading": is_reading,
        }
        page = loader.get_template("503.html").render(told)
        answer = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer["Retry-After"] = str(AGAIN_AFTER)
    return answer
