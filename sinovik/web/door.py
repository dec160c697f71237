"""Lines for operators about the door: who came in, left, opened what, or was turned away.

What people decide stands in the ledger. These carry a person's number and an address's name, never
what was typed, a person's name or a path: paths may hold a key.
"""

import logging
from typing import Any

from django.contrib.auth import signals
from django.http import HttpRequest

from sinovik.web.middleware import ViewMiddleware
from sinovik.web.sessions import begin

log = logging.getLogger(__name__)


def listen() -> None:
    """Connect the receivers, once the apps are there."""
    signals.user_logged_in.connect(begin)
    signals.user_logged_in.connect(came_in)
    signals.user_logged_out.connect(left)
    signals.user_login_failed.connect(turned_away)


def came_in(*, user: Any, **kwargs: Any) -> None:
    """Somebody signed in (a receiver)."""
    log.info("signed_in", extra={"person": user.pk})


def left(*, user: Any, **kwargs: Any) -> None:
    """Somebody signed out (a receiver); None where the session was already over."""
    log.info("signed_out", extra={"person": user.pk if user else None})


def turned_away(**kwargs: Any) -> None:
    """A password was wrong (a receiver); whose it was to be is personal, and often mistyped."""
    log.warning("sign_in_failed")


class OpenedMiddleware(ViewMiddleware):
    """Says which view a signed-in person opened: without it a stolen account leaves no trace.

    The number in the address goes along where it has one; at the level INFO.
    """

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Say it before the view runs; what is then refused is said as well."""
        at = request.resolver_match
        if not log.isEnabledFor(logging.INFO) or not request.user.is_authenticated or at is None:
            return
        if at.url_name != "account_session":  # Pages ask it by themselves, every minute.
            told = {"person": request.user.pk, "view": at.view_name, "method": request.method}
            number = {"number": kwargs["pk"]} if "pk" in kwargs else {}
            log.info("opened", extra=told | number)


def refused(request: HttpRequest, why: str) -> None:
    """A right or a token was lacking."""
    at = request.resolver_match
    person = getattr(request, "user", None)
    told = {"person": person.pk if person else None, "view": at.view_name if at else None}
    log.warning("refused", extra={**told, "why": why, "method": request.method})
