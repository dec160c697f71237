"""The judging pages in a browser: scored by keyboard alone, saved while scoring."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from competitions.enums import SheetState
from competitions.models import Assignment
from tests.browser.conftest import OpenPage, SignIn
from tests.factories import REVIEW, Contest, make_contest

pytestmark = pytest.mark.django_db(transaction=True)


def at(name: str, *arguments: int) -> str:
    return reverse(f"competitions:{name}", args=arguments)


def first_sheet() -> tuple[Contest, Assignment]:
    contest = make_contest(REVIEW, entries=2)
    return contest, contest.assignments(REVIEW, contest.evaluators[0])[0]


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focused element matches `wanted`."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not reached by keyboard")


def test_sheet_is_scored_and_sent_with_the_keyboard_alone(
    open_page: OpenPage, sign_in: SignIn
) -> None:
    contest, assignment = first_sheet()
    page = open_page()
    sign_in(page, assignment.evaluator)
    page.goto(at("scoresheet_edit", assignment.pk))
    for key in ("background", "novelty", "sustainability"):
        tab_to(page, f"input[name=mark_{key}]")
        page.keyboard.press("4")
    expect(page.locator("[data-score-total]")).to_have_text("80,00")
    expect(page.locator("[data-score-count]")).to_have_text("3")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Tersimpan pukul")
    page.keyboard.press("Control+Enter")
    following = contest.assignments(REVIEW, assignment.evaluator)[1]
    page.wait_for_url(f"**{at('scoresheet_edit', following.pk)}")
    assignment.scoresheet.refresh_from_db()
    assert assignment.scoresheet.state == SheetState.FINAL


def test_digits_typed_into_a_note_are_text(open_page: OpenPage, sign_in: SignIn) -> None:
    _contest, assignment = first_sheet()
    page = open_page()
    sign_in(page, assignment.evaluator)
    page.goto(at("scoresheet_edit", assignment.pk))
    page.locator("#id_note_novelty").press_sequentially("Naik 45 persen")
    expect(page.locator("#id_note_novelty")).to_have_value("Naik 45 persen")
    expect(page.locator("[data-score-count]")).to_have_text("0")


def test_marks_autosaved_are_there_after_reloading(open_page: OpenPage, sign_in: SignIn) -> None:
    _contest, assignment = first_sheet()
    page = open_page(width=360)
    sign_in(page, assignment.evaluator)
    page.goto(at("scoresheet_edit", assignment.pk))
    page.get_by_role("link", name="Nilai", exact=True).click()
    page.locator("input[name=mark_novelty][value='3']").check()
    expect(page.locator("[data-autosave-status]")).to_contain_text("Tersimpan pukul")
    page.reload()
    expect(page.locator("input[name=mark_novelty][value='3']")).to_be_checked()


def test_what_is_missing_is_seen_on_a_phone_below_a_long_proposal(
    open_page: OpenPage, sign_in: SignIn
) -> None:
    _contest, assignment = first_sheet()
    page = open_page(width=360)

    def lengthened(route: Route) -> None:
        answer = route.fetch()
        left, between, right = answer.text().partition('</section>\n<section class="split-right"')
        told = left + "<p>Baris</p>" * 200 + between + right
        route.fulfill(response=answer, body=told)

    def late(route: Route) -> None:
        page.wait_for_timeout(400)
        route.continue_()

    def chosen_early(route: Route) -> None:
        page.wait_for_selector(".split-tabs a[href='#nilai']", state="attached")
        page.evaluate("document.querySelector('.split-tabs a[href=\"#nilai\"]').click()")
        route.continue_()

    sign_in(page, assignment.evaluator)
    page.route("**/kirim/", lengthened)
    page.route("**/scoresheet*.js", chosen_early)
    page.goto(at("scoresheet_edit", assignment.pk))
    # Chosen before the script came, and still open after.
    expect(page.locator("[data-split]")).to_have_attribute("data-view", "right")
    page.route("**/scoresheet*.js", late)
    page.get_by_role("button", name="Kirim dan lanjut").click()
    expect(page.get_by_role("heading", name="yang perlu diperbaiki")).to_be_in_viewport()


def test_sheet_works_without_javascript(open_page: OpenPage, sign_in: SignIn) -> None:
    _contest, assignment = first_sheet()
    page = open_page(width=360, javascript=False)
    sign_in(page, assignment.evaluator)
    page.goto(at("scoresheet_edit", assignment.pk))
    for key in ("background", "novelty", "sustainability"):
        page.locator(f"input[name=mark_{key}][value='3']").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Kirim dan lanjut").click()
    number = assignment.entry.number
    expect(page.get_by_text(f"Nilai {number} dikirim.")).to_be_visible()
    assignment.scoresheet.refresh_from_db()
    assert assignment.scoresheet.state == SheetState.FINAL


def test_words_are_found_and_highlighted_with_the_keyboard(
    open_page: OpenPage, sign_in: SignIn
) -> None:
    _contest, assignment = first_sheet()
    page = open_page()
    sign_in(page, assignment.evaluator)
    page.goto(at("scoresheet_edit", assignment.pk))
    status = page.locator("[data-find-status]")
    tab_to(page, "#id_cari")
    page.keyboard.type("isi bagian")
    page.keyboard.press("Enter")
    expect(status).to_have_text("1 dari 3")
    page.keyboard.press("Enter")
    expect(status).to_have_text("2 dari 3")
    page.keyboard.press("Shift+Enter")
    expect(status).to_have_text("1 dari 3")
    tab_to(page, "[data-highlight]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 sorotan Anda")).to_be_visible()
    expect(page.locator("mark.own")).to_have_text("Isi bagian")
    page.get_by_text("1 sorotan Anda").click()
    page.get_by_role("button", name="Hapus").click()
    expect(page.locator("mark.own")).to_have_count(0)
