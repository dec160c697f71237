"""Evaluators with their sheets, on the evening on which all of them sit down."""

import secrets
import time
from importlib import import_module
from typing import Any


def build(*, judges: int, sheets: int) -> list[dict[str, Any]]:
    """A running review by the actions; each evaluator with so many sheets, all still blank."""
    from sinovik import notifications

    factories = import_module("tests.factories")
    with notifications.muted():
        contest = factories.make_contest.__wrapped__(
            factories.REVIEW, entries=judges * sheets, reviews=1, judges=judges
        )
    return [
        {
            "cookie": _shown(judge),
            "token": secrets.token_hex(16),
            "sheets": [row.pk for row in contest.assignments(factories.REVIEW, judge)],
        }
        for judge in contest.evaluators
    ]


def _shown(judge: Any) -> str:
    """The cookie of a session in which an evaluator has shown the second factor."""
    from allauth.account.internal.flows import login

    from bench.faults.promises import signed_in
    from sinovik.web.sessions import SessionStore

    session = SessionStore(signed_in(judge))
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(judge.pk)
    session.save()
    return str(session.session_key)
