"""The public search in a browser, and without JavaScript."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from innovations.actions.dossiers import publish_innovations
from innovations.models import Innovation
from tests.browser.conftest import OpenPage
from tests.factories import (
    make_agency,
    make_innovations,
    make_published_innovation,
    make_regency,
    make_team,
)

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
    fold = page.locator(".facet > summary").first
    expect(fold).to_have_css("display", "flex")
    expect(fold).to_have_css("list-style-type", "none")
    page.get_by_label("Pendidikan").check()
    expect(page).to_have_url("/inovasi/?q=ringkasan&kategori=pendidikan")
    expect(page.get_by_label("Pendidikan")).to_be_focused()
    expect(page.get_by_role("link", name="Hapus saringan Pendidikan")).to_be_visible()
    page.go_back()
    expect(page).to_have_url("/inovasi/?q=ringkasan")


def test_search_on_a_phone_sorts_at_once_and_filters_when_told(
    open_page: OpenPage, live_server: Any
) -> None:
    team = make_team(make_agency(region=make_regency()))
    publish_innovations(
        by=team.admin, innovations=make_innovations(team, titles=["Antrean B", "Antrean A"])
    )
    page = open_page(width=360)
    page.goto("/inovasi/?q=antrean")
    page.get_by_label("Urutkan").select_option("judul")
    expect(page).to_have_url("/inovasi/?q=antrean&urut=judul")
    expect(page.get_by_role("main").get_by_role("article").first).to_contain_text("Antrean A")
    page.locator("summary", has_text="Saring hasil").click()
    page.get_by_label("Pendidikan").check()
    page.wait_for_timeout(500)  # longer than a filter takes to apply itself elsewhere
    expect(page).to_have_url("/inovasi/?q=antrean&urut=judul")
    page.get_by_role("button", name="Terapkan").click()
    expect(page).to_have_url("/inovasi/?q=antrean&kategori=pendidikan&urut=judul")
    expect(page.locator("summary", has_text="Saring hasil (1)")).to_be_in_viewport()
    expect(page.get_by_role("status")).to_be_in_viewport()
    expect(page.get_by_label("Pendidikan")).to_be_hidden()


def test_language_title_and_feed_follow_a_live_search_and_the_way_back(
    open_page: OpenPage, found: Innovation
) -> None:
    page = open_page()
    page.goto("/inovasi/")
    words = page.get_by_label("Cari inovasi")
    words.fill("ringkasan")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/inovasi/?q=ringkasan")
    category = page.get_by_label("Pendidikan")
    category.check()
    chosen = "q=ringkasan&kategori=pendidikan"
    expect(page).to_have_url(f"/inovasi/?{chosen}")
    feed, other = page.locator("#umpan"), page.get_by_role("link", name="English")
    expect(feed).to_have_attribute("href", f"/inovasi/umpan.xml?{chosen}")
    expect(page.get_by_role("link", name="Hapus semua").first).to_have_attribute(
        "href", "/inovasi/?q=ringkasan"
    )
    page.go_back()
    expect(category).not_to_be_checked()
    expect(feed).to_have_attribute("href", "/inovasi/umpan.xml?q=ringkasan")
    expect(other).to_have_attribute("href", re.compile(r"^/en/inovasi/\?q=ringkasan(&urut=)?$"))
    page.go_back()
    expect(words).to_have_value("")
    expect(page).to_have_title("Jelajahi inovasi · SINOVIK")
    expect(feed).to_have_attribute("href", "/inovasi/umpan.xml")
    page.go_forward()
    expect(page).to_have_title("ringkasan · Jelajahi inovasi · SINOVIK")
    category.check()
    expect(page).to_have_url(f"/inovasi/?{chosen}")
    expect(feed).to_have_attribute("href", f"/inovasi/umpan.xml?{chosen}")
    other.click()
    expect(page).to_have_url(re.compile(r"/en/inovasi/\?q=ringkasan&"))
    expect(page.get_by_label("Pendidikan").or_(page.get_by_label("Education"))).to_be_checked()


def test_search_works_without_javascript(open_page: OpenPage, found: Innovation) -> None:
    page = open_page(width=360, javascript=False)
    page.goto("/inovasi/")
    page.get_by_label("Cari inovasi").fill("ringkasan")
    page.get_by_label("Pendidikan").check()
    page.get_by_role("button", name="Terapkan").click()
    expect(page.get_by_role("link", name="Hapus saringan Pendidikan")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("1 inovasi")


def test_citation_is_opened_from_the_share_row_without_javascript(
    open_page: OpenPage, found: Innovation
) -> None:
    page = open_page(width=360, javascript=False)
    page.goto(found.get_absolute_url())
    citation = page.get_by_role("heading", name="APA")
    expect(citation).to_be_hidden()
    page.get_by_role("link", name="Kutip", exact=True).click()
    expect(citation).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_results_are_paged_sorted_and_downloaded_without_javascript(
    open_page: OpenPage, live_server: Any, width: int
) -> None:
    team = make_team(make_agency(region=make_regency()))
    titles = [f"Antrean {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTU"]
    publish_innovations(by=team.admin, innovations=make_innovations(team, titles=titles))
    page = open_page(width=width, javascript=False)
    page.goto("/en/inovasi/?q=antrean")
    page.get_by_label("Sort by").select_option("judul")
    page.get_by_role("button", name="Apply").click()
    first = page.get_by_role("main").get_by_role("article").first
    expect(first).to_contain_text("Antrean A")
    page.get_by_role("link", name="Next").click()
    expect(first).to_contain_text("Antrean U")
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()
    rows = coming.value.path().read_text("utf-8-sig").splitlines()
    assert len(rows) == 1 + len(titles)


def test_search_offers_titles_that_the_keyboard_can_choose(
    open_page: OpenPage, found: Innovation
) -> None:
    page = open_page(width=360)
    page.goto("/inovasi/")
    # What it offers arrives with the focus.
    page.get_by_label("Cari inovasi").focus()
    box = page.get_by_role("combobox", name="Cari inovasi")
    box.press_sequentially(found.title[:4].lower())
    option = page.get_by_role("option", name=found.title)
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(option).to_be_hidden()
    expect(box).to_have_value(found.title[:4].lower())
    page.goto("/")
    page.get_by_label("Cari inovasi").focus()
    box.press_sequentially(found.title[:6].lower())
    option.click(trial=True)  # refused where the list is cut off
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(found.get_absolute_url())
