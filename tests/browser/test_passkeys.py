"""Passkeys in Chromium, answered by the virtual authenticator of its debugging protocol."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from agencies.enums import Role
from agencies.models import User
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Mail
from tests.browser.conftest import OpenPage
from tests.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "kopi pagi di Sleman 2019"
FAILED = "Kunci sandi tidak menjawab"


@pytest.fixture
def officer() -> User:
    cache.clear()
    person = make_person(Role.SECRETARIAT_OFFICER)
    person.set_password(PASSWORD)
    person.save()
    return person


class Key:
    """A key of the browser's own, with a person who touches it or not."""

    def __init__(self, page: Page) -> None:
        self.line = page.context.new_cdp_session(page)
        self.line.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self.line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.number = made["authenticatorId"]

    def verify(self, *, as_owner: bool) -> None:
        """Whether the finger on it is its owner's."""
        self._send("setUserVerified", isUserVerified=as_owner)

    def held(self) -> list[dict[str, Any]]:
        """What it keeps."""
        found: list[dict[str, Any]] = self._send("getCredentials")["credentials"]
        return found

    def _send(self, command: str, **more: Any) -> Any:
        return self.line.send(f"WebAuthn.{command}", {"authenticatorId": self.number, **more})


def sign_in_by_password(page: Page, person: User, back: str = "") -> None:
    page.goto(reverse("account_login") + (f"?next={back}" if back else ""))
    page.get_by_label("Surel").fill(person.email)
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def leave(page: Page) -> None:
    # What was pressed last may still be on its way.
    page.wait_for_load_state("networkidle")
    page.goto(reverse("account_logout"))
    page.get_by_role("main").get_by_role("button", name="Keluar").click()
    page.wait_for_url(re.compile(r"^(?!.*keluar)"))


def enrol(page: Page, person: User) -> None:
    """A role that needs a factor makes a passkey instead of an app."""
    sign_in_by_password(page, person)
    page.get_by_role("link", name="Tanpa aplikasi: buat kunci sandi").click()
    page.get_by_label("Nama").fill("Laptop kantor")
    press(page, "Buat kunci sandi")
    expect(page.get_by_role("heading", level=1)).to_contain_text("kode pemulihan")


def test_passkey_is_made_signs_in_alone_and_as_second_step(
    open_page: OpenPage, officer: User
) -> None:
    page = open_page(width=360, host="localhost")
    key = Key(page)
    enrol(page, officer)
    (held,) = key.held()
    assert held["isResidentCredential"]
    assert AuditEvent.objects.filter(verb="factor_added", actor_id=officer.pk).exists()

    page.goto(reverse("mfa_index"))
    expect(page.get_by_role("main")).to_contain_text("Laptop kantor")
    leave(page)

    going = reverse("agencies:device_list")
    page.goto(f"{reverse('account_login')}?next={going}")
    page.get_by_role("link", name="Masuk dengan kunci sandi").click()
    key.verify(as_owner=False)
    press(page, "Pakai kunci sandi")
    expect(page.get_by_role("alert")).to_contain_text(FAILED)
    key.verify(as_owner=True)
    press(page, "Pakai kunci sandi")
    page.wait_for_url(f"**{going}")
    leave(page)

    sign_in_by_password(page, officer, going)
    press(page, "Pakai kunci sandi")
    page.wait_for_url(f"**{going}")

    row = Authenticator.objects.get(user=officer, type=Authenticator.Type.WEBAUTHN)
    assert row.last_used_at
    # The key counts; a copy that is behind it is refused everywhere, told and written.
    counted = row.data["counter"]
    assert counted >= 2
    row.data["counter"] = counted + 5
    row.save()
    page.goto(reverse("mfa_reauthenticate_webauthn") + f"?next={going}")
    press(page, "Pakai kunci sandi")
    expect(page.get_by_role("alert").first).to_contain_text("hitungannya mundur")
    assert AuditEvent.objects.get(verb="passkey_counter_went_back").object_id == officer.pk
    assert "Laptop kantor" in Mail.objects.get(subject__contains="mungkin disalin").text
    row.refresh_from_db()
    assert row.data["counter"] == counted + 5
    row.data["counter"] = counted
    row.save()

    page.goto(reverse("mfa_remove_webauthn", args=[row.pk]))
    expect(page.get_by_role("main")).to_contain_text("satu-satunya")
    page.goto(reverse("mfa_reauthenticate_webauthn") + f"?next={going}")
    press(page, "Pakai kunci sandi")
    page.wait_for_url(f"**{going}")


def test_key_that_the_site_has_forgotten_opens_nothing(open_page: OpenPage, officer: User) -> None:
    page = open_page(host="localhost")
    Key(page)
    enrol(page, officer)
    leave(page)
    Authenticator.objects.filter(user=officer).delete()
    page.goto(reverse("mfa_login_webauthn"))
    press(page, "Pakai kunci sandi")
    expect(page.get_by_role("alert").first).to_contain_text("Kunci sandi tidak cocok")
    page.goto(reverse("competitions:work_home"))
    expect(page).to_have_url(re.compile("/akun/masuk/"))
