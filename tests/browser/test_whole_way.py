"""A whole edition as people walk it, each role in a browser of its own.

Nothing happens but by the buttons people press. Only time is helped along: the calendar moves
ten days where a stage must come to its end.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from agencies.models import User
from competitions.enums import CheckState, CutOffState, EntryState, SheetState
from competitions.models import AdministrativeCheck, Assignment, Entry, Scoresheet
from sinovik.audit import clock
from tests.browser.conftest import OpenPage, SignIn
from tests.browser.visits import at
from tests.editions import (
    ADMINISTRATIVE,
    FIRST,
    REGISTRATION,
    REVIEW,
    SECOND,
    STAGE_DAYS,
    WEIGHTS,
)
from tests.factories import (
    Contest,
    enter,
    make_contest,
    make_innovations,
    make_province,
    submit_all,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PASSWORD = "gotong-royong-2019"
TITLE = "Antrean tanpa antre"
RIVAL, THIRD, EMPTY = "Posyandu berjalan", "Izin satu pintu", "Judul saja"
MARKS = {TITLE: (4, 4, 4), RIVAL: (4, 3, 4), THIRD: (3, 3, 3)}
REMARK = "Sebutkan apa yang baru dibanding loket."


class Calendar:
    """Stands in for the clock's context variable, which the server's threads don't share."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def get(self) -> object:
        return timezone.now() + self.passed

    def let_days_pass(self, days: float) -> None:
        self.passed += timedelta(days=days)


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch, contest: Contest) -> Calendar:
    """Time for the whole process, from after the world was made."""
    moved = Calendar()
    monkeypatch.setattr(clock, "_instant", moved)
    return moved


@pytest.fixture
def contest() -> Contest:
    """An edition in registration with its people, and three proposals of others submitted."""
    make_province()
    contest = make_contest(REGISTRATION, entries=0, reviews=3, seats=(2, 1))
    enter(contest, make_innovations(contest.team, titles=[RIVAL, THIRD, EMPTY]))
    submit_all(contest)
    for user in (contest.team.innovator, contest.team.admin):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return contest


def log_in(page: Page, user: User) -> None:
    """Through the form, as everybody does."""
    page.goto(reverse("account_login"))
    page.get_by_label("Surel").fill(user.email)
    page.get_by_label("Kata Sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", name="Beranda kerja")).to_be_visible()


def press(page: Page, name: str) -> None:
    """Press a button of the page's content."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follow a link."""
    page.get_by_role("link", name=name, exact=True).first.click()


def heading(page: Page, text: str) -> None:
    """The page now has this title."""
    expect(page.get_by_role("heading", level=1, name=text)).to_be_visible()


def write_proposal(page: Page) -> None:
    """From the work home to the page that checks everything."""
    follow(page, "Mulai proposal")
    page.get_by_label("Judul inovasi").fill(TITLE)
    press(page, "Mulai proposal")
    heading(page, TITLE)
    follow(page, "Identitas inovasi")
    page.get_by_label("Lokasi").select_option(label="DKI Jakarta")
    page.get_by_label("Kategori").select_option(label="Pendidikan")
    for part, value in (("Hari", "27"), ("Bulan", "3"), ("Tahun", "2019")):
        page.get_by_label(part, exact=True).fill(value)
    for group in ("Jenis kebaruan", "Bentuk kebaruan", "Jenis manfaat bagi masyarakat"):
        choice = page.get_by_role("group", name=group).get_by_role("radio").first
        choice.focus()
        page.keyboard.press("Space")
    press(page, "Simpan dan keluar")
    heading(page, TITLE)
    follow(page, "Ringkasan")
    for key in ("Ringkasan", *(key.capitalize() for key in WEIGHTS)):
        heading(page, key)
        page.get_by_role("textbox").fill(f"{key}: warga mendaftar dari rumah.")
        press(page, "Simpan dan periksa" if key == "Sustainability" else "Simpan dan lanjut")


