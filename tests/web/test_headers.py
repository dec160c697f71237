"""Headers on every kind of response, errors included."""

import logging
from typing import Any

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
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "report-to policy",
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


def carries_the_headers(response: Any, policy: set[str] = POLICY) -> None:
    """ASVS 3.4.3 to 3.4.8, and no name of what serves."""
    assert set(response["Content-Security-Policy"].split("; ")) == policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Reporting-Endpoints"] == 'policy="/csp"'
    assert response["Server"] == "SINOVIK"
    assert "X-Powered-By" not in response
    assert len(response["X-Request-ID"]) == 36
    if policy == POLICY:
        assert response["X-Frame-Options"] == "DENY"


@override_settings(ROOT_URLCONF="tests.web.test_headers")
@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/", 200),
        ("head", "/", 200),
        ("get", "/akun/masuk/", 200),
        ("get", "/kerja/", 302),
        ("get", "/inovasi", 301),
        ("get", "/tidak-ada/", 404),
        ("get", "/.git/config", 404),
        ("post", "/", 405),
        ("trace", "/akun/masuk/", 405),
        ("get", "/uji/larangan/", 403),
        ("get", "/uji/rusak/", 500),
        ("get", "/api/v1/openapi.json", 200),
        ("get", "/api/v1/tidak-ada", 404),
        ("get", "/livez", 200),
        ("get", "/robots.txt", 200),
        ("get", "/.well-known/security.txt", 200),
        ("get", "/static/css/sinovik.css", 200),
        ("get", "/static/tidak-ada.css", 404),
    ],
)
def test_response_of_every_kind_carries_the_headers(method: str, address: str, status: int) -> None:
    client = WatchfulClient(raise_request_exception=False)
    response = getattr(client, method)(address)
    if response.streaming:
        response.close()
    assert response.status_code == status
    carries_the_headers(response)


@pytest.mark.parametrize("address", ["/tentang/", "/static/css/sinovik.css"])
def test_answer_that_the_browser_has_already_carries_them_too(
    client: WatchfulClient, address: str
) -> None:
    first = client.get(address)
    if first.streaming:
        first.close()
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    carries_the_headers(again)


def test_request_that_names_another_host_is_refused_with_a_sentence() -> None:
    client = WatchfulClient()
    for scheme in ({}, {"secure": True}):
        response = client.get("/", headers={"Host": "jahat.example"}, **scheme)
        assert response.status_code == 400
        assert "tidak dapat dibaca" in response.content.decode()
        carries_the_headers(response)


def test_form_that_is_too_large_is_refused_with_a_sentence() -> None:
    client = WatchfulClient()
    flood = {"login": "x" * 3_000_000}
    many = {f"field{number}": "x" for number in range(1100)}
    for sent in (flood, many):
        response = client.post("/akun/masuk/", sent)
        assert response.status_code == 413
        assert "Kiriman Anda terlalu besar." in response.content.decode()
        carries_the_headers(response)


def test_only_the_list_of_winners_may_be_framed(client: WatchfulClient) -> None:
    response = client.get("/sematan/pemenang/2019/")
    assert response.status_code == 200
    assert "X-Frame-Options" not in response
    framed = {
        "default-src 'none'", "script-src 'none'", "style-src 'self'", "img-src 'self'",
        "font-src 'self'", "connect-src 'none'", "form-action 'none'", "object-src 'none'",
        "base-uri 'none'", "frame-ancestors *", "report-to policy",
    }  # fmt: skip
    carries_the_headers(response, framed)


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
