"""Passkeys without a browser: hostile answers, the last factor of a role, who reaches what."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.urls import reverse

from agencies.enums import Role
from agencies.models import User
from sinovik.web import factor_views
from sinovik.web.passkey_forms import is_going_on
from tests.factories import make_person
from tests.pages import WatchfulClient
from tests.proving import unproven
from tests.races import during

pytestmark = pytest.mark.django_db
LOGIN, ADD = reverse("mfa_login_webauthn"), reverse("mfa_add_webauthn")
REFUSED = "Kunci sandi tidak cocok"
HOSTILE: tuple[Any, ...] = (
    "",
    "x",
    "[]",
    "null",
    "1",
    "{}",
    '{"id": 1}',
    '{"response": null}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}),
    json.dumps(
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "authenticatorData": "AA",
                "attestationObject": "AA",
                "signature": "AA",
                "userHandle": "AA",
            },
        }
    ),
    json.dumps({"id": "\x00" * 9, "rawId": "é", "response": {"userHandle": {"a": 1}}}),
)


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def give_key(person: User, name: str = "Ponsel") -> Authenticator:
    """A row as allauth keeps it; nothing here reads the key in it."""
    return Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )


def test_answers_that_no_key_gave_are_refused(client: WatchfulClient) -> None:
    person = make_person(Role.OBSERVER)
    cache.clear()
    for answer in HOSTILE:
        cache.clear()  # The brake on tries is not what refuses.
        client.get(LOGIN)
        response = client.post(LOGIN, {"credential": answer})
        assert response.status_code == 422, answer
        page = response.content.decode()
        assert REFUSED in page or "memerlukan JavaScript" in page, answer
    assert "_auth_user_id" not in client.session
    client.force_login(person)
    for answer in HOSTILE:
        client.get(ADD)
        assert client.post(ADD, {"credential": answer, "name": "x"}).status_code == 422, answer
    assert not Authenticator.objects.filter(user=person).exists()


def test_answer_needs_a_challenge_of_its_own_session(client: WatchfulClient) -> None:
    response = client.post(LOGIN, {"credential": HOSTILE[-2]})
    assert REFUSED in response.content.decode()


def test_challenge_asks_for_a_verified_person_and_a_key_that_stays(
    client: WatchfulClient,
) -> None:
    asked = client.get(LOGIN).context["options"]
    assert json.loads(asked)["userVerification"] == "required"
    client.force_login(make_person(Role.OBSERVER))
    wanted = json.loads(client.get(ADD).context["options"])["authenticatorSelection"]
    assert wanted["userVerification"] == "required"
    assert wanted["residentKey"] == "required"


def test_role_keeps_its_last_factor_and_gives_up_another(client: WatchfulClient) -> None:
    person = make_person(Role.OBSERVER)
    first, second = give_key(person), give_key(person, "Laptop")
    client.force_login(person)
    assert "Laptop" in client.get(reverse("mfa_index")).content.decode()
    pages = [reverse("mfa_remove_webauthn", args=[key.pk]) for key in (first, second)]
    assert client.post(pages[0]).status_code == 302
    assert "satu-satunya" in client.post(pages[1]).content.decode()
    assert Authenticator.objects.filter(pk=second.pk).exists()
    stranger = give_key(make_person(Role.OBSERVER))
    assert client.post(reverse("mfa_remove_webauthn", args=[stranger.pk])).status_code == 404


def give_both_up() -> tuple[User, list[int]]:
    """Somebody gives up the key in one window and the app in another, at once."""
    person = make_person(Role.OBSERVER)
    key = give_key(person)
    TOTP.activate(person, generate_totp_secret())
    windows = [WatchfulClient(), WatchfulClient()]
    for window in windows:
        window.force_login(person)
    pages = [reverse("mfa_remove_webauthn", args=[key.pk]), reverse("mfa_deactivate_totp")]
    works = [
        partial(lambda window, page: window.post(page).status_code, *pair)
        for pair in zip(windows, pages, strict=True)
    ]
    return person, list(during(*works))


@pytest.mark.django_db(transaction=True)
def test_role_keeps_one_of_two_factors_that_are_given_up_at_once() -> None:
    person, answers = give_both_up()
    assert answers == [302, 422]
    assert Authenticator.objects.get(user=person).type == Authenticator.Type.TOTP


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_factors_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factor_views, "lock_owner", lambda _person: None)
    person, answers = give_both_up()
    assert answers == [302, 302]
    assert not Authenticator.objects.filter(user=person).exists()


def test_volunteer_gives_the_only_key_up_and_the_session_knows(client: WatchfulClient) -> None:
    person = make_person(Role.INNOVATOR)
    key = give_key(person)
    client.force_login(person)
    assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 302
    records = client.session["account_authentication_methods"]
    assert all(record["method"] != "mfa" for record in records)


def test_key_is_asked_for_where_it_is_the_only_factor(client: WatchfulClient) -> None:
    person = make_person(Role.OBSERVER)
    give_key(person)
    with unproven():
        client.force_login(person)
    response = client.get(reverse("competitions:work_home"))
    assert response["Location"].startswith(reverse("mfa_reauthenticate_webauthn"))


@pytest.mark.parametrize(
    ("seen", "told", "goes_on"),
    [(0, 0, True), (0, 1, True), (7, 8, True), (7, 7, False), (7, 6, False), (7, 0, False)],
)
def test_counter_of_a_key_goes_up_or_is_not_kept_at_all(
    seen: int, told: int, goes_on: bool
) -> None:
    assert is_going_on(seen, told) is goes_on
