"""What belongs on every response: headers, the reader's zone, and a status that is true."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone

from sinovik.web.zones import ZONES

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
ALWAYS = {
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Resource-Policy": "same-origin",
    # Where browsers tell what the policy kept them from loading.
    "Reporting-Endpoints": 'policy="/csp"',
    # Django's own middleware says these too, but not where it is itself what refuses: a wrong
    # host on the way from http to https.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    # Or the web server would write its name.
    "Server": "SINOVIK",
}


FAULT_MARKS = (
    b'class="govuk-error-summary"',
    b'aria-invalid="true"',
    b'class="notice notice-error" role="alert"',
)
"""What stands in a page where a form was refused: the summary, the field, a notice instead."""


class ViewMiddleware:
    """What looks at the view alone, in `process_view`; every request goes on to the next one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class ReaderZoneMiddleware:
    """Tells times in the zone where the person works; the site's zone for everybody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = ZONES.get(getattr(request.user, "zone", ""))
        with timezone.override(zone or timezone.get_default_timezone()):
            return self.get_response(request)


class AddressLanguageMiddleware(LocaleMiddleware):  # type: ignore[misc]
    """Speaks the language that the address tells, and no answer varies by the browser's own."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Take back what Django says for sites that do ask the browser."""
        response = super().process_response(request, response)
        names = [name.strip() for name in response.get("Vary", "").split(",")]
        if names := [name for name in names if name and name != "Accept-Language"]:
            response["Vary"] = ", ".join(names)
        else:
            del response["Vary"]
        return response


class SecurityHeadersMiddleware:
    """Adds what Django's own middleware has no setting for; keeps signed-in pages uncached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.setdefault(name, value)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        # What no view has said to be for everybody is kept by nobody.
        response.setdefault("Cache-Control", "private, no-store")
        match = request.resolver_match
        if match and match.url_name == "account_logout" and request.method == "POST":
            # Drafts that autosave kept on a shared office computer go with the session.
            response["Clear-Site-Data"] = '"storage"'
        return response


class RefusedFormMiddleware:
    """Gives a page that says what is to be put right, in answer to a form, the status of that.

    Views, ours and those of libraries, draw a refused form as they would an empty one; scripts,
    logs and proxies know it by the status.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_done = request.method == "POST" and response.status_code == HTTPStatus.OK
        is_page = is_done and response.get("Content-Type", "").startswith("text/html")
        if is_page and any(mark in response.content for mark in FAULT_MARKS):
            response.status_code = int(HTTPStatus.UNPROCESSABLE_ENTITY)
        return response
