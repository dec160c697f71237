"""Sessions that end: after idling, after half a day, and with a warning in time."""

import time
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sinovik.web.access import signed_in
from sinovik.web.middleware import ViewMiddleware
from sinovik.web.prepared import Prepared

BEGAN = "began"
PAUSE = 300
"""Seconds between two notes that a session is in use."""


_session = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), "key", "now"
)


class SessionStore(DatabaseStore):
    """Django's sessions in the database; `ends_at` is read with the row.

    One that somebody signed in to ends when it idles, and for good some hours after it began.
    """

    ends_at: datetime | None = None

    def _get_session_from_db(self) -> Any:
        row = _session.first(key=self.session_key, now=timezone.now())
        self.ends_at = row.expire_date if row else None
        if row is None:
            self._session_key = None
        return row

    def get_session_cookie_age(self) -> int:
        """Seconds that the session lasts from now on if nothing more is asked."""
        began = self.get(BEGAN)
        if began is None:
            return settings.SESSION_COOKIE_AGE
        left = int(began) + settings.SESSION_COOKIE_AGE - int(time.time())
        return max(0, min(settings.SESSION_IDLE_AGE, left))


def begin(request: HttpRequest, **kwargs: Any) -> None:
    """Note when somebody signed in (a receiver): no later step starts the day anew."""
    request.session[BEGAN] = int(time.time())


def seconds_left(request: HttpRequest) -> int | None:
    """Until the session ends; None before it was read or saved."""
    if request.session.modified:
        return int(request.session.get_expiry_age())
    ends_at = getattr(request.session, "ends_at", None)
    return max(0, int((ends_at - timezone.now()).total_seconds())) if ends_at else None


class SessionInUseMiddleware(ViewMiddleware):
    """Notes at most every five minutes that a session is in use; asking what is left is no use."""

    def process_view(self, request: HttpRequest, view: Any, *args: Any) -> None:
        """Prolong a session that was loaded, unless its last prolonging is a moment old."""
        ends_at = getattr(request.session, "ends_at", None)
        if ends_at is None or not request.user.is_authenticated or _only_asks(request):
            return
        lasts = request.session.get_session_cookie_age()
        if lasts - (ends_at - timezone.now()).total_seconds() > PAUSE:
            request.session.modified = True
            rows = UserSession.objects.filter(session_key=request.session.session_key)
            rows.update(last_seen_at=timezone.now())


def _only_asks(request: HttpRequest) -> bool:
    match = request.resolver_match
    return request.method == "GET" and match is not None and match.url_name == "account_session"


@require_http_methods(["GET", "POST"])
@signed_in
def session_state(request: HttpRequest) -> JsonResponse:
    """How long the person stays signed in; POST starts that time anew."""
    if request.method == "POST":
        request.session.modified = True
        return JsonResponse({"left": request.session.get_expiry_age()})
    return JsonResponse({"left": seconds_left(request)})
