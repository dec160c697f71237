"""Nothing typed is lost: lines, servers, sessions, tabs and deadlines that fail on the way."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from agencies.models import User
from competitions.actions.writing import save_entry_section
from competitions.models import Entry, Stage
from innovations.actions.dossiers import edit_innovation
from innovations.models import Innovation, SustainableGoal
from sinovik.audit import clock
from tests.browser.conftest import SignIn, part
from tests.browser.visits import at
from tests.factories import REGISTRATION, Contest, make_contest, make_person
from tests.owner import past_triggers

pytestmark = pytest.mark.django_db(transaction=True)

Visitor = Callable[..., BrowserContext]
PASSWORD = "gotong-royong-2019"


@pytest.fixture
def visitor(browser: Browser, live_server: Any) -> Iterator[Visitor]:
    """A browser of somebody's own. Failing requests are the matter here, so none is a fault."""
    contexts = []

    def arrive(**more: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url, locale="id-ID", reduced_motion="reduce", **more
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context

    yield arrive
    part(contexts)


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=1)


@pytest.fixture
def entry(contest: Contest) -> Entry:
    return contest.entries[0]


@pytest.fixture
def open_section(visitor: Visitor, sign_in: SignIn, entry: Entry) -> Callable[..., Page]:
    """Somebody's page of one section, in a browser of their own."""

    def open_one(user: User, key: str = "novelty", **more: Any) -> Page:
        page = visitor(**more).new_page()
        sign_in(page, user)
        page.goto(at("section", entry, key))
        return page

    return open_one


def text_of(entry: Entry, key: str = "novelty") -> str:
    return str(Innovation.objects.get(pk=entry.innovation_id).sections[key])


def box(page: Page) -> Any:
    return page.get_by_role("textbox")


def status(page: Page) -> Any:
    return page.locator("[data-autosave-status]")


