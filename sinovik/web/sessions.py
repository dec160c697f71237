"""Sessions that know when they end, so that a page can warn in time."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sinovik.web.access import signed_in


class SessionStore(DatabaseStore):
    """Django's sessions in the database; `ends_at` is read with the row."""

    ends_at: datetime | None = None

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]
        self.ends_at = row.expire_date if row else None
        return row


def seconds_left(request: HttpRequest) -> int | None:
    """Until the session ends; None before it was read or saved."""
    ends_at = getattr(request.session, "ends_at", None)
    return max(0, int((ends_at - timezone.now()).total_seconds())) if ends_at else None


@require_http_methods(["GET", "POST"])
@signed_in
def session_state(request: HttpRequest) -> JsonResponse:
    """How long the person stays signed in; POST starts that time anew."""
    if request.method == "POST":
        request.session.modified = True
        return JsonResponse({"left": request.session.get_expiry_age()})
    return JsonResponse({"left": seconds_left(request)})
