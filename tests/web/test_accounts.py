"""Signing in and out, passwords, and the closed door of signing up."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.http import int_to_base36

from agencies.models import User
from tests.factories import make_person
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

PASSWORD = "kopi pagi di Sleman 2019"
LOGIN = "/akun/masuk/"


@pytest.fixture(autouse=True)
def forget_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def sari() -> User:
    return User.objects.create_user("sari@contoh.id", PASSWORD, name="Sari, inovator")


def sign_in(client: WatchfulClient, email: str, password: str = PASSWORD) -> int:
    return client.post(LOGIN, {"login": email, "password": password}).status_code


@pytest.mark.parametrize("email", ["sari@contoh.id", "Sari@Contoh.ID"])
def test_right_password_signs_in_and_leads_to_work(
    client: WatchfulClient, sari: User, email: str
) -> None:
    response = client.post(LOGIN, {"login": email, "password": PASSWORD})
    assert response.status_code == 302
    assert response["Location"] == "/kerja/"
    assert client.session["_auth_user_id"] == str(sari.pk)


def test_session_changes_at_sign_in(client: WatchfulClient, sari: User) -> None:
    client.get(LOGIN)
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    assert sign_in(client, sari.email) == 302
    assert client.session.session_key != before


def test_wrong_and_unknown_get_the_same_answer(client: WatchfulClient, sari: User) -> None:
    answers = []
    for email in ("sari@contoh.id", "budi@contoh.id"):
        response = client.post(LOGIN, {"login": email, "password": "salah sekali 123"})
        assert response.status_code == 422
        text = re.sub(r'value="[^"]*"', "", response.content.decode())
        answers.append(text)
    assert answers[0] == answers[1]


def test_inactive_account_stays_out(client: WatchfulClient, sari: User) -> None:
    sari.is_active = False
    sari.save()
    sign_in(client, sari.email)
    assert "_auth_user_id" not in client.session


def test_many_wrong_passwords_lock_out_for_a_while(client: WatchfulClient, sari: User) -> None:
    for _try in range(10):
        sign_in(client, sari.email, "salah sekali 123")
    sign_in(client, sari.email)
    assert "_auth_user_id" not in client.session


def test_foreign_next_is_not_followed(client: WatchfulClient, sari: User) -> None:
    response = client.post(
        f"{LOGIN}?next=https://jahat.invalid/", {"login": sari.email, "password": PASSWORD}
    )
    assert response["Location"] == "/kerja/"


def test_sign_out_needs_post_and_ends_the_session(client: WatchfulClient, sari: User) -> None:
    client.force_login(sari)
    assert client.get("/akun/keluar/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/akun/keluar/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_sign_out_clears_the_drafts_kept_in_the_browser(client: WatchfulClient, sari: User) -> None:
    client.force_login(sari)
    assert "Clear-Site-Data" not in client.get("/akun/keluar/")
    assert client.post("/akun/keluar/")["Clear-Site-Data"] == '"storage"'


def test_sign_up_is_closed(client: WatchfulClient) -> None:
    client.post("/akun/daftar/", {"email": "baru@contoh.id", "password1": PASSWORD})
    assert not User.objects.exists()


def test_forgotten_password_is_replaced_once_through_the_mail(
    client: WatchfulClient, sari: User
) -> None:
    assert client.post("/akun/sandi/lupa/", {"email": sari.email}).status_code == 302
    [message] = mail.outbox
    found = re.search(r"https?://[^/\s]+(/akun/sandi/baru/\S+)", str(message.body))
    assert found
    link = found[1]
    form = client.get(link, follow=True).request["PATH_INFO"]
    fresh = "teh sore di Bantul 2020"
    answer = client.post(form, {"password1": fresh, "password2": fresh})
    assert answer.status_code == 302
    sari.refresh_from_db()
    assert sari.check_password(fresh)
    # The same link a second time changes nothing.
    stranger = WatchfulClient()
    form = stranger.get(link, follow=True).request["PATH_INFO"]
    stranger.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    sari.refresh_from_db()
    assert sari.check_password(fresh)


@pytest.mark.parametrize(
    "password", ["pendek", "x" * 11, "Y9 panjang! " * 11, "password1234", "sari@contoh.id"]
)
def test_bad_password_is_refused(sari: User, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, sari)


@pytest.mark.parametrize("password", [PASSWORD, "hanya huruf kecil", "k" * 6 + " 12 " + "z" * 118])
def test_good_password_without_composition_passes(sari: User, password: str) -> None:
    validate_password(password, sari)


def test_wrong_link_to_a_new_password_is_a_page_for_known_and_unknown(
    client: WatchfulClient,
) -> None:
    known = make_person("innovator")
    for number in (known.pk, known.pk + 1000):
        response = client.get(f"/akun/sandi/baru/{int_to_base36(number)}-tidak-sah/")
        assert response.status_code == 200
    assert not EmailAddress.objects.filter(user=known).exists()
