"""Signing in through the national account, where the environment names its issuer."""

import secrets
from collections.abc import Callable

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from sinovik.web.access import public
from sinovik.web.sso import IssuerAdapter

ANSWER = ("code", "state", "error", "iss")


@require_GET
@never_cache
@public
def sso_start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the issuer, whose token must carry the nonce that this session keeps."""
    _need_issuer()
    adapter = IssuerAdapter(request, provider_id)
    provider = adapter.get_provider()
    provider.oauth2_adapter_class = IssuerAdapter
    nonce = secrets.token_urlsafe(24)
    return _or_say(
        adapter,
        lambda: provider.redirect(
            request,
            process="login",
            next_url=get_next_redirect_url(request),
            auth_params={"nonce": nonce},
            nonce=nonce,
        ),
    )


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
    adapter = IssuerAdapter(request, provider_id)
    return _or_say(adapter, lambda: OAuth2CallbackView.adapter_view(adapter)(request))


def _or_say(adapter: IssuerAdapter, walk: Callable[[], HttpResponse]) -> HttpResponse:
    """A page where the issuer is away or another: allauth lets that through as an error."""
    try:
        return walk()
    except (OAuth2Error, RequestException) as error:
        page: HttpResponse = render_authentication_error(
            adapter.request, adapter.get_provider(), exception=error
        )
        return page


def _need_issuer() -> None:
    if not settings.SSO_NAME:
        raise Http404


def _only(values: QueryDict, names: tuple[str, ...]) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in names:
        if name in values:
            kept[name] = str(values[name])
    return kept
