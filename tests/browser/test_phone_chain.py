"""The whole chain on a cheap phone: 360 px, 400 kbit/s; a processor six times slower where
the most scripts run, at writing.

From the letter that opens an agency to the receipt, by the buttons people press. What is
asserted is bytes and requests, which a busy machine does not change: at 400 kbit/s the
budget of a first view is a matter of seconds. Files with a hashed name count once, as a
phone keeps them; each page counts compressed, every time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from playwright.sync_api import Page, expect

from agencies.models import Agency, Invitation
from competitions.enums import EntryState
from competitions.models import Entry, Receipt
from tests.browser.conftest import PATIENCE, OpenPage, SignIn
from tests.browser.test_budgets import FORM
from tests.browser.test_whole_way import (
    TITLE,
    follow,
    heading,
    press,
    return_with_remark,
    send,
    submit,
    write_proposal,
)
from tests.browser.visits import at
from tests.factories import REGISTRATION, make_agency, make_contest, make_province

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PASSWORD = "kuda baterai penjepit benar"
KILOBITS = 400
SECONDS_A_VIEW = 2.4
"""What the hard limit of a first view, 120 kB, takes at 400 kbit/s."""
KILOBYTES_IN_ALL = 400
SLOW = {"offline": False, "latency": 150, "uploadThroughput": KILOBITS * 125}


@dataclass
class View:
    """One page that was opened: its bytes over the wire and its requests."""

    address: str
    octets: int
    requests: int = 1


class Phone:
    """One person's phone: what each page costs it, and whether each page fits."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: dict[str, tuple[str, str]] = {}
        self.kept: set[str] = set()
        self.views: list[View] = []
        self._session = session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._ask)
        session.on("Network.loadingFinished", self._count)
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions", SLOW | {"downloadThroughput": KILOBITS * 125}
        )
        page.set_default_timeout(60_000)
        # `open_page` fails the test on a console error.
        page.add_init_script(
            "addEventListener('load', () => { if (document.documentElement.scrollWidth >"
            " innerWidth) console.error('wider than the screen: ' + location.href) })"
        )

    @contextmanager
    def slowed_down(self, times: int) -> Iterator[None]:
        """Its processor so many times slower than this one, which Chromium keeps busy for that."""
        self._session.send("Emulation.setCPUThrottlingRate", {"rate": times})
        yield
        self._session.send("Emulation.setCPUThrottlingRate", {"rate": 1})

    def _ask(self, event: dict[str, Any]) -> None:
        self.asked[event["requestId"]] = (event["request"]["url"], event.get("type", ""))

    def _count(self, event: dict[str, Any]) -> None:
        """A page counts as it travelled, a static file as brotli and once."""
        address, kind = self.asked[event["requestId"]]
        if kind == "Document":
            self.views.append(View(address, round(event["encodedDataLength"])))
        elif address not in self.kept and self.views:
            self.kept.add(address)
            self.views[-1].octets += static_weight(address) or round(event["encodedDataLength"])
            self.views[-1].requests += 1

    def faults(self) -> Iterator[str]:
        """What is over its bound."""
        for view in self.views:
            seconds = view.octets * 8 / (KILOBITS * 1000)
            if seconds > SECONDS_A_VIEW:
                yield f"{view.address}: {view.octets} bytes, {seconds:.1f} s"
            if view.requests > FORM.requests:
                yield f"{view.address}: {view.requests} requests"


def static_weight(address: str) -> int:
    """Bytes of a static file as it is stored for whitenoise; 0 for anything else."""
    _origin, mark, name = address.partition(settings.STATIC_URL)
    path = finders.find(unquote(name.partition("?")[0])) if mark else None
    if not path:
        return 0
    octets = Path(path).read_bytes()
    return len(octets) if path.endswith(".woff2") else len(brotli.compress(octets))


