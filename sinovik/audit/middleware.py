"""Numbers each request, so that log lines, events and the error page name the same one."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sinovik.audit.ledger import request_id


class RequestIdMiddleware:
    """Sets ``X-Request-ID`` on the response; one that a stranger sends is not believed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = str(uuid.uuid4())
        token = request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = number
        return response
