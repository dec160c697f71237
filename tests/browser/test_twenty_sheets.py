"""Twenty entries scored with the keyboard alone, five of them while the line is down."""

from itertools import pairwise

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from competitions.enums import SheetState
from competitions.models import Assignment, Scoresheet
from tests.browser.conftest import OpenPage, SignIn
from tests.browser.test_judging_pages import tab_to
from tests.factories import REVIEW, WEIGHTS, make_contest

pytestmark = pytest.mark.django_db(transaction=True)
OFFLINE = 5


def sheet(row: Assignment) -> str:
    return reverse("competitions:scoresheet_edit", args=[row.pk])


def mark_all(page: Page) -> None:
    """Past the proposal by the skip link, then a digit in each criterion."""
    tab_to(page, "a[href='#nilai']")
    page.keyboard.press("Enter")
    for key in WEIGHTS:
        tab_to(page, f"input[name=mark_{key}]")
        page.keyboard.press("4")
    expect(page.locator("[data-score-count]")).to_have_text(str(len(WEIGHTS)))


def test_twenty_entries_are_scored_with_the_keyboard_and_five_of_them_offline(
    open_page: OpenPage, sign_in: SignIn, expected_errors: set[str]
) -> None:
    contest = make_contest(REVIEW, entries=20, reviews=1, judges=1)
    (judge,) = contest.evaluators
    rows = contest.assignments(REVIEW, judge)
    page = open_page()
    sign_in(page, judge)
    page.goto(reverse("competitions:assignment_list"))
    tab_to(page, f".govuk-button[href='{sheet(rows[0])}']")
    page.keyboard.press("Enter")
    for row, following in pairwise(rows[: 21 - OFFLINE]):
        page.wait_for_url(f"**{sheet(row)}")
        mark_all(page)
        page.keyboard.press("Control+Enter")
        page.wait_for_url(f"**{sheet(following)}")

    # The last five are opened on the way to the train.
    expected_errors.add("Failed to load resource: net::ERR_INTERNET_DISCONNECTED")
    tabs = [page]
    for row in rows[-OFFLINE + 1 :]:
        tabs.append(page.context.new_page())
        tabs[-1].goto(sheet(row))
    page.context.set_offline(True)
    for tab in tabs:
        tab.bring_to_front()
        mark_all(tab)
        tab.keyboard.press("Control+Enter")
        expect(tab.locator("[data-autosave-status]")).to_contain_text("aman di perangkat ini")
    final = Scoresheet.objects.filter(state=SheetState.FINAL)
    assert final.count() == 20 - OFFLINE
    page.context.set_offline(False)
    for tab in tabs:
        tab.bring_to_front()
        expect(tab.locator("[data-autosave-status]")).to_contain_text("Tersimpan pukul")
        here = tab.url
        tab.keyboard.press("Control+Enter")
        tab.wait_for_url(lambda url, here=here: url != here)
    expect(tabs[-1].get_by_text("Semua lembar Anda sudah dikirim.").first).to_be_visible()
    assert final.count() == 20
    assert set(final.values_list("total", flat=True)) == {80}