def drafts(page: Page) -> list[str]:
    return list(page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draf:'))"))


def refuse_saving(page: Page, answer: Callable[[Route], None]) -> None:
    """Let pages through, answer saves otherwise."""
    page.context.route(
        "**/bagian/**",
        lambda route: answer(route) if route.request.method == "PUT" else route.continue_(),
    )


def test_line_lost_in_the_middle_of_a_section_loses_nothing(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    box(page).fill("Sebelum putus.")
    expect(status(page)).to_contain_text("Tersimpan pukul")
    page.context.set_offline(True)
    box(page).fill("Sebelum putus. Selama putus.")
    expect(status(page)).to_contain_text("Draf aman di perangkat ini")
    assert text_of(entry) == "Sebelum putus."
    box(page).fill("Sebelum putus. Selama putus. Terus mengetik.")
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Tersimpan pukul")
    assert text_of(entry) == "Sebelum putus. Selama putus. Terus mengetik."
    assert drafts(page) == []


def test_time_of_saving_is_the_servers_and_not_the_devices(
    open_section: Callable[..., Page], contest: Contest
) -> None:
    page = open_section(contest.team.innovator, timezone_id="America/Lima")
    page.clock.set_system_time(clock.now() - timedelta(days=400, hours=5))
    box(page).fill("Jam perangkat salah.")
    expect(status(page)).to_contain_text("Tersimpan pukul")
    local = clock.now() + timedelta(hours=7)
    times = [f"{moment:%H.%M}" for moment in (local - timedelta(minutes=1), local)]
    assert any(f"Tersimpan pukul {time}" == status(page).inner_text() for time in times)
    page.reload()
    expect(status(page)).to_contain_text(f"oleh {contest.team.innovator.name}")


def test_tab_closed_at_once_after_a_key_loses_nothing(
    open_section: Callable[..., Page], sign_in: SignIn, contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    # What the tab sends while it closes passes by Playwright's routes: let the server refuse it.
    Session.objects.all().delete()
    box(page).press_sequentially("X")
    page.close()
    # The refusal takes the session's cookie away: let it come before the next one is there.
    deadline = time.monotonic() + 10
    name = settings.SESSION_COOKIE_NAME
    while name in {one["name"] for one in page.context.cookies()} and time.monotonic() < deadline:
        time.sleep(0.05)
    # A closing tab may send twice; the second refusal would take the new cookie away.
    time.sleep(0.5)
    again = page.context.new_page()
    sign_in(again, contest.team.innovator)
    assert "X" not in text_of(entry)
    again.goto(at("section", entry, "novelty"))
    expect(status(again)).to_contain_text("Tersimpan pukul")
    assert "X" in text_of(entry)
    assert drafts(again) == []


def test_tab_closed_at_once_still_sends_where_the_line_holds(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    box(page).press_sequentially("Y")
    page.close()
    deadline = time.monotonic() + 10
    while "Y" not in text_of(entry) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "Y" in text_of(entry)


@pytest.mark.parametrize(
    "answer",
    [lambda route: route.abort("connectionrefused"), lambda route: route.fulfill(status=502)],
    ids=["refuses", "breaks"],
)
def test_dead_server_gets_the_text_when_it_lives_again(
    open_section: Callable[..., Page],
    contest: Contest,
    entry: Entry,
    answer: Callable[[Route], None],
) -> None:
    page = open_section(contest.team.innovator)
    refuse_saving(page, answer)
    box(page).fill("Server mati.")
    expect(status(page)).to_contain_text("Draf aman di perangkat ini")
    assert len(drafts(page)) == 1
    page.context.unroute_all()
    expect(status(page)).to_contain_text("Tersimpan pukul")
    assert text_of(entry) == "Server mati."


def test_draft_told_to_stand_back_waits_however_much_is_typed(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    asked: list[float] = []

    def stand_back(route: Route) -> None:
        asked.append(time.monotonic())
        route.fulfill(status=503, headers={"Retry-After": "6"})

    refuse_saving(page, stand_back)
    box(page).fill("Server ramai.")
    expect(status(page)).to_contain_text("Draf aman di perangkat ini")
    # The control: without Retry-After it asks again 1.5 s after this pause.
    box(page).fill("Server ramai. Terus mengetik.")
    page.wait_for_timeout(4000)
    assert len(asked) == 1
    page.context.unroute_all()
    expect(status(page)).to_contain_text("Tersimpan pukul")
    assert text_of(entry) == "Server ramai. Terus mengetik."


def test_session_that_ends_while_typing_goes_on_after_signing_in_elsewhere(
    open_section: Callable[..., Page], sign_in: SignIn, contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    Session.objects.all().delete()
    box(page).fill("Sesi habis.")
    expect(status(page)).to_contain_text("Sesi Anda berakhir. Draf aman di perangkat ini.")
    sign_in(page, contest.team.innovator)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(status(page)).to_contain_text("Tersimpan pukul")
    assert text_of(entry) == "Sesi habis."


def test_session_that_ends_while_typing_goes_on_after_signing_in_again(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    person = with_password(contest.team.innovator)
    page = open_section(person)
    Session.objects.all().delete()
    box(page).fill("Sesi habis di sini.")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Masuk lagi").click()
    said = page.get_by_role("status").filter(visible=True)
    expect(said).to_contain_text("tersimpan di perangkat ini dan muncul lagi")
    type_password(page, person)
    expect(box(page)).to_have_value("Sesi habis di sini.")
    expect(status(page)).to_contain_text("Tersimpan pukul")
    assert text_of(entry) == "Sesi habis di sini."
    Session.objects.all().delete()
    page.reload()
    expect(said).to_have_text("Yang Anda ketik di halaman itu sudah tersimpan di server.")
    # Of a page on which nothing was typed nothing is said.
    page.goto(f"{reverse('account_login')}?next={at('section', entry, 'purpose')}")
    expect(page.get_by_role("button", name="Masuk", exact=True)).to_be_visible()
    expect(said).to_have_count(0)


def test_somebody_else_who_signs_in_sends_nothing_of_the_other(
    open_section: Callable[..., Page], sign_in: SignIn, contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    before = text_of(entry)
    Session.objects.all().delete()
    box(page).fill("Milik inovator.")
    expect(status(page)).to_contain_text("Sesi Anda berakhir")
    sign_in(page, contest.team.admin)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(status(page)).to_contain_text("Orang lain sedang masuk di sini")
    other = page.context.new_page()
    other.goto(f"{at('section', entry, 'novelty')}?tulis=1")
    expect(box(other)).to_have_value(before)
    assert text_of(entry) == before
    assert len(drafts(page)) == 1


def test_signing_out_clears_what_was_kept(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    refuse_saving(page, lambda route: route.abort())
    box(page).fill("Komputer kantor bersama.")
    expect(status(page)).to_contain_text("Draf aman di perangkat ini")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(reverse("account_logout"))
    assert len(drafts(page)) == 1
    page.get_by_role("main").get_by_role("button", name="Keluar").click()
    page.wait_for_url("**/")
    assert drafts(page) == []


def test_two_tabs_of_one_person_are_compared_and_neither_is_lost(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    first = open_section(contest.team.innovator)
    second = first.context.new_page()
    second.goto(at("section", entry, "novelty"))
    box(first).fill("Dari tab pertama.")
    expect(status(first)).to_contain_text("Tersimpan pukul")
    box(second).fill("Dari tab kedua.")
    panel = second.get_by_role("region", name="Ada dua versi")
    expect(panel).to_contain_text("Dari tab pertama.")
    expect(panel.locator("ins")).to_have_text(["kedua."])
    assert text_of(entry) == "Dari tab pertama."
    second.get_by_role("button", name="Gabungkan").click()
    expect(status(second)).to_contain_text("Tersimpan pukul")
    expect(box(second)).to_have_value("Dari tab pertama.\n\nDari tab kedua.")
    assert text_of(entry) == "Dari tab pertama.\n\nDari tab kedua."


@pytest.mark.parametrize(
    ("button", "expected"),
    [("Pakai versi saya", "Teks saya, diteruskan."), ("Pakai versi terbaru", "Teks rekan.")],
)
def test_two_people_on_one_section_choose(
    open_section: Callable[..., Page], contest: Contest, entry: Entry, button: str, expected: str
) -> None:
    page = open_section(contest.team.innovator)
    save_entry_section(
        by=contest.team.admin, entry=entry, edit_number=1, key="novelty", text="Teks rekan."
    )
    box(page).fill("Teks saya.")
    expect(status(page)).to_contain_text("Ada versi lebih baru")
    expect(page.get_by_text(f"{contest.team.admin.name} menyimpan bagian ini")).to_be_visible()
    box(page).fill("Teks saya, diteruskan.")
    page.get_by_role("button", name=button).click()
    expect(box(page)).to_have_value(expected)
    expect(page.get_by_role("button", name=button)).to_have_count(0)
    box(page).press("End")
    box(page).press_sequentially(" Lanjut.")
    expect(status(page)).to_contain_text("Tersimpan pukul")
    assert text_of(entry) == f"{expected} Lanjut."


def test_draft_that_waited_is_compared_with_what_was_saved_meanwhile(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    page.context.set_offline(True)
    box(page).fill("Ditulis di jalan.")
    # What a page sends as it closes may go out after Chromium has let go of the dead line.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('offline')); }")
    page.close()
    save_entry_section(
        by=contest.team.admin, entry=entry, edit_number=1, key="novelty", text="Teks rekan."
    )
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(at("section", entry, "novelty"))
    expect(again.get_by_role("region", name="Ada dua versi")).to_contain_text("Teks rekan.")
    expect(box(again)).to_have_value("Ditulis di jalan.")
    assert text_of(entry) == "Teks rekan."


def test_text_after_the_close_is_kept_and_told_apart(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    close_now(contest.stage(REGISTRATION))
    box(page).fill("Terlambat semenit.")
    expect(status(page)).to_contain_text("Tersimpan di dosir. Pendaftaran ditutup")
    expect(status(page)).to_contain_text("tidak ikut edisi ini")
    assert text_of(entry) == "Terlambat semenit."
    page.reload()
    expect(box(page)).to_have_value("Terlambat semenit.")
    expect(page.get_by_text("Tenggat sudah lewat").first).to_be_visible()


def test_character_that_no_text_can_hold_is_named_beside_the_field(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    before = text_of(entry)
    box(page).evaluate(
        "(area) => { area.value = 'a' + String.fromCharCode(0) + 'b';"
        " area.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    error = page.locator(".govuk-error-message")
    expect(error).to_contain_text("Kesalahan: Teks memuat karakter yang tidak dapat disimpan")
    assert text_of(entry) == before
    box(page).fill("Tanpa karakter itu.")
    expect(status(page)).to_contain_text("Tersimpan pukul")
    expect(error).to_have_count(0)


def test_without_javascript_the_text_outlives_the_session(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    person = with_password(contest.team.innovator)
    page = open_section(person, java_script_enabled=False)
    Session.objects.all().delete()
    box(page).fill("Tanpa JavaScript.")
    page.get_by_role("button", name="Simpan dan keluar").click()
    expect(page.get_by_text("Isian Anda kami simpan dan muncul lagi setelah masuk")).to_be_visible()
    type_password(page, person)
    expect(box(page)).to_have_value("Tanpa JavaScript.")
    expect(page.get_by_text("belum tersimpan. Simpan untuk memakainya")).to_be_visible()
    page.get_by_role("button", name="Simpan dan keluar").click()
    expect(page).to_have_url(at("tasks", entry))
    assert text_of(entry) == "Tanpa JavaScript."
    page.goto(at("section", entry, "novelty"))
    expect(page.get_by_text("belum tersimpan. Simpan untuk memakainya")).to_have_count(0)


def test_without_javascript_a_form_older_than_the_sign_in_keeps_its_text(
    open_section: Callable[..., Page], sign_in: SignIn, contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator, java_script_enabled=False)
    box(page).fill("Token lama.")
    sign_in(page, contest.team.innovator)
    page.get_by_role("button", name="Simpan dan keluar").click()
    expect(box(page)).to_have_value("Token lama.")
    page.get_by_role("button", name="Simpan dan keluar").click()
    expect(page).to_have_url(at("tasks", entry))
    assert text_of(entry) == "Token lama."


def test_kept_text_is_shown_to_nobody_else(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    admin = with_password(contest.team.admin)
    page = open_section(contest.team.innovator, java_script_enabled=False)
    Session.objects.all().delete()
    box(page).fill("Rahasia inovator.")
    page.get_by_role("button", name="Simpan dan keluar").click()
    type_password(page, admin)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Novelty")
    assert "Rahasia inovator." not in page.content()


def test_end_of_the_session_is_told_ahead_and_put_off(
    open_section: Callable[..., Page], contest: Contest, settings: Any
) -> None:
    whole = settings.SESSION_IDLE_AGE
    settings.SESSION_IDLE_AGE = 270
    page = open_section(contest.team.innovator)
    warning = page.get_by_role("alert")
    expect(warning).to_contain_text("Sesi Anda berakhir dalam 5 menit")
    settings.SESSION_IDLE_AGE = whole
    warning.get_by_role("button", name="Tetap masuk").click()
    expect(warning).to_have_count(0)
    session = Session.objects.get()
    assert session.expire_date > clock.now() + timedelta(seconds=whole - 60)


def test_who_writes_here_is_told_to_colleagues_and_to_nobody_else(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    writer = open_section(contest.team.innovator)
    with writer.expect_response("**/hadir/"):
        box(writer).focus()
    sentence = f"{contest.team.innovator.name} ({contest.team.unit.name}) sedang mengisi bagian ini"
    colleague = open_section(contest.team.admin)
    expect(colleague.get_by_text(sentence)).to_be_visible()
    expect(box(colleague)).to_have_count(0)
    colleague.get_by_role("link", name="Tulis juga di bagian ini").click()
    expect(box(colleague)).to_be_visible()
    outsider = open_section(make_person("innovator"))
    expect(outsider.get_by_text(sentence)).to_have_count(0)


def close_now(stage: Stage) -> None:
    """Move a close that has been published: the server's thread has a clock of its own."""
    with transaction.atomic(), past_triggers():
        Stage.objects.filter(pk=stage.pk).update(closes_at=clock.now())


def with_password(person: User) -> User:
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def type_password(page: Page, person: User) -> None:
    page.get_by_label("Surel").fill(person.email)
    page.get_by_label("Kata sandi").first.fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Masuk").click()


def identity_page(visitor: Visitor, sign_in: SignIn, user: User, innovation: Innovation) -> Page:
    page = visitor().new_page()
    sign_in(page, user)
    page.goto(reverse("innovations:innovation_edit", args=[innovation.pk]))
    return page


def test_identity_is_saved_field_by_field(
    visitor: Visitor, sign_in: SignIn, contest: Contest, entry: Entry
) -> None:
    for number, name in ((3, "Kesehatan"), (4, "Pendidikan")):
        SustainableGoal.objects.create(number=number, name=name, name_en="", color="#000")
    page = identity_page(visitor, sign_in, contest.team.innovator, entry.innovation)
    page.get_by_label("Judul inovasi").fill("Judul tanpa tombol")
    page.get_by_label("Kategori").select_option(label="Pendidikan")
    for name, value in (("Hari", "27"), ("Bulan", "3"), ("Tahun", "2018")):
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_label("Manfaat langsung", exact=True).check()
    page.get_by_label("3. Kesehatan").check()
    page.get_by_label("Nama", exact=True).first.fill("Rina")
    page.get_by_label("Alamat").first.fill("https://contoh.go.id/berita")
    expect(status(page)).to_contain_text("Tersimpan pukul")
    row = Innovation.objects.get(pk=entry.innovation_id)
    assert row.title == "Judul tanpa tombol"
    assert str(row.started_on) == "2018-03-27"
    assert row.benefit == "direct"
    assert [goal.number for goal in row.goals.all()] == [3]
    assert [member.name for member in row.team.all()] == ["Rina"]
    assert [link.url for link in row.links.all()] == ["https://contoh.go.id/berita"]
    assert drafts(page) == []


def test_half_a_date_waits_on_the_device_and_comes_back(
    visitor: Visitor, sign_in: SignIn, contest: Contest, entry: Entry
) -> None:
    page = identity_page(visitor, sign_in, contest.team.innovator, entry.innovation)
    page.get_by_label("Bulan", exact=True).fill("")
    page.get_by_label("Judul inovasi").fill("Judul sambil menanti tanggal")
    expect(status(page)).to_contain_text("Tersimpan pukul")
    expect(page.locator(".govuk-error-message")).to_have_count(0)
    row = Innovation.objects.get(pk=entry.innovation_id)
    assert (row.title, str(row.started_on)) == ("Judul sambil menanti tanggal", "2015-01-01")
    assert len(drafts(page)) == 1
    page.reload()
    expect(page.get_by_label("Bulan", exact=True)).to_have_value("")
    page.get_by_label("Bulan", exact=True).fill("7")
    expect(status(page)).to_contain_text("Tersimpan pukul")
    assert str(Innovation.objects.get(pk=entry.innovation_id).started_on) == "2015-07-01"
    assert drafts(page) == []


def test_two_people_on_the_identity_choose(
    visitor: Visitor, sign_in: SignIn, contest: Contest, entry: Entry
) -> None:
    page = identity_page(visitor, sign_in, contest.team.innovator, entry.innovation)
    edit_innovation(
        by=contest.team.admin,
        innovation=entry.innovation,
        edit_number=1,
        changes={"title": "Judul rekan", "team": [(f"Orang {n}", "") for n in range(5)]},
    )
    page.get_by_label("Judul inovasi").fill("Judul saya")
    panel = page.get_by_role("region", name="Ada dua versi")
    expect(panel).to_contain_text("Judul rekan")
    page.get_by_role("button", name="Simpan dan keluar").click()
    expect(panel).to_be_focused()
    panel.get_by_role("button", name="Pakai versi saya").click()
    # The colleague's team has more rows than this page: it is drawn anew, nothing is overwritten.
    expect(page.get_by_label("Nama", exact=True)).to_have_count(7)
    expect(page.get_by_label("Judul inovasi")).to_have_value("Judul saya")
    row = Innovation.objects.get(pk=entry.innovation_id)
    assert (row.title, row.team.count()) == ("Judul saya", 5)
    assert drafts(page) == []


def test_saving_one_field_does_not_hide_what_a_colleague_saved_in_another(
    visitor: Visitor, sign_in: SignIn, contest: Contest, entry: Entry
) -> None:
    page = identity_page(visitor, sign_in, contest.team.innovator, entry.innovation)
    changes = {"benefit": "direct", "team": [("Budi", "Ketua")]}
    edit_innovation(
        by=contest.team.admin, innovation=entry.innovation, edit_number=1, changes=changes
    )
    page.get_by_label("Judul inovasi").fill("Judul saya")
    expect(status(page)).to_contain_text("Tersimpan pukul")
    expect(page.get_by_label("Manfaat langsung", exact=True)).to_be_checked()
    expect(page.get_by_label("Nama", exact=True).first).to_have_value("Budi")
    page.get_by_label("Nama", exact=True).nth(1).fill("Sari")
    expect(status(page)).to_contain_text("Tersimpan pukul")
    row = Innovation.objects.get(pk=entry.innovation_id)
    assert [member.name for member in row.team.all()] == ["Budi", "Sari"]
    assert row.benefit == "direct"


def test_button_leaves_no_copy_behind(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    box(page).fill("Dengan tombol.")
    page.get_by_role("button", name="Simpan dan keluar").click()
    expect(page).to_have_url(at("tasks", entry))
    assert text_of(entry) == "Dengan tombol."
    assert drafts(page) == []


def test_button_without_a_line_keeps_the_page(
    open_section: Callable[..., Page], contest: Contest, entry: Entry
) -> None:
    page = open_section(contest.team.innovator)
    page.context.set_offline(True)
    box(page).fill("Tombol saat luring.")
    page.get_by_role("button", name="Simpan dan keluar").click()
    expect(status(page)).to_contain_text("Draf aman di perangkat ini")
    expect(box(page)).to_have_value("Tombol saat luring.")
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Tersimpan pukul")
    assert text_of(entry) == "Tombol saat luring."


def test_button_while_saving_is_on_its_way_is_no_conflict_with_oneself(
    visitor: Visitor, sign_in: SignIn, contest: Contest, entry: Entry
) -> None:
    page = identity_page(visitor, sign_in, contest.team.innovator, entry.innovation)
    answers: list[int] = []
    typed_over: list[str] = []

    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    page.on(
        "request",
        lambda asked: asked.method == "PUT" and typed_over.append(asked.headers["if-match"]),
    )
    page.on("response", lambda answer: answers.append(answer.status))
    page.get_by_label("Judul inovasi").fill("Judul lewat jalur lambat")
    with page.expect_request(lambda request: request.method == "PUT"):
        page.get_by_label("Kategori").select_option(label="Pendidikan")
    # One change waits for the running save by its timer, the button waits as well.
    page.get_by_label("Manfaat langsung", exact=True).check()
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Simpan dan keluar").click()
    expect(page.get_by_text("Identitas inovasi disimpan.")).to_be_visible(timeout=60_000)
    assert 409 not in answers
    assert len(typed_over) == len(set(typed_over)), "two requests at once would race each other"
    row = Innovation.objects.get(pk=entry.innovation_id)
    assert (row.title, row.benefit) == ("Judul lewat jalur lambat", "direct")
    assert drafts(page) == []


def test_what_is_typed_before_the_script_arrives_is_saved(
    visitor: Visitor, sign_in: SignIn, contest: Contest, entry: Entry
) -> None:
    page = visitor().new_page()
    sign_in(page, contest.team.innovator)
    held: list[Route] = []
    page.route("**/autosave*.js", lambda route: held.append(route))
    address = reverse("innovations:innovation_edit", args=[entry.innovation_id])
    page.goto(address, wait_until="commit")
    page.get_by_label("Judul inovasi").fill("Judul sebelum skrip")
    page.get_by_label("Kategori").select_option(label="Pendidikan")
    page.get_by_label("Manfaat langsung", exact=True).check()
    assert len(held) == 1
    with page.expect_request(lambda request: request.method == "PUT"):
        held[0].continue_()
    expect(status(page)).to_contain_text("Tersimpan pukul")
    row = Innovation.objects.select_related("category").get(pk=entry.innovation_id)
    assert (row.title, row.benefit) == ("Judul sebelum skrip", "direct")
    assert row.category is not None
    assert row.category.name == "Pendidikan"
    assert drafts(page) == []


def test_page_that_was_only_opened_sends_nothing(
    visitor: Visitor, sign_in: SignIn, contest: Contest, entry: Entry
) -> None:
    page = visitor().new_page()
    sign_in(page, contest.team.innovator)
    sent: list[str] = []
    page.on("request", lambda asked: asked.method == "PUT" and sent.append(asked.url))
    page.goto(reverse("innovations:innovation_edit", args=[entry.innovation_id]))
    page.goto(at("section", entry, "novelty"))
    page.wait_for_timeout(1000)
    assert sent == []
    assert drafts(page) == []