def declare(page: Page, button: str) -> None:
    """Vouch for the proposal and go on."""
    for name in ("is_true", "is_new"):
        page.locator(f"input[name={name}]").focus()
        page.keyboard.press("Space")
    press(page, button)


def send(page: Page) -> None:
    """The unit hands its proposal to the agency's admin."""
    heading(page, "Periksa jawaban sebelum mengirim")
    declare(page, "Lanjut mengirim")
    press(page, "Kirim ke admin instansi")
    expect(page.get_by_text("Menunggu admin instansi").first).to_be_visible()


def return_with_remark(page: Page) -> None:
    """The admin reads and sends it back."""
    page.reload()
    follow(page, TITLE)
    follow(page, "Kembalikan untuk diperbaiki")
    page.get_by_label("Catatan untuk “Novelty”").fill(REMARK)
    press(page, "Kembalikan dengan catatan")
    expect(page.get_by_text("Dikembalikan").first).to_be_visible()


def mend(page: Page, entry: Entry) -> None:
    """The unit finds the remark on the task it is about, mends and sends again."""
    page.goto(reverse("competitions:work_home"))
    follow(page, f"Perbaiki “{TITLE}”")
    expect(page.get_by_text(REMARK)).to_be_visible()
    page.goto(at("section", entry, "novelty"))
    expect(page.get_by_text(REMARK)).to_be_visible()
    page.get_by_role("textbox").fill("Baru: antre dari rumah, tidak di loket.")
    press(page, "Simpan dan keluar")
    follow(page, "Periksa dan kirim")
    send(page)


def submit(page: Page) -> None:
    """The admin submits and sees the receipt."""
    page.goto(reverse("competitions:work_home"))
    follow(page, f"Baca dan ajukan ke kementerian {TITLE}")
    declare(page, "Lanjut mengajukan")
    press(page, "Ajukan ke kementerian")
    heading(page, "Proposal terkirim")


def the_entry() -> Entry:
    """The proposal of this story."""
    return Entry.objects.select_related("innovation").get(innovation__title=TITLE)


def write_and_submit(writing: Page, deciding: Page, contest: Contest) -> None:
    """The entrants' part."""
    log_in(writing, contest.team.innovator)
    log_in(deciding, contest.team.admin)
    write_proposal(writing)
    send(writing)
    return_with_remark(deciding)
    assert the_entry().state == EntryState.RETURNED
    mend(writing, the_entry())
    submit(deciding)
    assert the_entry().state == EntryState.SUBMITTED


def stage_page(page: Page, contest: Contest, slug: str) -> None:
    page.goto(reverse("competitions:stage_detail", args=[contest.stage(slug).pk]))


def close(page: Page, contest: Contest, slug: str) -> None:
    """The head ends a stage, by way of the page that asks once more."""
    stage_page(page, contest, slug)
    follow(page, "Tutup tahap")
    press(page, "Tutup tahap")
    expect(page.get_by_text("Selesai").first).to_be_visible()


def begin(page: Page, contest: Contest, slug: str) -> None:
    """The head starts the next stage."""
    stage_page(page, contest, slug)
    press(page, "Buka tahap")
    expect(page.get_by_role("link", name="Tutup tahap")).to_be_visible()


def check_all(page: Page, contest: Contest) -> None:
    """A secretary passes whatever is sound and proposes that the empty one fails."""
    page.goto(reverse("competitions:check_queue", args=[contest.edition.year]))
    press(page, "Ambil berikutnya")
    for _turn in range(4):
        heading(page, "Pemeriksaan")
        title = page.get_by_role("heading", level=1)
        number = title.inner_text()
        if page.get_by_role("heading", name=EMPTY).count():
            item = page.get_by_role("group", name="Isian sungguh-sungguh")
            item.get_by_role("radio", name="Tidak sesuai").focus()
            page.keyboard.press("Space")
            press(page, "Usulkan tidak lolos")
            # The page before may have said the same of another proposal.
            expect(title).not_to_have_text(number)
            expect(page.get_by_text("menunggu orang kedua").first).to_be_visible()
        else:
            for item in page.locator("fieldset.criterion").all():
                if not item.locator("input:checked[value=met]").count():
                    item.get_by_role("radio", name="Sesuai", exact=True).focus()
                    page.keyboard.press("Space")
            press(page, "Lolos")
            expect(title).not_to_have_text(number)
            expect(page.get_by_text("lolos seleksi administrasi").first).to_be_visible()
    expect(page.get_by_text("Antrean kosong").first).to_be_visible()


