"""Lines for operators about the door: who came in, who left, who was turned away and from where.

What people decide stands in the ledger. These carry a person's number and an address's name, never
what was typed, a person's name or a path: paths may hold a key.
"""

import logging
from typing import Any

from django.contrib.auth import signals
from django.http import HttpRequest

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


def refused(request: HttpRequest, why: str) -> None:
    """A right or a token was lacking."""
    at = request.resolver_match
    person = getattr(request, "user", None)
    told = {"person": person.pk if person else None, "view": at.view_name if at else None}
    log.warning("refused", extra={**told, "why": why, "method": request.method})
