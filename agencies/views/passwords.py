"""Passwords that have grown too old, where the rules of BSSN are chosen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from allauth.account.signals import password_changed, password_set
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import User
from agencies.queries.passwords import password_since
from sinovik.audit import clock
from sinovik.web.middleware import ViewMiddleware

KEY = "password_is_old"
CHANGING = "account_change_password"


def listen() -> None:
    """Connect the receivers, once the apps are there."""
    user_logged_in.connect(note_age)
    password_changed.connect(forget_age)
    password_set.connect(forget_age)


def note_age(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note at sign-in whether the password is over its time (a receiver)."""
    days = settings.PASSWORD_DAYS
    if days and user.has_usable_password():
        request.session[KEY] = password_since(user) < clock.now() - timedelta(days=days)


def forget_age(*, request: HttpRequest, **kwargs: Any) -> None:
    """It was changed (a receiver)."""
    request.session.pop(KEY, None)


class OldPasswordMiddleware(ViewMiddleware):
    """Leads to the change of an old password before anything private opens."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *args: Any
    ) -> HttpResponse | None:
        """Let pass what is public, the change itself, its proof and the way out."""
        if not settings.PASSWORD_DAYS or not request.user.is_authenticated:
            return None
        if not request.session.get(KEY) or getattr(view, "opens_before_factor", False):
            return None
        policy, match = getattr(view, "policy", None), request.resolver_match
        if (policy and policy.is_public) or (match and match.view_name == CHANGING):
            return None
        text = _("Kata sandi Anda sudah %(days)d hari. Ganti dahulu, lalu lanjutkan.")
        messages.warning(request, text % {"days": settings.PASSWORD_DAYS})
        return redirect(f"{reverse(CHANGING)}?next={quote(request.path)}")
