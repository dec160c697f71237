"""What is believed of the national account, and which account it may open. See docs/adr/0058."""

import logging
from typing import Any, NoReturn

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.shortcuts import render

log = logging.getLogger(__name__)
SIGNED_BY = ["RS256", "PS256", "ES256"]
"""Only what the issuer alone can sign: neither `none` nor a secret that both know."""
NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
CLOCKS_APART = 60


class IssuerAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The issuer's answers, looked at more closely than allauth does."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer says of itself; it must be the one that was meant."""
        told: dict[str, Any] = super().openid_config
        meant = self.get_provider().app.settings["server_url"]
        if str(told.get("issuer", "")).rstrip("/") != meant.rstrip("/"):
            raise OAuth2Error("another issuer answers")
        if self.request.GET.get("iss", told["issuer"]) != told["issuer"]:
            raise OAuth2Error("another issuer answered the person")
        return told

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """The signed facts; allauth leaves signature out, and facts that are missing."""
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self._key_of(jwt.get_unverified_header(id_token)),
                algorithms=SIGNED_BY,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCKS_APART,
                options={"require": NEEDED},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error("the token does not hold") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("the token was made for another site")
        return claims

    def _key_of(self, header: dict[str, Any]) -> jwt.PyJWK:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        for key in keys:
            if key.key_id == header.get("kid"):
                return key
        raise jwt.InvalidKeyError("no such key")


class NationalAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Nobody gets an account or a role from outside: only who is invited here is let in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Say no, always."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Link by an address that the issuer verified, once; keep nothing else it tells."""
        if not _answers_this(sociallogin):
            _refuse(request)
        sociallogin.account.extra_data = {}
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
            return
        user = _owner_of(sociallogin)
        # An address that another subject linked before may have a new holder out there.
        if user is None or SocialAccount.objects.filter(user=user).exists():
            _refuse(request)
        sociallogin.connect(request, user)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, exception: Exception | None = None, **more: Any
    ) -> None:
        """One page for whatever went wrong; allauth's own for "cancelled" has no address here."""
        log.warning("sso_failed", extra={"why": type(exception).__name__ if exception else ""})
        page = render(request, "socialaccount/authentication_error.html", status=401)
        raise ImmediateHttpResponse(page)


def _answers_this(sociallogin: Any) -> bool:
    """Whether token and facts are of one subject, and made for what this session asked."""
    told, asked = sociallogin.account.extra_data, sociallogin.state
    if "id_token" not in told or asked.get("process") not in (None, "login"):
        return False
    subjects = {part.get("sub") for part in told.values() if isinstance(part, dict)}
    nonce = told["id_token"]["nonce"]
    return len(subjects) == 1 and bool(nonce) and nonce == asked.get("nonce")


def _owner_of(sociallogin: Any) -> Any:
    """The active person whose address the issuer says it verified; the very word `true`."""
    verified = [one.email for one in sociallogin.email_addresses if one.verified is True]
    if not verified:
        return None
    people = get_user_model().objects
    return people.filter(email__iexact=verified[0], is_active=True).first()


def _refuse(request: HttpRequest) -> NoReturn:
    raise ImmediateHttpResponse(render(request, "socialaccount/unknown.html", status=403))
