"""The entrants' pages in a browser: accessible, saved while typing, usable by keyboard alone."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from agencies.actions.people import invite_member
from agencies.enums import Role
from agencies.models import Membership, User
from competitions.actions.writing import save_entry_section
from competitions.enums import EntryState
from competitions.models import Entry
from innovations.models import Innovation
from tests.browser.conftest import OpenPage
from tests.factories import (
    REVIEW,
    Contest,
    enter,
    make_contest,
    make_innovations,
    make_person,
    walk_entry,
)

pytestmark = pytest.mark.django_db(transaction=True)

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
SignIn = Callable[[Page, User], None]


@pytest.fixture
def sign_in() -> SignIn:
    """Give a page the session of a person."""

    def with_session(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        address = page.context.request.get("/livez").url
        cookie = {"name": name, "value": client.cookies[name].value, "url": address}
        page.context.clear_cookies()
        page.context.add_cookies([cookie])  # type: ignore[list-item]

    return with_session


def at(name: str, entry: Entry, *more: str) -> str:
    return reverse(f"competitions:entry_{name}", args=[entry.pk, *more])


def visits(contest: Contest) -> list[tuple[User | None, list[str]]]:
    """Every page of the chain, with somebody who opens it; None is a stranger."""
    entries = enter(contest, make_innovations(contest.team, 3))
    draft, sent, returned = entries
    submitted = walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
    walk_entry(contest, sent, EntryState.WITH_AGENCY)
    walk_entry(contest, returned, EntryState.RETURNED)
    team = contest.team
    invitation = invite_member(
        by=team.admin, agency=team.agency, email="a@contoh.example", role=Role.INNOVATOR
    )
    membership = Membership.objects.get(user=team.innovator)
    dossier = draft.innovation_id
    return [
        (make_person(), [reverse("competitions:work_home")]),
        (contest.head, [reverse("competitions:work_home"), at("tasks", draft)]),
        (contest.observer, [reverse("competitions:work_home")]),
        (None, [reverse("agencies:invitation_accept", args=[invitation.token])]),
        (
            team.innovator,
            [
                reverse("competitions:work_home"),
                reverse("competitions:entry_create"),
                at("tasks", draft),
                at("tasks", returned),
                at("tasks", sent),
                at("section", draft, "novelty"),
                at("section", sent, "novelty"),
                at("check", draft),
                at("send", draft),
                at("withdraw", draft),
                reverse("innovations:innovation_work_list"),
                reverse("innovations:innovation_create"),
                reverse("innovations:innovation_work", args=[dossier]),
                reverse("innovations:innovation_edit", args=[dossier]),
            ],
        ),
        (
            team.admin,
            [
                reverse("competitions:work_home"),
                at("tasks", sent),
                at("check", sent),
                at("return", sent),
                at("submit", sent),
                at("receipt", submitted),
                reverse("agencies:membership_list"),
                reverse("agencies:membership_end", args=[membership.pk]),
                reverse("innovations:innovation_publish", args=[dossier]),
                reverse("innovations:innovation_archive", args=[dossier]),
            ],
        ),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_accessible_and_fit(
    open_page: OpenPage, sign_in: SignIn, width: int, scheme: str
) -> None:
    page = open_page(width=width, scheme=scheme)
    faults = []
    for user, addresses in visits(make_contest(entries=1, quota=10)):
        page.context.clear_cookies()
        if user:
            sign_in(page, user)
        for address in addresses:
            page.goto(address)
            found = Axe().run(page, options=RULES).response["violations"]
            faults += [f"{address} {v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append(f"{address} scrolls sideways")
    assert not faults


def test_home_of_a_judge_is_accessible(open_page: OpenPage, sign_in: SignIn) -> None:
    page = open_page(width=360)
    sign_in(page, make_contest(REVIEW).evaluators[0])
    page.goto(reverse("competitions:work_home"))
    assert not Axe().run(page, options=RULES).response["violations"]


def test_typing_is_saved_by_itself_and_the_button_still_works(
    open_page: OpenPage, sign_in: SignIn
) -> None:
    contest = make_contest(entries=1)
    (entry,) = contest.entries
    page = open_page()
    sign_in(page, contest.team.innovator)
    page.goto(at("section", entry, "novelty"))
    box = page.get_by_role("textbox")
    box.fill("Mengalir sendiri")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Tersimpan pukul")
    assert stored(entry).sections["novelty"] == "Mengalir sendiri"
    box.fill("Mengalir sendiri, lalu dengan tombol")
    expect(page.get_by_text("5 dari 300 kata")).to_be_visible()
    page.get_by_role("button", name="Simpan dan keluar").click()
    expect(page).to_have_url(at("tasks", entry))
    assert stored(entry).sections["novelty"] == "Mengalir sendiri, lalu dengan tombol"


def test_a_newer_text_is_announced_and_nothing_is_lost(
    browser: Browser, live_server: Any, sign_in: SignIn
) -> None:
    contest = make_contest(entries=1)
    (entry,) = contest.entries
    # Not open_page: Chromium notes the 409 as an error, and here it is the right answer.
    page = browser.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    sign_in(page, contest.team.innovator)
    page.goto(at("section", entry, "novelty"))
    save_entry_section(
        by=contest.team.admin, entry=entry, edit_number=1, key="novelty", text="Teks rekan"
    )
    page.get_by_role("textbox").fill("Teks saya")
    page.get_by_role("button", name="Simpan dan keluar").click()
    expect(page.get_by_role("heading", name="ada dua versi")).to_be_visible()
    page.get_by_role("button", name="Simpan gabungan").click()
    expect(page).to_have_url(at("tasks", entry))
    assert stored(entry).sections["novelty"] == "Teks rekan\n\nTeks saya"
    page.context.close()


def test_a_proposal_is_written_and_sent_by_keyboard_alone(
    open_page: OpenPage, sign_in: SignIn
) -> None:
    contest = make_contest(entries=1)
    (entry,) = contest.entries
    page = open_page()
    sign_in(page, contest.team.innovator)
    page.goto(at("tasks", entry))
    press_on(page, "Novelty")
    expect(page.get_by_role("heading", level=1, name="Novelty")).to_be_visible()
    reach(page, "textarea")
    page.keyboard.type("Dengan papan ketik saja. ")
    press_on(page, "Simpan dan keluar")
    press_on(page, "Periksa dan kirim")
    for name in ("is_true", "is_new"):
        reach(page, f"input[name={name}]")
        page.keyboard.press("Space")
    press_on(page, "Kirim proposal")
    press_on(page, "Kirim ke admin instansi")
    expect(page.get_by_text("Menunggu admin instansi").first).to_be_visible()
    assert Entry.objects.get(pk=entry.pk).state == EntryState.WITH_AGENCY
    assert "papan ketik" in stored(entry).sections["novelty"]


def stored(entry: Entry) -> Innovation:
    return Innovation.objects.get(pk=entry.innovation_id)


def press_on(page: Page, text: str) -> None:
    """Tab to the link or button with exactly this text and press Enter."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{text} is not reached by Tab")


def reach(page: Page, selector: str) -> None:
    """Tab to an element."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")
