"""The judging pages in a browser: accessible, scored by keyboard alone, saved while scoring."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from agencies.models import User
from competitions.actions.checks import FailDecision, claim_checks, propose_fails
from competitions.actions.cut_offs import apply_cut_off
from competitions.enums import FailReason, SheetState
from competitions.models import AdministrativeCheck, Assignment
from tests.browser.conftest import OpenPage
from tests.factories import ADMINISTRATIVE, FIRST, REVIEW, Contest, lock, make_contest

pytestmark = pytest.mark.django_db(transaction=True)

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
LOOKS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


def sign_in(page: Page, user: User) -> None:
    """Give the page the session of a person."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    address = page.context.request.get("/livez").url
    cookie: Any = {"name": name, "value": client.cookies[name].value, "url": address}
    page.context.clear_cookies()
    page.context.add_cookies([cookie])


def at(name: str, *arguments: int) -> str:
    return reverse(f"competitions:{name}", args=arguments)


def administrative_visits() -> list[tuple[User, list[str]]]:
    contest = make_contest(ADMINISTRATIVE, entries=3)
    checks = list(AdministrativeCheck.objects.order_by("pk"))
    claim_checks(by=contest.officer, checks=checks[:2])
    propose_fails(
        by=contest.officer, decisions=[FailDecision(checks[0], [FailReason.JUNK], "Asal.")]
    )
    stage = contest.stage(ADMINISTRATIVE).pk
    return [
        (
            contest.officer,
            [
                at("check_queue", contest.edition.year),
                at("check_detail", checks[0].pk),
                at("check_detail", checks[1].pk),
                at("check_detail", checks[2].pk),
            ],
        ),
        (contest.second, [at("check_confirm", checks[0].pk)]),
        (contest.head, [at("stage_detail", stage), at("stage_close", stage)]),
    ]


def review_visits() -> list[tuple[User, list[str]]]:
    contest = make_contest(REVIEW, entries=3)
    judge = contest.evaluators[0]
    sheet = contest.assignments(REVIEW, judge)[0].pk
    return [
        (
            judge,
            [at("assignment_list"), at("scoresheet_edit", sheet), at("conflict_declare", sheet)],
        ),
        (
            contest.head,
            [
                at("assignment_board", contest.stage(REVIEW).pk),
                at("stage_list", contest.edition.year),
            ],
        ),
    ]


def ranking_visits() -> list[tuple[User, list[str]]]:
    open_one, locked = make_contest(FIRST, entries=4), make_contest(FIRST, entries=4)
    cut_off = apply_cut_off(by=open_one.head, stage=open_one.stage(FIRST))
    lock(locked, FIRST)
    stage = open_one.stage(FIRST).pk
    result = cut_off.results.order_by("rank")[0].pk
    board = at("ranking_board", stage)
    return [
        (
            open_one.head,
            [
                board,
                f"{board}?tampil=semua",
                at("result_move", stage, result),
                at("cut_off_lock", stage),
            ],
        ),
        (
            locked.head,
            [
                at("ranking_board", locked.stage(FIRST).pk),
                at("decree_enter", locked.stage(FIRST).pk),
            ],
        ),
    ]


@pytest.mark.parametrize("visits", [administrative_visits, review_visits, ranking_visits])
def test_judging_pages_have_no_axe_violation_and_never_scroll_sideways(
    open_page: OpenPage, visits: Any
) -> None:
    faults = []
    plan = visits()
    for width, scheme in LOOKS:
        page = open_page(width=width, scheme=scheme)
        for user, addresses in plan:
            sign_in(page, user)
            for address in addresses:
                page.goto(address)
                found = Axe().run(page, options=RULES).response["violations"]
                faults += [(address, width, scheme, one["id"]) for one in found]
                wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                faults += [(address, width, scheme, "scrolls sideways")] if wide else []
    assert not faults


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


def test_sheet_is_scored_and_sent_with_the_keyboard_alone(open_page: OpenPage) -> None:
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


def test_digits_typed_into_a_note_are_text(open_page: OpenPage) -> None:
    _contest, assignment = first_sheet()
    page = open_page()
    sign_in(page, assignment.evaluator)
    page.goto(at("scoresheet_edit", assignment.pk))
    page.locator("#id_note_novelty").press_sequentially("Naik 45 persen")
    expect(page.locator("#id_note_novelty")).to_have_value("Naik 45 persen")
    expect(page.locator("[data-score-count]")).to_have_text("0")


def test_marks_autosaved_are_there_after_reloading(open_page: OpenPage) -> None:
    _contest, assignment = first_sheet()
    page = open_page(width=360)
    sign_in(page, assignment.evaluator)
    page.goto(at("scoresheet_edit", assignment.pk))
    page.get_by_role("link", name="Nilai", exact=True).click()
    page.locator("input[name=mark_novelty][value='3']").check()
    expect(page.locator("[data-autosave-status]")).to_contain_text("Tersimpan pukul")
    page.reload()
    expect(page.locator("input[name=mark_novelty][value='3']")).to_be_checked()


def test_sheet_works_without_javascript(open_page: OpenPage) -> None:
    _contest, assignment = first_sheet()
    page = open_page(width=360, javascript=False)
    sign_in(page, assignment.evaluator)
    page.goto(at("scoresheet_edit", assignment.pk))
    for key in ("background", "novelty", "sustainability"):
        page.locator(f"input[name=mark_{key}][value='3']").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Kirim dan lanjut").click()
    expect(page.get_by_text("dikirim").first).to_be_visible()
    assignment.scoresheet.refresh_from_db()
    assert assignment.scoresheet.state == SheetState.FINAL
