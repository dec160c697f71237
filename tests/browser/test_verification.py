"""A receipt in the browser: its page, and the public page on which anybody checks it."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from competitions.actions.entries import submit_entry
from competitions.enums import EntryState
from competitions.models import Receipt
from competitions.queries.receipts import receipt_file
from tests.browser.conftest import OpenPage
from tests.factories import make_contest, walk_entry

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.fixture
def receipt(live_server: Any) -> Receipt:
    contest = make_contest(entries=1)
    entry = walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    submit_entry(by=contest.team.admin, entry=entry)
    return Receipt.objects.select_related("entry__submitted_by").get()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_receipt_pages_are_accessible_and_fit(
    open_page: OpenPage, receipt: Receipt, live_server: Any, width: int, scheme: str
) -> None:
    client = Client()
    client.force_login(receipt.entry.submitted_by)  # type: ignore[arg-type]
    page = open_page(width=width, scheme=scheme)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    for address in (
        "/verifikasi/",
        "/verifikasi/?kode=salah",
        f"/verifikasi/{receipt.code_text}/",
        reverse("competitions:entry_receipt", args=[receipt.entry.pk]),
    ):
        page.goto(address)
        found = Axe().run(page, options=RULES).response["violations"]
        assert not found, f"{address}: {[(each['id'], each['nodes'][0]['html']) for each in found]}"
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), address


def test_receipt_is_checked_without_javascript(open_page: OpenPage, receipt: Receipt) -> None:
    page = open_page(width=360, javascript=False)
    page.goto("/verifikasi/")
    page.get_by_label("Kode tanda terima").fill(receipt.code_text.lower().replace("0", "o"))
    page.get_by_role("button", name="Periksa kode").click()
    expect(page.get_by_role("heading", name="Tanda terima ini sah")).to_be_visible()
    good = receipt_file(receipt)
    for octets, words in (
        (good, "Tanda tangan cocok dengan isinya"),
        (good.replace(receipt.content_hash.encode(), b"0" * 64), "Tanda tangan tidak cocok"),
    ):
        chosen = {"name": "r.json", "mimeType": "application/json", "buffer": octets}
        page.get_by_label("Berkas tanda terima").set_input_files(chosen)  # type: ignore[arg-type]
        page.get_by_role("button", name="Periksa tanda tangan").click()
        expect(page.get_by_text(words)).to_be_visible()
