"""A second factor where a role asks for one: nothing private opens before it was shown.

What a session has proved stands in allauth's records of it; see docs/adr/0044-second-factor.md.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext as _

from sinovik.web.kept import keep
from sinovik.web.middleware import ViewMiddleware
from sinovik.web.readonly import SAFE_METHODS

V = TypeVar("V", bound=Callable[..., Any])
KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""What counts as a second factor of its own; recovery codes only stand in for one."""


def has_shown(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed since, with a second factor."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def forget_factor(request: HttpRequest) -> None:
    """Let the session count as one without a factor, where its person has none any more."""
    if not is_mfa_enabled(request.user, KINDS):
        records = get_authentication_records(request, request.user)
        kept = [record for record in records if record["method"] != "mfa"]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are, by password or factor, some minutes ago."""
    records = get_authentication_records(request, request.user)
    newest = max((record["at"] for record in records), default=0.0)
    return bool(time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def opens_before_factor(
    patterns: list[URLPattern | URLResolver],
) -> list[URLPattern | URLResolver]:
    """Let people in who still owe their second factor: enrolment and the way out need that."""
    for pattern in patterns:
        pattern.callback.opens_before_factor = True  # type: ignore[union-attr]
    return patterns


def proof_address(user: Any, back: str) -> str:
    """The page that asks for the second factor, or enrols one, and then leads `back`."""
    if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        name = "mfa_reauthenticate"
    elif is_mfa_enabled(user, KINDS):
        name = "mfa_reauthenticate_webauthn"
    else:
        name = "mfa_activate_totp"
    return f"{reverse(name)}?next={quote(back)}"


class SecondFactorMiddleware(ViewMiddleware):
    """Keeps people whose role asks for a second factor outside until they have shown it.

    Public pages see a stranger meanwhile, so that no right of the role shows through them.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *args: Any
    ) -> HttpResponseBase | None:
        """Let pass, turn into a stranger, or lead to the factor."""
        user: Any = request.user
        if not user.is_authenticated or not user.needs_second_factor or has_shown(request):
            return None
        if getattr(view, "opens_before_factor", False):
            return None
        policy = getattr(view, "policy", None)
        if policy is not None and policy.is_public:
            request.user = AnonymousUser()
            return None
        back = request.get_full_path() if request.method == "GET" else _referring(request)
        return redirect(proof_address(user, back))


def _referring(request: HttpRequest) -> str:
    """A POST can't be repeated by a link; what it carried comes back at its own address."""
    keep(request, writer=request.user.pk)
    return request.path


def guarded(view: V) -> V:
    """A page on which factors change: fresh proof, by a factor where the person has one.

    Otherwise a session from before the factor could put another one in its place.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        back = request.get_full_path()
        if is_mfa_enabled(request.user, KINDS) and not has_shown(request):
            return redirect(proof_address(request.user, back))
        if not is_fresh(request):
            return ask_for_proof(request, back)
        return view(request, *args, **kwargs)  # type: ignore[no-any-return]

    return wrapped  # type: ignore[return-value]


def with_fresh_proof(*, back: str = "") -> Callable[[V], V]:
    """Let a POST act only within minutes of a proof; until then its form waits.

    It waits at its own address or, where the form stands on another page, at the one named
    `back`, which takes the same parameters. That page fills its form from `kept(request)`;
    nothing acts before the person presses the button again.
    """

    def decorate(view: V) -> V:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in SAFE_METHODS or is_fresh(request):
                return view(request, *args, **kwargs)  # type: ignore[no-any-return]
            path = reverse(back, args=args, kwargs=kwargs) if back else request.path
            keep(request, writer=request.user.pk, path=path)
            query = request.META.get("QUERY_STRING", "")
            return ask_for_proof(request, f"{path}?{query}" if query else path)

        wrapped.asks_fresh_proof = True  # type: ignore[attr-defined]
        return wrapped  # type: ignore[return-value]

    return decorate


def ask_for_proof(request: HttpRequest, back: str) -> HttpResponseRedirect:
    """Lead to the page that asks for the password or a code, and then `back`."""
    if request.method not in SAFE_METHODS:
        text = _("Isian Anda kami simpan. Setelah ini periksa sekali lagi, lalu tekan tombolnya.")
        messages.info(request, text)
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?next={quote(back)}")


def take_over(request: HttpRequest, user: Any) -> None:
    """Let this session outlive a change that ends all of the person's."""
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    renew_session(request)
    UserSession.objects.create_from_request(request)


def renew_session(request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Give the session another name at each step of proof (a receiver); the list follows."""
    if request is not None and (old := request.session.session_key):
        request.session.cycle_key()
        rows = UserSession.objects.filter(session_key=old)
        rows.update(session_key=request.session.session_key)
