"""What every request to the API passes: a limit, known parameters, headers for other sites."""

import re
from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from sinovik.api.shell import LONGEST, problem, wrong_parameters
from sinovik.web.access import public
from sinovik.web.characters import UNSTORABLE
from sinovik.web.limits import requests_made, seconds_left

MOST = 300
"""Requests of one address in a minute."""
METHODS = "GET, HEAD, OPTIONS"
CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
View = Callable[..., HttpResponse]


def guard(api: NinjaAPI, patterns: Sequence[URLPattern | URLResolver]) -> None:
    """Put every view of the API behind the gate; what it takes is read from the OpenAPI."""
    takes = cache(lambda: _parameters(api))
    for pattern in cast(Sequence[URLPattern], patterns):
        is_root = pattern.name == "api-root"
        pattern.callback = front_door if is_root else _gated(cast(View, pattern.callback), takes)


@public
def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """What stands at every other address below the API's: a fault that programs can read."""
    return _open(problem(404, "not_found", _("Data ini tidak ada.")))


@public
@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """What stands at the root that the catalogue names: the page that explains the API."""
    return redirect("home:open_data")


def _parameters(api: NinjaAPI) -> dict[str, dict[str, bool]]:
    """Query parameters by address; whether they may be named more than once."""
    return {
        path.lstrip("/"): {
            one["name"]: one["schema"].get("type") == "array"
            for one in operations["get"]["parameters"]
            if one["in"] == "query"
        }
        for path, operations in api.get_openapi_schema()["paths"].items()
    }


def _gated(view: View, takes: Callable[[], dict[str, dict[str, bool]]]) -> View:
    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return _open(HttpResponse(status=204, headers={"Allow": METHODS}))
        made = requests_made(request, what="api")
        if made > MOST:
            response = _too_many()
        elif request.method not in ("GET", "HEAD"):
            sentence = _("Antarmuka ini hanya untuk dibaca. Pakai GET.")
            response = problem(405, "read_only", sentence)
            response["Allow"] = METHODS
        elif any(UNSTORABLE.search(str(value)) for value in kwargs.values()):
            response = problem(404, "not_found", _("Data ini tidak ada."))
        elif wrong := _wrong(request, takes()):
            response = wrong_parameters(wrong)
        else:
            response = _read(view, request, *args, **kwargs)
        response["RateLimit-Limit"] = str(MOST)
        response["RateLimit-Remaining"] = str(max(0, MOST - made))
        response["RateLimit-Reset"] = str(seconds_left())
        return _open(response)

    return gated


def _read(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What GET gives; whoever asked for the head gets its headers, the length among them."""
    asked, request.method = request.method, "GET"
    try:
        response = view(request, *args, **kwargs)
    finally:
        request.method = asked
    if asked == "HEAD":
        length = str(len(response.content))
        response.content = b""
        response["Content-Length"] = length
    return response


def _too_many() -> HttpResponse:
    sentence = _("Terlalu banyak permintaan: paling banyak %(most)d tiap menit. Tunggu sebentar.")
    response = problem(429, "too_many_requests", sentence % {"most": MOST})
    response["Retry-After"] = str(seconds_left())
    return response


def _wrong(request: HttpRequest, takes: dict[str, dict[str, bool]]) -> dict[str, str]:
    """A sentence for each query parameter that can't be meant."""
    route = request.resolver_match.route if request.resolver_match else ""
    known = takes.get(CONVERTER.sub(r"{\1}", route), {})
    wrong = {}
    for name, values in request.GET.lists():
        if name not in known:
            names = ", ".join(known) or _("tidak ada")
            sentence = _("Parameter “%(name)s” tidak dikenal. Yang ada: %(names)s.")
            wrong[name] = sentence % {"name": _shown(name), "names": names}
        elif len(values) > 1 and not known[name]:
            wrong[name] = _("Parameter “%s” hanya boleh disebut sekali.") % name
        elif any(UNSTORABLE.search(value) for value in values):
            wrong[name] = _("Nilai “%s” memuat karakter yang tidak dapat dibaca.") % name
        elif any(len(value) > LONGEST for value in values):
            sentence = _("Nilai “%(name)s” paling panjang %(most)d karakter.")
            wrong[name] = sentence % {"name": name, "most": LONGEST}
    return wrong


def _shown(name: str) -> str:
    return UNSTORABLE.sub("", name)[:40]


def _open(response: HttpResponse) -> HttpResponse:
    """Let pages of other sites read the answer; never with anybody's cookies."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "If-None-Match"
    response["Access-Control-Expose-Headers"] = (
        "ETag, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
    )
    response["Access-Control-Max-Age"] = "86400"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