def confirm_fail(page: Page, contest: Contest) -> None:
    """A second secretary reads the reason and agrees."""
    page.goto(reverse("competitions:check_queue", args=[contest.edition.year]))
    page.get_by_role("link", name="Menunggu orang kedua").click()
    follow(page, EMPTY)
    press(page, "Konfirmasi tidak lolos")
    expect(page.get_by_text("dikonfirmasi tidak lolos")).to_be_visible()


def hand_out(page: Page, contest: Contest, slug: str) -> None:
    """The head appoints the body that judges, looks at a plan of who reads what, and applies it."""
    page.goto(reverse("competitions:assignment_board", args=[contest.stage(slug).pk]))
    for judge in contest.evaluators if slug == REVIEW else contest.panelists:
        page.get_by_label(judge.name, exact=True).check()
    press(page, "Tunjuk yang dipilih")
    expect(page.get_by_text("3 orang ditunjuk.")).to_be_visible()
    press(page, "Buat pratinjau pembagian")
    expect(page.get_by_text("belum ada yang diberi tahu")).to_be_visible()
    press(page, "Terapkan dan beri tahu penilai")
    page.goto(reverse("competitions:assignment_board", args=[contest.stage(slug).pk]))
    expect(page.get_by_text("Semua lembar sudah ditugaskan")).to_be_visible()


def sheet_of(page: Page) -> dict[str, int]:
    """What this story's judges think of the proposal on the screen."""
    pk = int(page.url.rstrip("/").rsplit("/", 1)[1])
    title = Assignment.objects.get(pk=pk).entry.innovation.title
    return dict(zip(WEIGHTS, MARKS[title], strict=True))


def score_by_mouse(page: Page) -> None:
    for key, mark in sheet_of(page).items():
        radio = page.locator(f"input[name=mark_{key}][value='{mark}']")
        page.locator("label", has=radio).click()
    press(page, "Kirim dan lanjut")


def score_by_keyboard(page: Page) -> None:
    """Tab, digits, Ctrl+Enter; no other key."""
    for key, mark in sheet_of(page).items():
        for _step in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("name => document.activeElement.name === name", f"mark_{key}"):
                break
        page.keyboard.press(str(mark))
    page.keyboard.press("Control+Enter")


def score_all(page: Page, number: int, score: Callable[[Page], None]) -> None:
    """A judge goes through the whole queue."""
    page.goto(reverse("competitions:assignment_list"))
    page.get_by_role("button", name="Mulai menilai").click()
    for turn in range(1, number + 1):
        heading(page, "Penilaian")
        score(page)
        expect(page.get_by_text(f"{turn} dari {number}").first).to_be_visible()
    expect(page.get_by_text("Semua lembar Anda sudah dikirim").first).to_be_visible()


def lock_list(head: Page, second: Page, contest: Contest, slug: str) -> None:
    """The head draws the line and proposes the lock; somebody else locks."""
    board = reverse("competitions:ranking_board", args=[contest.stage(slug).pk])
    head.goto(board)
    press(head, "Terapkan ambang")
    follow(head, "Usulkan penguncian")
    head.get_by_label("Alasan penguncian").fill("Hasil pleno, berita acara nomor 12.")
    press(head, "Usulkan penguncian")
    expect(head.get_by_text("Menunggu orang kedua")).to_be_visible()
    second.goto(board)
    follow(second, "Tinjau dan kunci")
    press(second, "Kunci daftar")
    expect(second.get_by_text("Daftar terkunci").first).to_be_visible()


