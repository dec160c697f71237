"""How long a request stood in line before the site could look at it, and who comes first."""

import random
import re
import time
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from prometheus_client import Histogram

from sinovik.audit import clock
from sinovik.home.line import Line
from sinovik.web.readonly import SAFE_METHODS

STARTED = re.compile(r"t=([0-9]{10,11}\.[0-9]{3})")
PATIENCE = timedelta(seconds=3)
"""What may come later waits so long at most, where others stand behind it."""
CROWDED = 1.0
"""Seconds: where somebody has waited so long, what may come later gives its place at once."""
PAGES_YIELD = 20.0
"""Seconds that a page lets buttons go before it; one that waited longer is before newer ones."""
AGAIN_AFTER = (45, 75)
"""Seconds, drawn: those who were sent away together do not come back together."""
HEALTH = frozenset({"/livez", "/readyz"})
"""Asked by machines that give up soon; they stand in no line."""
LINE = "sinovik.line"
"""Where the server's entry leaves the `Line` of its process, beside the request."""
IN_LINE = Histogram(
    "sinovik_queue_seconds",
    "Time that requests waited behind nginx before the site looked at them",
    buckets=(0.05, 0.25, 1, 3, 10, 30, 60, 120, 300),
)
LONGEST = clock.LONGEST_WAIT.total_seconds()


class QueueMiddleware:
    """Serves buttons before pages, and counts the wait out of what decides deadlines.

    Our nginx writes when the last byte of a request was there (`X-Request-Start`). Who pressed
    in time is in time then, however long the queue; and what a script saves by itself (PUT, kept
    on the device until it is told) gives its place to what people wait for in a crowd.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        line: Line | None = request.META.get(LINE) if request.path not in HEALTH else None
        with ExitStack() as turn:
            if line:
                if request.method == "PUT" and line.longest_wait() > CROWDED:
                    return _later()
                turn.enter_context(line.turn(due(request)))
            waited = time_in_line(request)
            IN_LINE.observe(waited.total_seconds())
            if request.method == "PUT" and waited > PATIENCE:
                return _later()
            with clock.after(waited):
                response = self.get_response(request)
            if line and response.streaming:
                # Its rows are read while it is sent; Django closes its connection at the same end.
                # An answer that another one took the place of is closed by nobody.
                end = weakref.finalize(response, turn.pop_all().close)
                response._resource_closers.append(end)  # type: ignore[attr-defined]
            return response


def due(request: HttpRequest) -> float:
    """What decides the order: when it came, and for what only reads some seconds more."""
    came_at = time.time() - time_in_line(request).total_seconds()
    return came_at + PAGES_YIELD if request.method in SAFE_METHODS else came_at


def time_in_line(request: HttpRequest) -> timedelta:
    """What our own nginx says; nothing where none stands before us, as a stranger may say it.

    Nothing, too, where it is longer than nginx waits: then one of two clocks is wrong.
    """
    if not settings.TRUSTED_PROXIES:
        return timedelta(0)
    started = STARTED.fullmatch(request.headers.get("X-Request-Start", ""))
    if started is None:
        return timedelta(0)
    waited = time.time() - float(started[1])
    return timedelta(seconds=waited) if 0 < waited <= LONGEST else timedelta(0)


def _later() -> HttpResponse:
    sentence = _("Server sedang ramai. Draf aman di perangkat ini dan dikirim lagi sebentar lagi.")
    answer = JsonResponse({"message": sentence}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer["Retry-After"] = str(random.randint(*AGAIN_AFTER))  # noqa: S311 (no secret)
    # Expected, and thousands of them in a crowd: not a line in the log each.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
