"""The last second before the close and the first after it, in the three zones of the country."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from agencies.enums import AgencyType
from competitions.enums import EntryState
from competitions.models import Entry, LateSubmission, Receipt
from sinovik.audit import clock
from sinovik.web.zones import ZONES
from tests import factories
from tests.browser.conftest import OpenPage, SignIn
from tests.browser.visits import at
from tests.editions import STAGE_DAYS
from tests.factories import REGISTRATION, Contest, make_contest, walk_entry

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = timedelta(seconds=1)
LEFT = timedelta(hours=5, seconds=50)


class Place(NamedTuple):
    """Where somebody sits, with a device whose clock is wrong by days."""

    timezone: str
    code: str
    zone: str
    days_wrong: int


PLACES = [
    Place("Asia/Jakarta", "61.01", "WIB", -1),
    Place("Asia/Makassar", "51.01", "WITA", 1),
    Place("Asia/Jayapura", "91.01", "WIT", 1),
]
TYPED = "Isi bagian novelty."
WRONG_CLOCK = """(() => {
  const Real = Date;
  const shift = %d * 86400000;
  window.Date = class extends Real {
    constructor(...parts) { parts.length ? super(...parts) : super(Real.now() + shift); }
    static now() { return Real.now() + shift; }
  };
})()"""


def closing_soon(code: str) -> tuple[Contest, Entry, datetime]:
    """A contest of an agency in a regency that closes in five hours, one proposal waiting."""
    with clock.at(clock.now() - timedelta(days=STAGE_DAYS / 2) + LEFT):
        contest = make_contest(entries=0)
    region = factories.make_regency(code)
    agency = factories.make_agency(agency_type=AgencyType.REGENCY, region=region)
    contest.team = factories.make_team(agency)
    (entry,) = factories.enter(contest, factories.make_innovations(contest.team))
    walk_entry(contest, entry, EntryState.WITH_AGENCY)
    return contest, entry, contest.stage(REGISTRATION).closes_at


def opened(page: Page, sign_in: SignIn, contest: Contest, entry: Entry, days_wrong: int) -> None:
    """The page on which the admin submits, on a device whose clock is wrong by days."""
    page.add_init_script(WRONG_CLOCK % days_wrong)
    sign_in(page, contest.team.admin)
    page.goto(at("submit", entry))
    wrong = page.evaluate("Date.now() / 1000") - clock.now().timestamp()
    assert round(wrong / 86400) == days_wrong


def said_on(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZONES[zone]):%H.%M} {zone}"


@pytest.mark.parametrize("place", PLACES)
def test_last_second_before_the_close_gives_a_receipt(
    open_page: OpenPage, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, place: Place
) -> None:
    contest, entry, closes_at = closing_soon(place.code)
    page = open_page(timezone=place.timezone)
    opened(page, sign_in, contest, entry, place.days_wrong)
    deadline = page.locator(".deadline")
    for name in ZONES:
        expect(deadline).to_contain_text(said_on(closes_at, name))
    expect(deadline).to_contain_text(re.compile(rf"^\s*Pendaftaran ditutup [^(]* {place.zone} \("))
    page.wait_for_timeout(1200)
    expect(page.locator("[data-deadline]")).to_have_text(re.compile(r"(5 jam 0 menit|4 jam 59 m)"))
    monkeypatch.setattr(clock, "database_now", lambda: closes_at - SECOND)
    page.get_by_role("button", name="Ajukan ke kementerian").click()
    page.wait_for_url("**/tanda-terima/")
    assert Receipt.objects.get(entry=entry).issued_at == closes_at - SECOND


@pytest.mark.parametrize("place", PLACES)
def test_first_second_after_the_close_is_refused_and_kept(
    open_page: OpenPage, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, place: Place
) -> None:
    contest, entry, closes_at = closing_soon(place.code)
    page = open_page(timezone=place.timezone)
    opened(page, sign_in, contest, entry, place.days_wrong)
    arrived = closes_at + SECOND
    monkeypatch.setattr(clock, "database_now", lambda: arrived)
    page.get_by_role("button", name="Ajukan ke kementerian").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("terlambat 1,0 detik")
    local = arrived.astimezone(ZONES[place.zone])
    expect(alert).to_contain_text(
        f"{local:%H.%M.%S},{arrived.microsecond // 1000:03d} {place.zone}"
    )
    expect(alert).to_contain_text("Isinya sudah disimpan seperti adanya")
    kept = LateSubmission.objects.get(entry=entry)
    assert (kept.attempted_at, kept.closes_at) == (arrived, closes_at)
    assert kept.version.content["sections"]["novelty"] == TYPED
    entry.refresh_from_db()
    assert entry.state == EntryState.WITH_AGENCY
    assert entry.innovation.sections["novelty"] == TYPED
    assert not Receipt.objects.exists()
    monkeypatch.setattr(clock, "now", lambda: arrived)
    page.goto(at("tasks", entry))
    expect(page.get_by_text("Diterima terlambat, disimpan")).to_be_visible()
