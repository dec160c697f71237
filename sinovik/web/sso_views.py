"""Signing in through the national account, where the environment names its issuer."""

from allauth.socialaccount.providers.openid_connect import views as theirs
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sinovik.web.access import public

ANSWER = ("code", "state", "error", "iss")


@require_GET
@never_cache
@public
def sso_start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the issuer; of the query only the way back counts, never a wish to link."""
    _need_issuer()
    request.GET = _only(request.GET, ("next",))  # type: ignore[assignment]
    answer: HttpResponse = theirs.login(request, provider_id)
    return answer


@require_http_methods(["GET", "POST"])
@never_cache
@public
def sso_return(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Hold what the issuer answered until the person presses on: a GET signs nobody in."""
    _need_issuer()
    if request.method == "GET":
        answered = [(name, request.GET[name]) for name in ANSWER if name in request.GET]
        return render(request, "socialaccount/return.html", {"answered": answered})
    request.GET = _only(request.POST, ANSWER)  # type: ignore[assignment]
    answer: HttpResponse = theirs.callback(request, provider_id)
    return answer


def _need_issuer() -> None:
    if not settings.SSO_NAME:
        raise Http404


def _only(values: QueryDict, names: tuple[str, ...]) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in names:
        if name in values:
            kept[name] = str(values[name])
    return kept