@pytest.fixture
def take_phone(open_page: OpenPage) -> Iterator[Callable[[], Phone]]:
    """A new phone for each person; what a slow one shows is waited for longer."""
    expect.set_options(timeout=60_000)
    yield lambda: Phone(open_page(width=360, height=740))
    expect.set_options(timeout=PATIENCE)


def open_agency(page: Page, agency: Agency) -> None:
    """An officer records the letter."""
    page.goto(reverse("competitions:work_home"))
    follow(page, "Pembukaan instansi")
    page.get_by_label("Nama instansi").fill(agency.name)
    press(page, "Cari")
    follow(page, f"Buka dengan surat {agency.name}")
    page.get_by_label("Nomor surat").fill("065/1234/ORG")
    page.get_by_label("Tanggal surat").fill("2026-01-05")
    page.get_by_label("Surel admin").fill("admin@contoh.example")
    press(page, "Catat surat dan undang admin")
    expect(page.get_by_text("Undangan admin dikirim ke admin@contoh.example")).to_be_visible()


def accept(page: Page, email: str, name: str) -> None:
    """From the link in the letter to the work home."""
    invitation = Invitation.objects.get(email=email)
    page.goto(reverse("agencies:invitation_accept", args=[invitation.token]))
    page.get_by_label("Nama lengkap").fill(name)
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    press(page, "Terima undangan dan buat akun")
    expect(page.get_by_role("heading", name="Beranda kerja")).to_be_visible()


def invite_unit(page: Page) -> None:
    """The admin adds a unit and invites somebody of it."""
    follow(page, "Anggota dan unit")
    page.get_by_label("Nama unit").fill("Puskesmas Tanjung Batu")
    press(page, "Tambah unit")
    page.get_by_label("Surel", exact=True).fill("unit@contoh.example")
    role = page.get_by_role("radio", name="Inovator")
    role.focus()
    page.keyboard.press("Space")
    page.locator("select[name=unit]").select_option(label="Puskesmas Tanjung Batu")
    press(page, "Kirim undangan")
    expect(page.get_by_text("Undangan dikirim ke unit@contoh.example")).to_be_visible()


def mend(page: Page, entry: Entry) -> None:
    page.goto(at("section", entry, "novelty"))
    page.get_by_role("textbox").fill("Baru: antre dari rumah, tidak di loket.")
    press(page, "Simpan dan keluar")
    follow(page, "Periksa dan kirim")
    send(page)


def test_from_the_letter_to_the_receipt_on_a_slow_phone(
    take_phone: Callable[[], Phone], sign_in: SignIn
) -> None:
    make_province()
    contest = make_contest(REGISTRATION, entries=0, quota=3)
    agency = make_agency("Kabupaten Pulau Taliabu")
    officer, admin, unit = (take_phone() for _ in range(3))
    sign_in(officer.page, contest.officer)
    open_agency(officer.page, agency)
    accept(admin.page, "admin@contoh.example", "Ratna Admin")
    invite_unit(admin.page)
    accept(unit.page, "unit@contoh.example", "Indra Inovator")
    with unit.slowed_down(6):
        write_proposal(unit.page)
    send(unit.page)
    admin.page.goto(reverse("competitions:work_home"))
    return_with_remark(admin.page)
    mend(unit.page, Entry.objects.get(innovation__title=TITLE))
    follow(unit.page, "Versi dan perbedaannya")
    press(unit.page, "Bandingkan")
    heading(unit.page, "Yang berbeda antara versi 1 dan versi 2")
    submit(admin.page)
    receipt = Receipt.objects.select_related("entry").get()
    assert receipt.entry.state == EntryState.SUBMITTED
    assert receipt.entry.agency == agency
    expect(admin.page.get_by_text(receipt.code_text).first).to_be_visible()
    phones = (officer, admin, unit)
    assert not [fault for phone in phones for fault in phone.faults()]
    spent = [sum(view.octets for view in phone.views) for phone in phones]
    assert sum(spent) <= KILOBYTES_IN_ALL * 1000, spent
