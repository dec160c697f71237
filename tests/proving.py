"""Whoever a test signs in by the client has shown a second factor a moment ago.

The session that `force_login` makes says so before it is saved, so that no test becomes
slower. Sign-ins through the pages are untouched: they must prove it themselves.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.signals import user_logged_in

RECORDS = "account_authentication_methods"
OWNER = "account_authentication_methods_user"


def prove(*, request: Any, user: Any, **kwargs: Any) -> None:
    """Write into a session without a page behind it what allauth writes after a code."""
    if "REQUEST_METHOD" not in request.META:
        request.session[RECORDS] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
        request.session[OWNER] = str(user.pk)


@contextmanager
def proven() -> Iterator[None]:
    """Inside, `force_login` proves; for programs that measure."""
    user_logged_in.connect(prove)
    try:
        yield
    finally:
        user_logged_in.disconnect(prove)


@contextmanager
def unproven() -> Iterator[None]:
    """Inside, `force_login` proves nothing."""
    user_logged_in.disconnect(prove)
    try:
        yield
    finally:
        user_logged_in.connect(prove)