def schedule(page: Page, contest: Contest, slug: str) -> None:
    """Decree and instant: tomorrow at ten."""
    today = timezone.localtime(clock.now())
    page.goto(reverse("competitions:ranking_board", args=[contest.stage(slug).pk]))
    follow(page, "Isi keputusan dan jadwal pengumuman")
    page.get_by_label("Nomor keputusan").fill("636 Tahun 2019")
    page.get_by_label("Tanggal keputusan").fill(today.date().isoformat())
    page.get_by_label("Tanggal pengumuman").fill((today + timedelta(days=1)).date().isoformat())
    page.get_by_label("Jam pengumuman").fill("10:00")
    press(page, "Lanjutkan")
    heading(page, "Jadwalkan pengumuman")
    press(page, "Jadwalkan pengumuman")
    expect(page.get_by_text("Pengumuman dijadwalkan.")).to_be_visible()
    assert contest.cut_off(slug).state == CutOffState.SCHEDULED


def announce(
    pages: tuple[Page, Page, Page], calendar: Calendar, contest: Contest, slug: str
) -> None:
    """A stranger sees nothing before the instant, and the winners after it."""
    head, second, stranger = pages
    address = f"/kompetisi/{contest.edition.year}/{slug}/"
    lock_list(head, second, contest, slug)
    stranger.goto(address)
    expect(stranger.get_by_text("Pemenang belum diumumkan")).to_be_visible()
    schedule(head, contest, slug)
    stranger.goto(address)
    expect(stranger.get_by_text("Pemenang diumumkan")).to_be_visible()
    assert TITLE not in stranger.content()
    calendar.let_days_pass(2)
    stranger.reload()
    expect(stranger.get_by_role("heading", name=TITLE)).to_be_visible()
    assert THIRD not in stranger.content()
    close(head, contest, slug)


def test_an_edition_from_draft_to_winner(
    open_page: OpenPage, sign_in: SignIn, contest: Contest, calendar: Calendar
) -> None:
    def as_person(user: User, *, javascript: bool = True) -> Page:
        page = open_page(javascript=javascript)
        sign_in(page, user)
        return page

    write_and_submit(open_page(), open_page(width=360), contest)
    head, second = as_person(contest.head), as_person(contest.second)
    calendar.let_days_pass(STAGE_DAYS)
    close(head, contest, REGISTRATION)
    begin(head, contest, ADMINISTRATIVE)
    check_all(as_person(contest.officer), contest)
    confirm_fail(second, contest)
    assert AdministrativeCheck.objects.filter(state=CheckState.FAILED).count() == 1
    close(head, contest, ADMINISTRATIVE)

    calendar.let_days_pass(STAGE_DAYS)
    begin(head, contest, REVIEW)
    hand_out(head, contest, REVIEW)
    first, by_keyboard, without_scripts = contest.evaluators
    score_all(as_person(first), 3, score_by_mouse)
    score_all(as_person(by_keyboard), 3, score_by_keyboard)
    score_all(as_person(without_scripts, javascript=False), 3, score_by_mouse)
    close(head, contest, REVIEW)

    calendar.let_days_pass(STAGE_DAYS)
    stranger = open_page()
    begin(head, contest, FIRST)
    announce((head, second, stranger), calendar, contest, FIRST)
    expect(stranger.get_by_role("heading", name=RIVAL)).to_be_visible()

    calendar.let_days_pass(STAGE_DAYS)
    begin(head, contest, SECOND)
    hand_out(head, contest, SECOND)
    for panelist in contest.panelists:
        score_all(as_person(panelist), 2, score_by_mouse)
    announce((head, second, stranger), calendar, contest, SECOND)
    expect(stranger.get_by_role("heading", name=RIVAL)).to_have_count(0)
    assert Scoresheet.objects.filter(state=SheetState.FINAL).count() == 3 * 3 + 3 * 2


def test_a_proposal_reaches_the_ministry_without_javascript(
    open_page: OpenPage, contest: Contest
) -> None:
    write_and_submit(open_page(javascript=False), open_page(javascript=False, width=360), contest)
