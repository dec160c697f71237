"""Which national account may open which account here. See docs/adr/0058."""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.shortcuts import render


class NationalAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Nobody gets an account or a role from outside: only who is invited here is let in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Say no, always."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Link by an address that the issuer verified, once; keep nothing else it tells."""
        told = sociallogin.account.extra_data
        subjects = {part.get("sub") for part in told.values() if isinstance(part, dict)}
        if (
            "id_token" not in told
            or len(subjects) != 1
            or sociallogin.state.get("process")
            not in (
                None,
                "login",
            )
        ):
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


def _owner_of(sociallogin: Any) -> Any:
    """The active person whose address the issuer says it verified; the very word `true`."""
    verified = [one.email for one in sociallogin.email_addresses if one.verified is True]
    if not verified:
        return None
    people = get_user_model().objects
    return people.filter(email__iexact=verified[0], is_active=True).first()


def _refuse(request: HttpRequest) -> NoReturn:
    raise ImmediateHttpResponse(render(request, "socialaccount/unknown.html", status=403))
