"""Files on their way in through Chromium: cut lines, pauses, a reload, what is refused before."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from competitions.blueprints import DocumentBlueprint
from innovations.actions.attachments import examine_attachment
from innovations.models import Attachment, Upload
from sinovik.files import staged_size
from tests.browser.conftest import OpenPage, SignIn
from tests.factories import Contest, make_contest
from tests.uploading import attach, jpeg, pdf

pytestmark = pytest.mark.django_db(transaction=True)
LETTER = DocumentBlueprint("surat-pernyataan", "Surat pernyataan", "Ditandatangani pimpinan.")


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=1, documents=[LETTER])


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A file of three pieces and a bit."""
    path = tmp_path / "Surat pernyataan.pdf"
    path.write_bytes(pdf(filler=450_000))
    assert 3 * 256 * 1024 < path.stat().st_size < 4 * 256 * 1024
    return path


@pytest.fixture
def documents(page: Page, sign_in: SignIn, contest: Contest) -> Page:
    sign_in(page, contest.team.innovator)
    page.goto(reverse("competitions:entry_documents", args=[contest.entries[0].pk]))
    return page


def choose(page: Page, *files: Path) -> None:
    page.set_input_files("input[type=file]", list(files))
    page.get_by_role("button", name="Unggah", exact=True).click()


def hold_after(page: Page, pieces: int) -> list[Route]:
    """Let some pieces through; the next ones wait in the list that is returned."""
    held: list[Route] = []
    seen = {"count": 0}

    def route(one: Route) -> None:
        if one.request.method != "PATCH":
            one.continue_()
            return
        seen["count"] += 1
        if seen["count"] > pieces:
            held.append(one)
        else:
            one.continue_()

    page.route("**/unggahan/**", route)
    return held


def wait_for(page: Page, held: list[Route]) -> None:
    for _ in range(100):
        if held:
            return
        page.wait_for_timeout(50)
    raise AssertionError("no piece was held")


def examined(page: Page) -> Attachment:
    """The file that arrived, examined as the worker would."""
    expect(page.locator("[data-upload-status]")).to_contain_text("sudah sampai")
    return examine_attachment(by=None, attachment=Attachment.objects.latest("pk"))


def test_upload_shows_its_examination_without_a_reload(documents: Page, letter: Path) -> None:
    choose(documents, letter)
    expect(documents.locator("#rak")).to_contain_text("Sedang diperiksa")
    row = examined(documents)
    assert row.is_ready, row.reason
    assert row.document_key == "surat-pernyataan"
    expect(documents.locator("#rak")).to_contain_text("Metadata dan isi tersembunyi dihapus")
    said = documents.locator("[data-upload-status]")
    expect(said).to_have_text("Semua berkas sudah diperiksa.")
    letter.write_bytes(b"%PDF-1.4 rusak")
    choose(documents, letter)
    assert not examined(documents).is_ready
    expect(said).to_contain_text("sudah diperiksa; 1 ditolak")
    expect(documents.get_by_role("link", name="Periksa dan kirim")).to_be_visible()


def test_upload_cut_in_the_middle_goes_on_by_itself(
    documents: Page, letter: Path, expected_errors: set[str]
) -> None:
    expected_errors.add("Failed to load resource: net::ERR_CONNECTION_FAILED")
    held = hold_after(documents, 1)
    choose(documents, letter)
    wait_for(documents, held)
    held[0].abort("connectionfailed")
    expect(documents.locator("[data-upload-queue]")).to_contain_text("Mencoba lagi sendiri")
    documents.unroute("**/unggahan/**")
    assert examined(documents).is_ready


def test_upload_pauses_and_goes_on(documents: Page, letter: Path) -> None:
    held = hold_after(documents, 2)
    choose(documents, letter)
    wait_for(documents, held)
    documents.get_by_role("button", name="Jeda").click()
    expect(documents.locator("[data-upload-queue]")).to_contain_text("Dijeda")
    arrived = staged_size(str(Upload.objects.get().token))
    assert arrived == 2 * 256 * 1024
    documents.unroute("**/unggahan/**")
    documents.get_by_role("button", name="Lanjutkan").click()
    assert examined(documents).is_ready


