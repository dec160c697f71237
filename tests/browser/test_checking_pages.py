"""The administrative selection with the keyboard alone, by an officer and a second person."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from competitions.enums import CheckState
from competitions.models import AdministrativeCheck, CheckItem
from tests.browser.conftest import OpenPage, SignIn
from tests.factories import ADMINISTRATIVE, make_contest

pytestmark = pytest.mark.django_db(transaction=True)

REMARK = "Bandingkan dengan cara lama."


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focused element matches `wanted`; what has the focus is in sight."""
    for _step in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            expect(page.locator(":focus")).to_be_in_viewport()
            return
    raise AssertionError(f"{wanted} is not reached by keyboard")


def enter(page: Page, wanted: str) -> None:
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def claim_next(page: Page, year: int) -> None:
    page.goto(reverse("competitions:check_queue", args=[year]))
    enter(page, f"form[action='{reverse('competitions:check_claim_next', args=[year])}'] button")
    expect(page.locator("form[data-scoresheet]")).to_be_visible()


def open_check(page: Page, state: str = CheckState.CLAIMED) -> AdministrativeCheck:
    """The check that the address of the page names."""
    pk = int(page.url.rstrip("/").rsplit("/", 1)[-1])
    return AdministrativeCheck.objects.get(pk=pk, state=state)


def find_unmet(page: Page, key: str) -> None:
    """Mark one item "tidak sesuai" with a standard remark and words of one's own."""
    # A group of radios is one stop: on what is chosen, else on the first; "2" is the second.
    tab_to(page, f"input[name=verdict_{key}]")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"input[name=verdict_{key}][value=unmet]")).to_be_checked()
    tab_to(page, "summary")
    if not page.locator(f"#id_note_{key}").is_visible():
        page.keyboard.press("Enter")
    tab_to(page, f"#id_remark_{key}")
    page.keyboard.press("ArrowDown")
    tab_to(page, f"#id_note_{key}")
    page.keyboard.type(REMARK)


def test_checks_are_decided_with_the_keyboard_alone(open_page: OpenPage, sign_in: SignIn) -> None:
    contest = make_contest(ADMINISTRATIVE, entries=3)
    year = contest.edition.year
    page = open_page()
    sign_in(page, contest.officer)

    claim_next(page, year)
    passed = open_check(page)
    for name in page.evaluate(
        """() => [...new Set([...document.querySelectorAll('.criterion input[type=radio]')]
            .map(one => one.name))]"""
    ):
        tab_to(page, f"input[name={name}]")
        if not page.locator(f"input[name={name}]:checked").count():
            page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    # "Ambil proposal berikutnya" is on: the next one opens by itself.
    expect(page.get_by_text("lolos seleksi administrasi").first).to_be_visible()

    corrected = open_check(page)
    find_unmet(page, "completeness")
    enter(page, "button[value=correction]")
    expect(page.get_by_role("heading", name="Minta perbaikan kepada instansi")).to_be_visible()
    expect(page.get_by_text(REMARK).last).to_be_visible()
    enter(page, "button[value=send]")
    expect(page.get_by_text("Permintaan perbaikan dikirim ke instansi.")).to_be_visible()

    claim_next(page, year)
    failed = open_check(page)
    find_unmet(page, "earnest")
    enter(page, "button[value=failed]")
    expect(page.get_by_text("menunggu orang kedua").first).to_be_visible()

    for check, state in (
        (passed, CheckState.PASSED),
        (corrected, CheckState.CORRECTION),
        (failed, CheckState.FAIL_PROPOSED),
    ):
        check.refresh_from_db()
        assert check.state == state
    note = CheckItem.objects.get(check_of=failed, key="earnest").note
    assert REMARK in note
    assert note != REMARK

    second = open_page()
    sign_in(second, contest.second)
    second.goto(reverse("competitions:check_queue", args=[year]))
    enter(second, "a[href$='?keadaan=kedua']")
    expect(second.locator("a[aria-current][href$='?keadaan=kedua']")).to_be_visible()
    enter(second, f"a[href='{reverse('competitions:check_confirm', args=[failed.pk])}']")
    expect(second.get_by_role("heading", name="Surat yang akan dikirim")).to_be_visible()
    enter(second, "button[value=confirm]")
    expect(second.get_by_text("dikonfirmasi tidak lolos")).to_be_visible()
    failed.refresh_from_db()
    assert (failed.state, failed.confirmed_by) == (CheckState.FAILED, contest.second)


def test_several_are_taken_from_the_queue_with_the_keyboard_on_a_phone_screen(
    open_page: OpenPage, sign_in: SignIn
) -> None:
    contest = make_contest(ADMINISTRATIVE, entries=3)
    page = open_page(width=360, height=740)
    sign_in(page, contest.officer)
    page.goto(reverse("competitions:check_queue", args=[contest.edition.year]))
    boxes = AdministrativeCheck.objects.order_by("pk").values_list("pk", flat=True)[:2]
    for pk in boxes:
        tab_to(page, f"#pilih-{pk}")
        page.keyboard.press("Space")
    enter(page, "#ambil-dipilih button")
    expect(page.get_by_text("2 proposal Anda ambil.")).to_be_visible()
    assert AdministrativeCheck.objects.filter(claimed_by=contest.officer).count() == 2
