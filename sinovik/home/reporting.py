"""Who finds a weakness is heard: people by mail (RFC 9116), browsers by the Reporting API (W3C)."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from sinovik.audit import clock
from sinovik.web.access import public
from sinovik.web.limits import asks_too_often

log = logging.getLogger(__name__)

GOOD_FOR = timedelta(days=180)
"""A copy that somebody kept longer is not to be trusted; the standard asks for less than a year."""
MOST = 10
"""Reports of one address in a minute, and violations of one report."""
SHOWN = 60
"""Characters of what a browser names."""


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


@csrf_exempt
@public
@require_POST
def policy_report(request: HttpRequest) -> HttpResponse:
    """Note in the log what the policy kept a browser from loading; nothing is stored.

    A browser sends it by itself, so that it has no token. Of the page the view is noted and of
    what was kept out the origin: addresses may hold a key.
    """
    if not asks_too_often(request, what="policy", most=MOST):
        for told in _violations(request.body):
            log.warning("policy_violation", extra=told)
    return HttpResponse(status=204)


def _violations(octets: bytes) -> Iterator[dict[str, str]]:
    try:
        reports = json.loads(octets)
    except (ValueError, RecursionError):
        return
    for report in reports[:MOST] if isinstance(reports, list) else ():
        body = report.get("body") if isinstance(report, dict) else None
        if isinstance(body, dict) and report.get("type") == "csp-violation":
            directive = str(body.get("effectiveDirective"))[:SHOWN]
            kept_out = _origin(str(body.get("blockedURL")))
            yield {"view": _view_of(str(body.get("documentURL"))), "why": f"{directive} {kept_out}"}


def _origin(address: str) -> str:
    """Of an address its scheme and host; a word such as `inline` as it is."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "-"
    return (f"{parts.scheme}://{parts.netloc}" if parts.netloc else parts.path)[:SHOWN]


def _view_of(address: str) -> str:
    try:
        path = urlsplit(address).path
        with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
            return resolve(path).view_name
    except (ValueError, Resolver404):
        return "-"
