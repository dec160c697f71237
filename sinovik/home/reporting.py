"""Where somebody who found a weakness writes (RFC 9116)."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sinovik.audit import clock
from sinovik.web.access import public

GOOD_FOR = timedelta(days=180)
"""A copy that somebody kept longer is not to be trusted; the standard asks for less than a year."""


@public
@require_safe
def security_text(request: HttpRequest) -> HttpResponse:
    """The secretariat's address; 404 on a site that names none."""
    if not settings.CONTACT_EMAIL:
        raise Http404
    lines = [
        f"Contact: mailto:{settings.CONTACT_EMAIL}",
        f"Expires: {(clock.now() + GOOD_FOR).strftime('%Y-%m-%dT00:00:00Z')}",
        "Preferred-Languages: id, en",
        f"Canonical: {settings.SITE_ADDRESS}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
