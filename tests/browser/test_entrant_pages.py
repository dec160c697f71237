"""The entrants' pages in a browser: saved while typing, usable by keyboard alone."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from competitions.actions.writing import save_entry_section
from competitions.enums import EntryState
from competitions.models import Entry
from innovations.models import Innovation
from tests.browser.conftest import OpenPage, SignIn
from tests.browser.visits import at
from tests.factories import (
    make_contest,
)

pytestmark = pytest.mark.django_db(transaction=True)


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
    here = page.locator(".only-wide [aria-current=page]")
    expect(here).to_contain_text("Sedang diisi")
    box.fill("kata beda " * 15)
    expect(here).to_contain_text("Selesai")
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
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, reduced_motion="reduce"
    )
    page = context.new_page()
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
    press_on(page, "Lanjut mengirim")
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
