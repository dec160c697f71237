"""Headers on every kind of response, errors included."""

import logging

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from agencies.models import User
from sinovik.audit.ledger import request_id
from sinovik.audit.logs import RequestIdFilter
from sinovik.urls import urlpatterns as site_urls
from sinovik.web.access import Forbidden, public
from sinovik.web.middleware import SecurityHeadersMiddleware
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "worker-src 'self'",
    "manifest-src 'self'",
}


@public
def crash(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


@public
def forbid(request: HttpRequest) -> HttpResponse:
    raise Forbidden("Hanya untuk kepala sekretariat.")


urlpatterns = [
    path("uji/rusak/", crash),
    path("uji/larangan/", forbid),
    *site_urls,
]
handler500 = "sinovik.home.errors.server_error"


@override_settings(ROOT_URLCONF="tests.web.test_headers")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/akun/masuk/", 200),
        ("/kerja/", 302),
        ("/tidak-ada/", 404),
        ("/uji/larangan/", 403),
        ("/uji/rusak/", 500),
        ("/api/v1/openapi.json", 200),
        ("/livez", 200),
    ],
)
def test_response_of_every_kind_carries_the_headers(address: str, status: int) -> None:
    client = WatchfulClient(raise_request_exception=False)
    response = client.get(address)
    assert response.status_code == status
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert len(response["X-Request-ID"]) == 36


@override_settings(ROOT_URLCONF="tests.web.test_headers")
def test_forbidden_page_tells_why(client: WatchfulClient) -> None:
    response = client.get("/uji/larangan/")
    assert "Hanya untuk kepala sekretariat." in response.content.decode()


@override_settings(ROOT_URLCONF="tests.web.test_headers")
def test_request_number_of_a_stranger_is_not_believed(client: WatchfulClient) -> None:
    response = client.get("/livez", headers={"X-Request-ID": "mine"})
    assert response["X-Request-ID"] != "mine"


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("said", [None, "public, max-age=0"])
def test_page_that_is_personal_or_not_said_to_be_shared_is_never_cached(
    signed_in: bool, said: str | None
) -> None:
    request = RequestFactory().get("/")
    request.user = User(email="sari@contoh.id") if signed_in else AnonymousUser()
    answer = HttpResponse("x", headers={"Cache-Control": said} if said else {})
    response = SecurityHeadersMiddleware(lambda _request: answer)(request)
    is_shared = said is not None and not signed_in
    assert response["Cache-Control"] == (said if is_shared else "private, no-store")


def test_page_is_compressed_for_those_who_can_read_it(client: WatchfulClient) -> None:
    plain = client.get("/")
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2


def test_post_without_token_is_refused() -> None:
    client = WatchfulClient(enforce_csrf_checks=True)
    assert client.post("/akun/masuk/", {"login": "x", "password": "y"}).status_code == 403


def test_log_line_names_the_request_and_stays_one_line() -> None:
    token = request_id.set("abc")
    try:
        record = logging.LogRecord("x", 30, "", 0, "path %s", ("/a\nINFO forged",), None)
        assert RequestIdFilter().filter(record)
    finally:
        request_id.reset(token)
    assert (record.request_id, record.getMessage()) == ("abc", "path /a\\nINFO forged")  # type: ignore[attr-defined]
