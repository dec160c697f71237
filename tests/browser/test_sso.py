"""The national account in Chromium: site and issuer on two ports and two hosts of loopback."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from agencies.enums import Role
from agencies.models import User
from sinovik.account_urls import NATIONAL
from tests.browser.conftest import OpenPage
from tests.browser.test_axe import IS_WIDE, violations
from tests.factories import make_person
from tests.issuer import Issuer, national_account, running_issuer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    cache.clear()
    with running_issuer() as running:
        # Another site than ours to the browser, so that cookies are held back as out there.
        running.address = running.address.replace("127.0.0.1", "localhost")
        running.client.back = reverse("openid_connect_callback", kwargs=NATIONAL)
        with national_account(running.address):
            yield running


def faults(page: Page) -> list[str]:
    page.set_viewport_size({"width": 360, "height": 900})
    page.evaluate(AXE_SCRIPT)
    return [*violations(page, 360), *(["wide"] if page.evaluate(IS_WIDE) else [])]


def walk(page: Page, issuer: Issuer, person: User, *, verified: bool = True) -> None:
    """From the sign-in page to the issuer's and back to ours, which holds."""
    issuer.claims = {"sub": "s-1", "email": person.email, "email_verified": verified}
    page.goto(f"{reverse('account_login')}?next={reverse('mfa_index')}")
    page.get_by_role("link", name="Masuk dengan Akun Uji").click()
    page.wait_for_url(f"{issuer.address}/authorize?**")
    page.get_by_role("button", name="Izinkan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lanjutkan masuk")
    page.get_by_role("button", name="Lanjutkan").click()


def test_person_signs_in_at_the_issuer_unless_it_tells_what_does_not_hold(
    open_page: OpenPage, issuer: Issuer
) -> None:
    page = open_page()
    person = make_person(Role.INNOVATOR)
    # What the issuer sends back with the person: any code and state.
    page.goto(reverse("openid_connect_callback", kwargs=NATIONAL) + "?code=x&state=y")
    assert not faults(page)
    walk(page, issuer, person, verified=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Akun belum dikenal")
    assert not faults(page)
    issuer.lies = {"iss": "https://lain.example"}
    walk(page, issuer, person)
    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk tidak berhasil")
    assert not faults(page)
    issuer.lies = {}
    walk(page, issuer, person)
    page.wait_for_url(f"**{reverse('mfa_index')}")
    assert issuer.answered == [200, 200, 200]
