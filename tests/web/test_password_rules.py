"""What a password must be: ASVS by default, BSSN 4/2021 by one setting."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse

from agencies.models import User
from sinovik.account_settings import password_rules
from sinovik.audit import clock
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

PASSWORD = "kopi pagi di Sleman 2019"
WORK = "/kerja/"
CHANGE = "/akun/sandi/ubah/"


@pytest.fixture(autouse=True)
def forget_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def sari() -> User:
    return User.objects.create_user("sari@contoh.id", PASSWORD, name="Sari, inovator")


@pytest.fixture
def bssn(settings: Any) -> Iterator[None]:
    settings.AUTH_PASSWORD_VALIDATORS, settings.PASSWORD_DAYS = password_rules("bssn")
    return


def sign_in(client: WatchfulClient, person: User, password: str = PASSWORD) -> None:
    assert client.post(reverse("account_login"), {"login": person.email, "password": password})
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize(
    "password",
    [
        "sinovik123456", "Indonesia-1945", "!!bismillah!!2026", "indonesiaindonesia",
        "sunshine202612", "123456789012", "2026-11-30 00:01", "aaaaaaaaaaaa", "abcabcabcabc",
    ],
)  # fmt: skip
def test_word_that_everybody_tries_is_refused_however_long(sari: User, password: str) -> None:
    with pytest.raises(ValidationError, match="mudah ditebak"):
        validate_password(password, sari)


@pytest.mark.parametrize(
    "password", ["indonesia sinovik kopi", "inovasi-2026-lihat", "hanya huruf kecil", PASSWORD]
)
def test_control_several_words_pass(sari: User, password: str) -> None:
    validate_password(password, sari)


def test_very_long_password_is_refused_at_once(sari: User) -> None:
    with pytest.raises(ValidationError) as caught:
        validate_password("ab" * 1_000_000, sari)
    assert {error.code for error in caught.value.error_list} == {"password_too_long"}


@pytest.mark.usefixtures("bssn")
@pytest.mark.parametrize(
    "password",
    [
        "kopi pagi di sleman 2019",
        "KOPI PAGI DI SLEMAN 2019",
        "Kopi pagi di Sleman",
        "KopiPagi2019x",
    ],
)
def test_bssn_asks_for_four_kinds_of_character(sari: User, password: str) -> None:
    with pytest.raises(ValidationError, match="huruf besar"):
        validate_password(password, sari)


@pytest.mark.usefixtures("bssn")
def test_bssn_takes_all_kinds_but_not_the_present_one(sari: User) -> None:
    validate_password("Teh sore di Bantul 2020", sari)
    with pytest.raises(ValidationError, match="yang sekarang"):
        validate_password(PASSWORD, sari)


def aged(person: User, days: int) -> None:
    User.objects.filter(pk=person.pk).update(date_joined=clock.now() - timedelta(days=days))


@pytest.mark.usefixtures("bssn")
def test_old_password_is_changed_before_anything_private_opens(
    client: WatchfulClient, sari: User
) -> None:
    aged(sari, 91)
    sign_in(client, sari)
    led = client.get(WORK)
    assert led["Location"] == f"{CHANGE}?next={WORK}"
    assert "90 hari" in client.get(led["Location"]).content.decode()
    assert client.get("/").status_code == 200
    fresh = "Teh sore di Bantul 2020"
    sent = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    assert client.post(led["Location"], sent)["Location"] == WORK
    assert client.get(WORK).status_code == 200
    # The log knows of the change: the account is as old as before.
    again = WatchfulClient()
    sign_in(again, sari, fresh)
    assert again.get(WORK).status_code == 200
    with clock.at(clock.now() + timedelta(days=91)):
        later = WatchfulClient()
        later.post(reverse("account_login"), {"login": sari.email, "password": fresh})
        assert later.session["password_is_old"]


@pytest.mark.parametrize(("days", "kind"), [(89, "bssn"), (4000, "asvs")])
def test_control_young_password_and_other_rules_change_nothing(
    client: WatchfulClient, sari: User, settings: Any, days: int, kind: str
) -> None:
    settings.AUTH_PASSWORD_VALIDATORS, settings.PASSWORD_DAYS = password_rules(kind)
    aged(sari, days)
    sign_in(client, sari)
    assert client.get(WORK).status_code == 200
