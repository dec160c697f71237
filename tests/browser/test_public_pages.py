"""The public search in a browser, and without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import expect

from innovations.models import Innovation
from tests.browser.conftest import OpenPage
from tests.factories import make_agency, make_published_innovation, make_regency, make_team

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def found(live_server: Any) -> Innovation:
    """What a search finds."""
    return make_published_innovation(make_team(make_agency(region=make_regency())))


def test_search_filters_in_place_and_keeps_the_focus(
    open_page: OpenPage, found: Innovation
) -> None:
    page = open_page()
    page.goto("/inovasi/")
    page.get_by_label("Cari inovasi").fill("ringkasan")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/inovasi/?q=ringkasan")
    page.get_by_label("Pendidikan").check()
    expect(page).to_have_url("/inovasi/?q=ringkasan&bidang=pendidikan")
    expect(page.get_by_label("Pendidikan")).to_be_focused()
    expect(page.get_by_role("link", name="Hapus saringan Pendidikan")).to_be_visible()
    page.go_back()
    expect(page).to_have_url("/inovasi/?q=ringkasan")


def test_search_works_without_javascript(open_page: OpenPage, found: Innovation) -> None:
    page = open_page(width=360, javascript=False)
    page.goto("/inovasi/")
    page.get_by_label("Cari inovasi").fill("ringkasan")
    page.get_by_label("Pendidikan").check()
    page.get_by_role("button", name="Terapkan").click()
    expect(page.get_by_role("link", name="Hapus saringan Pendidikan")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("1 inovasi")