def test_upload_goes_on_after_a_reload_with_the_same_file(documents: Page, letter: Path) -> None:
    held = hold_after(documents, 2)
    choose(documents, letter)
    wait_for(documents, held)
    token = Upload.objects.get().token
    documents.once("dialog", lambda dialog: dialog.accept())
    documents.reload()
    documents.unroute("**/unggahan/**")
    expect(documents.locator("[data-coming]")).to_contain_text("Surat pernyataan.pdf")
    sent: list[int] = []
    documents.on(
        "request",
        lambda one: (
            sent.append(int(one.headers["upload-offset"])) if one.method == "PATCH" else None
        ),
    )
    choose(documents, letter)
    row = examined(documents)
    assert row.is_ready
    assert row.public_id == token
    assert min(sent) == 2 * 256 * 1024


def test_upload_cancelled_gives_its_room_back(documents: Page, letter: Path) -> None:
    held = hold_after(documents, 1)
    choose(documents, letter)
    wait_for(documents, held)
    documents.get_by_role("button", name="Batalkan").click()
    expect(documents.locator("[data-upload-status]")).to_contain_text("dibatalkan")
    expect(documents.locator("#rak")).to_contain_text("0 dari 10 berkas")
    assert not Upload.objects.exists()


def test_files_that_can_not_be_taken_are_refused_before_anything_is_sent(
    documents: Page, tmp_path: Path
) -> None:
    large, odd, empty = (tmp_path / name for name in ("besar.pdf", "program.exe", "kosong.pdf"))
    large.write_bytes(b"%PDF-" + b"x" * (5 * 1024 * 1024))
    odd.write_bytes(b"MZ")
    empty.write_bytes(b"")
    asked: list[str] = []
    documents.on("request", lambda one: asked.append(one.url) if "unggahan" in one.url else None)
    choose(documents, large, odd, empty)
    queue = documents.locator("[data-upload-queue]")
    expect(queue).to_contain_text("Berkas paling besar 5 MB")
    expect(queue).to_contain_text("Jenis berkas ini tidak diterima")
    expect(queue).to_contain_text("Berkas ini kosong")
    assert not asked
    documents.get_by_role("button", name="Tutup besar.pdf").click()
    expect(queue).not_to_contain_text("besar.pdf")


def test_several_files_follow_one_another(documents: Page, letter: Path, tmp_path: Path) -> None:
    photo = tmp_path / "foto.jpg"
    photo.write_bytes(jpeg(width=600))
    choose(documents, letter, photo)
    expect(documents.locator("[data-upload-status]")).to_contain_text("foto.jpg sudah sampai")
    assert sorted(Attachment.objects.values_list("name", flat=True)) == [
        "Surat pernyataan.pdf",
        "foto.jpg",
    ]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_with_files_in_each_state_passes_axe(
    open_page: OpenPage,
    sign_in: SignIn,
    contest: Contest,
    letter: Path,
    settings: Any,
    width: int,
    scheme: str,
) -> None:
    innovator, innovation = contest.team.innovator, contest.entries[0].innovation
    attach(innovator, innovation, jpeg(), "foto balai.jpg")
    attach(innovator, innovation, b"%PDF-1.7 rusak", "rusak.pdf")
    settings.CLAMD = "127.0.0.1:1"
    attach(innovator, innovation, document_key="surat-pernyataan")
    page = open_page(width=width, scheme=scheme)
    sign_in(page, contest.team.admin)
    page.goto(reverse("competitions:entry_documents", args=[contest.entries[0].pk]))
    held = hold_after(page, 1)
    choose(page, letter)
    wait_for(page, held)
    assert not Axe().run(page).response["violations"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Batalkan").click()
    expect(page.locator("[data-upload-status]")).to_contain_text("dibatalkan")
