"""The public pages in a browser: accessible, without sideways scroll, alive without JavaScript."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from innovations.models import Innovation
from tests.browser.conftest import OpenPage
from tests.factories import (
    ANNOUNCED,
    FIRST,
    make_agency,
    make_contest,
    make_published_innovation,
    make_regency,
    make_team,
)

pytestmark = pytest.mark.django_db(transaction=True)

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.fixture
def addresses(live_server: Any) -> list[str]:
    """One address of each public page, in a world with something on all of them."""
    team = make_team(make_agency(agency_type="kabupaten", region=make_regency()))
    innovation = make_published_innovation(team)
    Innovation.objects.filter(pk=innovation.pk).update(is_simulated=True)
    announced, waiting = make_contest(ANNOUNCED, year=2401), make_contest(FIRST, year=2402)
    make_contest(year=2403)
    return [
        "/",
        "/inovasi/",
        "/inovasi/?q=ringkasan&bidang=pendidikan",
        "/inovasi/?q=ringkasen",
        innovation.get_absolute_url(),
        "/instansi/",
        innovation.agency.get_absolute_url(),
        "/kompetisi/",
        announced.edition.get_absolute_url(),
        "/kompetisi/2403/",
        f"/kompetisi/2401/{FIRST}/",
        f"/kompetisi/{waiting.edition.year}/{FIRST}/",
        "/statistik/",
        "/statistik/?tahun=2403",
        "/bantuan/",
        "/tentang/",
        "/privasi/",
        "/aksesibilitas/",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_accessible_and_fit(
    open_page: OpenPage, addresses: list[str], width: int, scheme: str
) -> None:
    page = open_page(width=width, scheme=scheme)
    faults = []
    for address in addresses:
        page.goto(address)
        found = Axe().run(page, options=RULES).response["violations"]
        faults += [f"{address} {v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{address} scrolls sideways")
    assert not faults


def test_search_filters_in_place_and_keeps_the_focus(
    open_page: OpenPage, addresses: list[str]
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


def test_search_works_without_javascript(open_page: OpenPage, addresses: list[str]) -> None:
    page = open_page(width=360, javascript=False)
    page.goto("/inovasi/")
    page.get_by_label("Cari inovasi").fill("ringkasan")
    page.get_by_label("Pendidikan").check()
    page.get_by_role("button", name="Terapkan").click()
    expect(page.get_by_role("link", name="Hapus saringan Pendidikan")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("1 inovasi")
