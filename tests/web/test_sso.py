"""Signing in through an issuer of national accounts: a small one, in this process."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.http import HttpResponse
from django.test import override_settings
from django.urls import reverse

from agencies.enums import Role
from agencies.models import User
from sinovik.account_settings import sso_providers
from sinovik.audit.models import AuditEvent
from tests.factories import make_person
from tests.pages import WatchfulClient
from tests.proving import unproven

pytestmark = pytest.mark.django_db
START, RETURN = "/akun/masuk/nasional/", "/akun/masuk/nasional/kembali/"
HOME = reverse("competitions:work_home")


class Issuer(HTTPServer):
    """Answers discovery, the token and the person's facts; says what it was asked."""

    claims: dict[str, Any]
    token_subject = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.claims, self.asked = {}, []

    asked: list[dict[str, list[str]]]


class Answers(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        own = self.server.address
        if self.path.startswith("/.well-known/"):
            names = ("authorization", "token", "userinfo")
            body: Any = {f"{name}_endpoint": f"{own}/{name}" for name in names}
            body |= {"issuer": own, "jwks_uri": f"{own}/keys"}
        else:
            body = self.server.claims
        self._answer(body)

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(parse_qs(sent))
        claims = {
            "iss": self.server.address,
            "aud": "sinovik",
            "exp": time.time() + 60,
            "iat": time.time(),
            **self.server.claims,
        }
        claims["sub"] = self.server.token_subject or claims["sub"]
        token = jwt.encode(claims, "k" * 32, algorithm="HS256")
        self._answer({"access_token": "a", "token_type": "bearer", "id_token": token})

    def _answer(self, body: Any) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    cache.clear()
    server = Issuer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    providers = sso_providers("Uji", ISSUER=server.address, CLIENT_ID="sinovik", SECRET="rahasia")
    with override_settings(SSO_NAME="Uji", SOCIALACCOUNT_PROVIDERS=providers), unproven():
        yield server
    server.shutdown()
    thread.join()
    server.server_close()


def tell(issuer: Issuer, email: str, *, verified: Any = True, subject: str = "s-1") -> None:
    issuer.claims = {"sub": subject, "email": email, "email_verified": verified, "name": "Lain"}


def come_back(client: WatchfulClient, query: str = "") -> HttpResponse:
    """Go to the issuer and come back from it with a code, then press the button."""
    gone = client.get(START + query)
    assert gone.status_code == 302
    asked = parse_qs(urlsplit(gone["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    answer = {"code": "c", "state": asked["state"][0]}
    held = client.get(RETURN, answer)
    assert "Lanjutkan masuk" in held.content.decode()
    assert "_auth_user_id" not in client.session
    return client.post(RETURN, answer)


def is_in(client: WatchfulClient, person: User) -> bool:
    return client.session.get("_auth_user_id") == str(person.pk)


def test_off_there_is_neither_page_nor_link(client: WatchfulClient) -> None:
    assert client.get(START).status_code == 404
    assert client.get(RETURN).status_code == 404
    assert client.post(RETURN).status_code == 404
    assert "nasional" not in client.get(reverse("account_login")).content.decode()


def test_person_is_linked_once_by_the_verified_address(
    client: WatchfulClient, issuer: Issuer
) -> None:
    person = make_person(Role.INNOVATOR)
    assert "Masuk dengan Uji" in client.get(reverse("account_login")).content.decode()
    tell(issuer, person.email.upper())
    assert come_back(client, "?next=/akun/keamanan/")["Location"] == "/akun/keamanan/"
    assert is_in(client, person)
    row = SocialAccount.objects.get(user=person)
    assert (row.uid, row.extra_data) == ("s-1", {})
    assert AuditEvent.objects.filter(verb="national_account_linked").count() == 1
    assert issuer.asked[0]["code_verifier"]
    client.logout()
    tell(issuer, "alamat.baru@contoh.example")  # The subject counts from now on.
    come_back(client)
    assert is_in(client, person)
    row.refresh_from_db()
    assert row.extra_data == {}


@pytest.mark.parametrize("verified", [False, "true", 1, None])
def test_unverified_address_opens_nothing(
    client: WatchfulClient, issuer: Issuer, verified: Any
) -> None:
    person = make_person(Role.INNOVATOR)
    tell(issuer, person.email, verified=verified)
    assert come_back(client).status_code == 403
    assert not is_in(client, person)
    assert not SocialAccount.objects.exists()


def test_strangers_get_no_account(client: WatchfulClient, issuer: Issuer) -> None:
    before = User.objects.count()
    gone = make_person(Role.INNOVATOR)
    gone.is_active = False
    gone.save()
    for email in ("siapa@contoh.example", gone.email, ""):
        tell(issuer, email)
        assert come_back(client).status_code == 403
    assert User.objects.count() == before + 1
    assert "_auth_user_id" not in client.session


def test_second_subject_with_the_same_address_is_refused(
    client: WatchfulClient, issuer: Issuer
) -> None:
    person = make_person(Role.INNOVATOR)
    tell(issuer, person.email)
    come_back(client)
    client.logout()
    tell(issuer, person.email, subject="s-2")
    assert come_back(client).status_code == 403
    assert not is_in(client, person)


def test_facts_of_another_subject_than_the_tokens_are_refused(
    client: WatchfulClient, issuer: Issuer
) -> None:
    person = make_person(Role.INNOVATOR)
    tell(issuer, person.email)
    issuer.token_subject = "s-9"
    assert come_back(client).status_code == 403


def test_answer_without_the_state_of_this_session_is_refused(
    client: WatchfulClient, issuer: Issuer
) -> None:
    person = make_person(Role.INNOVATOR)
    tell(issuer, person.email)
    client.get(START)
    client.post(RETURN, {"code": "c", "state": "tebakan"})
    assert not is_in(client, person)
    assert not issuer.asked


def test_second_factor_still_holds(client: WatchfulClient, issuer: Issuer) -> None:
    person = make_person(Role.SECRETARIAT_HEAD)
    tell(issuer, person.email)
    come_back(client)
    assert client.get(HOME)["Location"].startswith("/akun/keamanan/aplikasi/")
    client.logout()
    TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert come_back(client)["Location"].startswith("/akun/masuk/kode/")
    assert not is_in(client, person)


def test_signed_in_person_links_nobody_elses_account_by_a_wish(
    client: WatchfulClient, issuer: Issuer
) -> None:
    person = make_person(Role.INNOVATOR)
    client.force_login(person)
    tell(issuer, "siapa@contoh.example")
    asked = parse_qs(urlsplit(client.get(f"{START}?process=connect")["Location"]).query)
    answer = client.post(RETURN, {"code": "c", "state": asked["state"][0]})
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()
