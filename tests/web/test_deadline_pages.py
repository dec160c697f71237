"""Pages about deadlines: extensions, what goes by itself, what came late, three zones."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.enums import AgencyType
from competitions.actions.extensions import confirm_extension, propose_extension
from competitions.actions.late import hand_in_entry, propose_admission
from competitions.enums import AutomaticState, EntryState, ExtensionState, LateState
from competitions.exceptions import TooLate
from competitions.models import AutomaticSubmission, DeadlineExtension, Entry, LateSubmission
from sinovik.audit import clock
from sinovik.web.templatetags.web import zones
from tests import factories
from tests.factories import REGISTRATION, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PAGES_OF_CLOSING = ("stage_detail", "stage_close")


def board(contest: Contest) -> str:
    return reverse("competitions:deadline_board", args=[contest.edition.year])


def typed(closes_at: datetime, **changes: Any) -> dict[str, Any]:
    local = timezone.localtime(closes_at, timezone.get_default_timezone())
    fields = {
        "agency": "",
        "closes_on": f"{local:%Y-%m-%d}",
        "closes_time": f"{local:%H:%M:%S}",
        "letter_number": "B/412/2027",
        "reason": "Gangguan pusat data.",
    }
    return fields | changes


def proposal(contest: Contest, **changes: Any) -> DeadlineExtension:
    stage = contest.stage(REGISTRATION)
    return propose_extension(
        by=contest.officer,
        stage=stage,
        new_closes_at=stage.closes_at + DAY,
        letter_number="B/9",
        reason="Gangguan pusat data.",
        **changes,
    )


def late_row(contest: Contest) -> LateSubmission:
    entry = factories.walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    closes_at = contest.stage(REGISTRATION).closes_at
    with clock.at(closes_at + timedelta(seconds=3)), pytest.raises(TooLate):
        hand_in_entry(by=contest.team.admin, entry=entry)
    return LateSubmission.objects.get()


def test_registration_says_when_it_can_be_closed_before_anybody_tries(
    client: WatchfulClient,
) -> None:
    contest = factories.make_contest(entries=1)
    extension = proposal(contest, agency=contest.team.agency)
    confirm_extension(by=contest.head, extension=extension)
    client.force_login(contest.head)
    stage = contest.stage(REGISTRATION)
    waits = f"Tutup setelah {zones(extension.new_closes_at)}"
    pages = [reverse(f"competitions:{name}", args=[stage.pk]) for name in PAGES_OF_CLOSING]
    # The other agencies' deadline is over, one agency's is not.
    for now, is_over in ((stage.closes_at, False), (extension.new_closes_at, True)):
        with clock.at(now):
            shown = [client.get(page).content.decode() for page in pages]
        assert [waits in page for page in shown] == [not is_over] * 2
        assert ('type="submit" data-prevent-double-click="true" disabled' in shown[1]) != is_over


def test_officer_proposes_and_the_head_confirms_through_the_pages(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=1)
    address = reverse("competitions:extension_propose", args=[contest.edition.year])
    client.force_login(contest.officer)
    assert address in client.get(board(contest)).content.decode()
    assert client.get(address).status_code == 200
    later = (contest.stage(REGISTRATION).closes_at + DAY).replace(microsecond=0)
    assert client.post(address, typed(later)).status_code == 302
    extension = DeadlineExtension.objects.get()
    assert extension.new_closes_at == later
    decide = reverse("competitions:extension_decide", args=[extension.pk])
    own = client.get(decide).content.decode()
    assert "disabled" in own
    assert "orang kedua" in own
    assert "Tarik usulan" in own
    assert zones(later) in client.get(board(contest)).content.decode()
    assert client.post(decide, {"action": "confirm"}).status_code == 403
    client.force_login(contest.head)
    assert "Tolak usulan" in client.get(decide).content.decode()
    assert decide in client.get(reverse("competitions:work_home")).content.decode()
    assert client.post(decide, {"action": "confirm"}).status_code == 302
    assert DeadlineExtension.objects.get().state == ExtensionState.CONFIRMED
    assert zones(later) in client.get(board(contest)).content.decode()


def test_proposal_form_keeps_what_was_typed_when_refused(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=0)
    address = reverse("competitions:extension_propose", args=[contest.edition.year])
    client.force_login(contest.officer)
    page = client.post(address, typed(contest.stage(REGISTRATION).closes_at - DAY))
    assert "sesudah tenggat yang berlaku" in page.content.decode()
    assert "B/412/2027" in page.content.decode()
    page = client.post(address, {})
    for sentence in ("Isi tanggal", "Isi jam", "Isi nomor surat", "Isi alasan"):
        assert sentence in page.content.decode()
    page = client.post(address, typed(clock.now() + 20 * DAY, letter_number="B\x00"))
    assert page.status_code == 422
    assert not DeadlineExtension.objects.exists()


def test_second_person_declines_with_a_reason(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=0)
    extension = proposal(contest)
    decide = reverse("competitions:extension_decide", args=[extension.pk])
    client.force_login(contest.head)
    page = client.post(decide, {"action": "reject", "reason": ""})
    assert "Isi alasan menolak." in page.content.decode()
    assert client.post(decide, {"action": "dance"}).status_code == 422
    assert client.post(decide, {"action": "reject", "reason": "Keliru."}).status_code == 302
    assert DeadlineExtension.objects.get().state == ExtensionState.REJECTED
    assert client.post(decide, {"action": "confirm"}).status_code == 409


def test_pages_of_the_secretariat_refuse_others(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=1)
    row = late_row(contest)
    extension = proposal(contest)
    propose = reverse("competitions:extension_propose", args=[contest.edition.year])
    decide = reverse("competitions:extension_decide", args=[extension.pk])
    detail = reverse("competitions:late_detail", args=[row.pk])
    for person in (contest.team.admin, contest.evaluators[0]):
        client.force_login(person)
        for address in (board(contest), propose, decide, detail):
            assert client.get(address).status_code == 403
    client.force_login(contest.observer)
    assert client.get(board(contest)).status_code == 200
    assert client.get(detail).status_code == 200
    assert client.get(propose).status_code == 403
    assert client.post(detail, {"action": "decline", "decline_reason": "x"}).status_code == 403
    assert LateSubmission.objects.get().state == LateState.KEPT


def test_late_is_proposed_and_admitted_by_two_through_the_page(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=1)
    row = late_row(contest)
    detail = reverse("competitions:late_detail", args=[row.pk])
    client.force_login(contest.officer)
    assert detail in client.get(reverse("competitions:work_home")).content.decode()
    page = client.post(detail, {"action": "propose", "letter_number": "B/5", "reason": ""})
    assert "Isi alasan menerima." in page.content.decode()
    assert "3,0 detik" in page.content.decode()
    wanted = {"action": "propose", "letter_number": "B/5", "reason": "Listrik padam."}
    assert client.post(detail, wanted).status_code == 302
    assert "orang kedua" in client.get(detail).content.decode()
    assert client.post(detail, {"action": "admit"}).status_code == 403
    client.force_login(contest.second)
    assert client.post(detail, {"action": "admit"}).status_code == 302
    assert LateSubmission.objects.get().state == LateState.ADMITTED
    client.force_login(contest.team.admin)
    receipt = client.get(reverse("competitions:entry_receipt", args=[row.entry_id]))
    text = receipt.content.decode()
    assert "Terlambat, diterima" in text
    assert "B/5" in text


def test_late_is_declined_with_a_reason_that_the_agency_reads(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=1)
    row = late_row(contest)
    client.force_login(contest.officer)
    detail = reverse("competitions:late_detail", args=[row.pk])
    client.post(detail, {"action": "decline", "decline_reason": "Tanpa surat."})
    client.force_login(contest.team.admin)
    tasks = client.get(reverse("competitions:entry_tasks", args=[row.entry_id]))
    assert "Tanpa surat." in tasks.content.decode()
    assert "Tidak diterima" in tasks.content.decode()


def test_admin_submits_late_and_reads_the_exact_time(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=1)
    entry = factories.walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    client.force_login(contest.team.admin)
    submit = reverse("competitions:entry_submit", args=[entry.pk])
    with clock.at(contest.stage(REGISTRATION).closes_at + timedelta(seconds=3.2)):
        assert "Tenggat sudah lewat" in client.get(submit).content.decode()
        page = client.post(submit).content.decode()
        assert "terlambat 3,2 detik" in page
        assert "sudah disimpan" in page
        tasks = client.get(reverse("competitions:entry_tasks", args=[entry.pk]))
        assert "Diterima terlambat, disimpan" in tasks.content.decode()
    assert Entry.objects.get().state == EntryState.WITH_AGENCY


def test_admin_orders_the_sending_and_takes_it_back(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=1)
    entry = factories.walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    tasks = reverse("competitions:entry_tasks", args=[entry.pk])
    address = reverse("competitions:entry_automatic", args=[entry.pk])
    client.force_login(contest.team.innovator)
    assert address not in client.get(tasks).content.decode()
    page = client.post(address, {"action": "order"}, follow=True)
    assert "Hanya admin instansi" in page.content.decode()
    client.force_login(contest.team.admin)
    assert address in client.get(tasks).content.decode()
    client.post(address, {"action": "order"})
    assert "Batalkan pengiriman otomatis" in client.get(tasks).content.decode()
    client.post(address, {"action": "cancel"})
    assert AutomaticSubmission.objects.get().state == AutomaticState.CANCELLED
    client.force_login(factories.make_team().admin)
    assert client.post(address, {"action": "order"}).status_code == 404


def test_public_page_strikes_out_the_old_date_and_names_no_single_agency(
    client: WatchfulClient,
) -> None:
    contest = factories.make_contest(entries=1, grace=10)
    before = contest.stage(REGISTRATION).closes_at
    confirm_extension(by=contest.head, extension=proposal(contest, agency=contest.team.agency))
    confirm_extension(by=contest.head, extension=proposal(contest))
    page = client.get(reverse("competitions:edition_detail", args=[contest.edition.year]))
    text = page.content.decode()
    assert f'<s class="muted">{zones(before)}</s>' in text
    assert zones(before + DAY) in text
    assert "1 perpanjangan diberikan" in text
    assert "Kelonggaran 10 menit" in text
    assert contest.team.agency.name not in text


def test_own_extension_is_seen_by_that_agency_alone(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=1)
    other = factories.make_team()
    confirm_extension(by=contest.head, extension=proposal(contest, agency=contest.team.agency))
    later = zones(contest.stage(REGISTRATION).closes_at + DAY)
    tasks = reverse("competitions:entry_tasks", args=[contest.entries[0].pk])
    client.force_login(contest.team.innovator)
    assert later in client.get(tasks).content.decode()
    assert later in client.get(reverse("competitions:work_home")).content.decode()
    client.force_login(other.admin)
    home = client.get(reverse("competitions:work_home")).content.decode()
    assert later not in home
    assert zones(contest.stage(REGISTRATION).closes_at) in home


@pytest.mark.parametrize(
    ("code", "zone"), [("51.01", "WITA"), ("91.01", "WIT"), ("61.01", "WIB"), ("63.01", "WITA")]
)
def test_person_reads_the_own_zone_first(client: WatchfulClient, code: str, zone: str) -> None:
    region = factories.make_regency(code)
    team = factories.make_team(factories.make_agency(agency_type=AgencyType.REGENCY, region=region))
    contest = factories.make_contest(entries=0)
    client.force_login(team.admin)
    text = client.get(reverse("competitions:work_home")).content.decode()
    start = text.index("Pendaftaran ditutup")
    assert team.admin.zone == zone
    assert text[start:].split(" (")[0].endswith(zone)
    client.logout()
    public = client.get(contest.edition.get_absolute_url()).content.decode()
    assert public[public.index("Pendaftaran ditutup") :].split(" (")[0].endswith("WIB")


def rows(contest: Contest, number: int) -> None:
    for _ in range(number):
        team = factories.make_team()
        proposal(contest, agency=team.agency)


@pytest.mark.parametrize("page", ["board", "propose", "home"])
def test_pages_take_as_many_queries_for_three_rows_as_for_one(
    client: WatchfulClient, page: str
) -> None:
    contest = factories.make_contest(entries=1)
    propose_admission(by=contest.officer, late=late_row(contest), letter_number="1", reason="x")
    year = contest.edition.year
    address = {
        "board": board(contest),
        "propose": reverse("competitions:extension_propose", args=[year]),
        "home": reverse("competitions:work_home"),
    }[page]
    client.force_login(contest.head)
    counts = []
    for number in (1, 2):
        rows(contest, number)
        client.get(address)
        with CaptureQueriesContext(connection) as context:
            client.get(address)
        counts.append(len(context))
    assert counts[0] == counts[1]
    assert counts[0] <= 15


def test_detail_pages_stay_cheap(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=1)
    row = late_row(contest)
    extension = proposal(contest)
    client.force_login(contest.head)
    for name, pk in (("late_detail", row.pk), ("extension_decide", extension.pk)):
        address = reverse(f"competitions:{name}", args=[pk])
        client.get(address)
        with CaptureQueriesContext(connection) as context:
            assert client.get(address).status_code == 200
        assert len(context) <= 15
