"""Signing in through an issuer of national accounts that runs: discovery, PKCE, nonce, keys."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.http import HttpResponse
from django.urls import reverse

from agencies.enums import Role
from agencies.models import User
from sinovik.audit.models import AuditEvent
from tests.factories import make_person
from tests.issuer import Issuer, national_account, running_issuer
from tests.pages import WatchfulClient
from tests.proving import unproven

pytestmark = pytest.mark.django_db
START, RETURN = "/akun/masuk/nasional/", "/akun/masuk/nasional/kembali/"
HOME = reverse("competitions:work_home")


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    cache.clear()
    with running_issuer() as running, national_account(running.address), unproven():
        running.client.back = RETURN
        yield running


def tell(issuer: Issuer, email: str, *, verified: Any = True, subject: str = "s-1") -> None:
    issuer.claims = {"sub": subject, "email": email, "email_verified": verified, "name": "Lain"}


def ask(client: WatchfulClient, query: str = "") -> dict[str, str]:
    """Go to the issuer and allow it there; returns what it sends back with the person."""
    gone = client.get(START + query)
    assert gone.status_code == 302
    allowed = requests.post(gone["Location"], allow_redirects=False, timeout=5)
    assert allowed.status_code == 302, allowed.text
    return dict(parse_qsl(urlsplit(allowed.headers["Location"]).query))


def come_back(client: WatchfulClient, query: str = "") -> HttpResponse:
    """Come back from the issuer with a code, then press the button."""
    answer = ask(client, query)
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
    assert "Masuk dengan Akun Uji" in client.get(reverse("account_login")).content.decode()
    tell(issuer, person.email.upper())
    assert come_back(client, "?next=/akun/keamanan/")["Location"] == "/akun/keamanan/"
    assert is_in(client, person)
    row = SocialAccount.objects.get(user=person)
    assert (row.uid, row.extra_data) == ("s-1", {})
    assert AuditEvent.objects.filter(verb="national_account_linked").count() == 1
    assert issuer.answered == [200]  # It asks for the verifier of the challenge.
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
    issuer.lies = {"sub": "s-9"}
    assert come_back(client).status_code == 403


def test_answer_without_the_state_of_this_session_is_refused(
    client: WatchfulClient, issuer: Issuer
) -> None:
    person = make_person(Role.INNOVATOR)
    tell(issuer, person.email)
    client.get(START)
    client.post(RETURN, {"code": "c", "state": "tebakan"})
    assert not is_in(client, person)
    assert not issuer.answered


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
    answer = client.post(RETURN, ask(client, "?process=connect"))
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


LIES: dict[str, tuple[str, dict[str, Any]]] = {
    "unsigned": ("none", {}),
    "signed by another key": ("stranger", {}),
    "signed with the public key as a secret": ("shared", {}),
    "nonce of another": ("", {"nonce": "tebakan"}),
    "no nonce": ("", {"nonce": None}),
    "another issuer": ("", {"iss": "https://lain.example"}),
    "for another site": ("", {"aud": ["situs-lain"]}),
    "passed on by another site": ("", {"aud": ["sinovik", "situs-lain"], "azp": "situs-lain"}),
    "expired": ("", {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200}),
    "without an end": ("", {"exp": None}),
    "of tomorrow": ("", {"iat": int(time.time()) + 86400}),
}


def test_token_that_does_not_hold_opens_nothing(client: WatchfulClient, issuer: Issuer) -> None:
    person = make_person(Role.INNOVATOR)
    tell(issuer, person.email)
    for lie, (forge, facts) in LIES.items():
        issuer.forge, issuer.lies, issuer.answered = forge, facts, []
        assert come_back(client).status_code in (401, 403), lie
        assert issuer.answered == [200], lie
        assert not is_in(client, person), lie
    assert not SocialAccount.objects.exists()
    issuer.forge, issuer.lies = "", {}
    come_back(client)
    assert is_in(client, person)  # Told truly, the same person comes in.


def test_answer_counts_once(client: WatchfulClient, issuer: Issuer) -> None:
    person = make_person(Role.INNOVATOR)
    tell(issuer, person.email)
    answer = ask(client)
    client.post(RETURN, answer)
    assert is_in(client, person)
    client.logout()
    assert client.post(RETURN, answer).status_code == 401  # The state is used up,
    own = ask(client)
    # and with a state of this session the issuer knows the code no more.
    assert client.post(RETURN, own | {"code": answer["code"]}).status_code == 401
    assert issuer.answered == [200, 400]
    assert not is_in(client, person)


def test_code_of_another_session_needs_its_verifier(client: WatchfulClient, issuer: Issuer) -> None:
    person = make_person(Role.INNOVATOR)
    tell(issuer, person.email)
    stolen = ask(WatchfulClient())
    assert client.post(RETURN, ask(client) | {"code": stolen["code"]}).status_code == 401
    assert issuer.answered == [400]
    assert not is_in(client, person)


def test_another_issuer_under_the_address_is_not_gone_to(
    client: WatchfulClient, issuer: Issuer
) -> None:
    tell(issuer, make_person(Role.INNOVATOR).email)
    answer = ask(client) | {"iss": "https://lain.example"}
    assert client.post(RETURN, answer).status_code == 401
    issuer.answer_as = "https://lain.example"
    assert client.get(START).status_code == 401
    assert not issuer.answered


def test_person_who_says_no_at_the_issuer_reads_a_page(
    client: WatchfulClient, issuer: Issuer
) -> None:
    tell(issuer, make_person(Role.INNOVATOR).email)
    state = ask(client)["state"]
    answer = client.post(RETURN, {"error": "access_denied", "state": state})
    assert answer.status_code == 401
    assert "Masuk dengan kata sandi" in answer.content.decode()


def test_issuer_that_is_away_is_said(client: WatchfulClient) -> None:
    with national_account("http://127.0.0.1:1"):
        answer = client.get(START)
    assert answer.status_code == 401
    assert "tidak menjawab" in answer.content.decode()
