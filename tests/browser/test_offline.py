"""A page that is asked for without a line."""

import pytest
from playwright.sync_api import expect

from agencies.enums import Role
from tests.browser.conftest import OpenPage, SignIn
from tests.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def test_page_asked_for_without_a_line_says_so(
    open_page: OpenPage, sign_in: SignIn, expected_errors: set[str]
) -> None:
    person = make_person(Role.INNOVATOR)
    page = open_page(worker=True)
    sign_in(page, person)
    page.goto("/kerja/")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    expected_errors.add("Failed to load resource: net::ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.goto("/kerja/inovasi/?page=1")
    expect(page.get_by_role("heading", name="Anda sedang luring")).to_be_visible()
    assert person.name not in page.content(), "nothing of whoever is signed in is kept"
    page.context.set_offline(False)
    page.get_by_role("link", name="Coba lagi").click()
    expect(page.get_by_role("heading", name="Dosir inovasi")).to_be_visible()
    assert page.url.endswith("/kerja/inovasi/?page=1"), "the same page, filters included"
