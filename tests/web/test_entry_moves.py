"""A proposal changes hands: check, send, return, submit, withdraw, receipt."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.announcements import schedule_announcement
from competitions.actions.checks import (
    FailDecision,
    claim_checks,
    confirm_fails,
    pass_checks,
    propose_fails,
)
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.stages import close_stage
from competitions.enums import EntryState, FailReason
from competitions.models import AdministrativeCheck, Entry
from innovations.actions.dossiers import edit_innovation, save_sections
from sinovik.audit import clock
from tests.factories import (
    ADMINISTRATIVE,
    ANNOUNCED,
    FIRST,
    REVIEW,
    Contest,
    enter,
    make_contest,
    make_entry_in,
    make_innovations,
    make_team,
    walk_entry,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
BOTH = {"is_true": "on", "is_new": "on"}


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=1, quota=10)


@pytest.fixture
def entry(contest: Contest) -> Entry:
    return contest.entries[0]


def at(name: str, entry: Entry) -> str:
    return reverse(f"competitions:entry_{name}", args=[entry.pk])


def page(response: HttpResponse) -> str:
    return response.content.decode()


def state(entry: Entry) -> str:
    return Entry.objects.get(pk=entry.pk).state


def empty_section(contest: Contest, entry: Entry) -> None:
    save_sections(
        by=contest.team.innovator,
        innovation=entry.innovation,
        edit_number=1,
        sections={"novelty": "", "background": "kata " * 301},
    )


def test_check_shows_everything_with_ways_back(client: WatchfulClient, entry: Entry) -> None:
    client.force_login(entry.created_by)
    response = page(client.get(at("check", entry)))
    assert "Isi bagian novelty." in response
    assert reverse("competitions:entry_section", args=[entry.pk, "novelty"]) in response
    assert "1 Januari 2015" in response
    assert "dari 300 kata" in response


def test_check_names_what_is_missing_and_offers_no_button(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    empty_section(contest, entry)
    client.force_login(contest.team.innovator)
    response = page(client.get(at("check", entry)))
    assert "2 hal harus dilengkapi" in response
    assert "belum diisi" in response
    assert "Kurangi 1 kata." in response
    assert "is_true" not in response
    assert client.post(at("check", entry), BOTH).status_code == 422


def test_check_needs_both_statements(client: WatchfulClient, entry: Entry) -> None:
    client.force_login(entry.created_by)
    response = client.post(at("check", entry), {"is_true": "on"})
    assert "Nyatakan bahwa inovasi belum pernah meraih penghargaan" in page(response)
    assert "checked" in page(response)
    assert client.post(at("check", entry), BOTH).url == at("send", entry)


def test_send_asks_once_and_then_hands_over(client: WatchfulClient, entry: Entry) -> None:
    client.force_login(entry.created_by)
    assert "tidak bisa diubah kecuali" in page(client.get(at("send", entry)))
    assert state(entry) == EntryState.DRAFT
    assert client.post(at("send", entry)).url == at("tasks", entry)
    assert state(entry) == EntryState.WITH_AGENCY


def test_send_of_an_incomplete_proposal_says_what_is_missing(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    empty_section(contest, entry)
    client.force_login(contest.team.innovator)
    response = client.post(at("send", entry))
    assert response.status_code == 422
    assert "Kesalahan:" in page(response)
    assert "belum diisi" in page(response)
    assert state(entry) == EntryState.DRAFT


def test_send_after_the_close_is_refused_and_keeps_the_draft(
    client: WatchfulClient, entry: Entry
) -> None:
    client.force_login(entry.created_by)
    with clock.at(clock.now() + timedelta(days=30)):
        response = client.get(at("check", entry))
        assert "tidak dapat dikirim lagi" in page(response)
    assert state(entry) == EntryState.DRAFT


def test_admin_reads_then_submits_and_gets_a_receipt(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    walk_entry(contest, entry, EntryState.WITH_AGENCY)
    client.force_login(contest.team.admin)
    assert "Proposal ini menunggu keputusan Anda" in page(client.get(at("tasks", entry)))
    assert client.post(at("check", entry), BOTH).url == at("submit", entry)
    assert "usulan ke-1 dari 10" in page(client.get(at("submit", entry)))
    assert client.post(at("submit", entry)).url == at("receipt", entry)
    receipt = page(client.get(at("receipt", entry)))
    submitted = Entry.objects.select_related("edition", "version").get(pk=entry.pk)
    assert submitted.number in receipt
    assert submitted.version is not None
    assert submitted.version.content_hash in receipt
    for zone in ("WIB", "WITA", "WIT"):
        assert zone in receipt


def test_submit_sent_twice_gives_the_same_receipt(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    walk_entry(contest, entry, EntryState.WITH_AGENCY)
    client.force_login(contest.team.admin)
    asked = client.get(at("submit", entry)).context["request_key"]
    for _ in range(2):
        response = client.post(at("submit", entry), {"request_key": str(asked)})
        assert response.url == at("receipt", entry)
    receipt = entry.receipts.get()
    assert receipt.request_key == asked
    assert receipt.code_text in page(client.get(at("receipt", entry)))


def test_submit_of_a_draft_tells_that_it_is_not_its_turn(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    client.force_login(contest.team.admin)
    assert "Keadaannya sudah berubah" in page(client.post(at("submit", entry)))


def test_submit_over_quota_is_refused_with_the_number(client: WatchfulClient) -> None:
    contest = make_contest(entries=2, quota=1)
    walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
    second = walk_entry(contest, contest.entries[1], EntryState.WITH_AGENCY)
    client.force_login(contest.team.admin)
    assert "sudah terpakai" in page(client.get(at("submit", second)))
    assert "sudah terpakai" in page(client.post(at("submit", second)))
    assert state(second) == EntryState.WITH_AGENCY


def test_moves_of_the_agency_are_forbidden_to_the_unit(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    walk_entry(contest, entry, EntryState.WITH_AGENCY)
    client.force_login(contest.team.innovator)
    for name in ("submit", "return"):
        assert client.get(at(name, entry)).status_code == 403
        assert client.post(at(name, entry), {"whole": "Tidak"}).status_code == 403
    assert state(entry) == EntryState.WITH_AGENCY


def test_moves_are_not_found_for_another_agency(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    client.force_login(make_team().admin)
    for name in ("check", "send", "return", "submit", "withdraw", "receipt"):
        assert client.get(at(name, entry)).status_code == 404


def test_moves_are_forbidden_to_the_secretariat(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    client.force_login(contest.head)
    for name in ("send", "return", "submit", "withdraw"):
        assert client.post(at(name, entry)).status_code == 403
    assert state(entry) == EntryState.DRAFT


def test_return_leaves_each_remark_where_it_belongs(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    walk_entry(contest, entry, EntryState.WITH_AGENCY)
    client.force_login(contest.team.admin)
    response = client.post(
        at("return", entry),
        {"whole": "Umumnya baik.", "section-novelty": "Bandingkan.", "section-identity": "Unit?"},
    )
    assert response.url == reverse("competitions:work_home")
    assert state(entry) == EntryState.RETURNED
    client.force_login(contest.team.innovator)
    there = page(client.get(reverse("competitions:entry_section", args=[entry.pk, "novelty"])))
    assert "Bandingkan." in there
    assert "Unit?" not in there
    everything = page(client.get(at("tasks", entry)))
    for words in ("Umumnya baik.", "Bandingkan.", "Unit?", "3 catatan perbaikan"):
        assert words in everything


def test_return_without_a_remark_is_refused(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    walk_entry(contest, entry, EntryState.WITH_AGENCY)
    client.force_login(contest.team.admin)
    response = page(client.post(at("return", entry), {"whole": "  "}))
    assert "Tuliskan paling sedikit satu catatan perbaikan" in response
    assert state(entry) == EntryState.WITH_AGENCY


def test_return_of_a_draft_keeps_the_typed_remark(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    client.force_login(contest.team.admin)
    response = page(client.post(at("return", entry), {"whole": "Belum waktunya"}))
    assert "Keadaannya sudah berubah" in response
    assert "Belum waktunya" in response


def test_tasks_tell_which_remarks_were_worked_on(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    returned = make_entry_in(EntryState.RETURNED, contest)
    client.force_login(contest.team.admin)
    other = walk_entry(contest, entry, EntryState.WITH_AGENCY)
    client.post(at("return", other), {"section-novelty": "Lagi.", "section-identity": "Judul."})
    edit_innovation(
        by=contest.team.innovator,
        innovation=other.innovation,
        edit_number=1,
        changes={"title": "Judul lain"},
    )
    client.force_login(contest.team.innovator)
    changed = page(client.get(at("tasks", other)))
    assert changed.count("Sudah diubah sejak catatan ditulis") == 1
    assert "Sudah diubah" not in page(client.get(at("tasks", returned)))


def test_withdraw_asks_once_and_leaves_the_dossier(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    client.force_login(contest.team.innovator)
    assert "masih bisa diikutkan kembali" in page(client.get(at("withdraw", entry)))
    client.post(at("withdraw", entry))
    assert state(entry) == EntryState.WITHDRAWN
    assert "Proposal ditarik" in page(client.get(at("tasks", entry)))
    assert "Keadaannya sudah berubah" in page(client.post(at("withdraw", entry)))


def test_receipt_of_a_draft_leads_to_its_tasks(client: WatchfulClient, entry: Entry) -> None:
    client.force_login(entry.created_by)
    assert client.get(at("receipt", entry)).url == at("tasks", entry)


def test_receipt_of_a_withdrawn_proposal_stops_there(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    submitted = walk_entry(contest, entry, EntryState.SUBMITTED)
    client.force_login(contest.team.admin)
    client.post(at("withdraw", submitted))
    response = page(client.get(at("receipt", submitted)))
    assert "Ditarik oleh instansi" in response
    assert "Penilaian proposal" not in response


def test_receipt_hides_a_pass_until_the_stage_is_closed(client: WatchfulClient) -> None:
    contest = make_contest(ADMINISTRATIVE, entries=1)
    (entry,) = contest.entries
    client.force_login(contest.team.innovator)
    (check,) = AdministrativeCheck.objects.all()
    claim_checks(by=contest.officer, checks=[check])
    before = page(client.get(at("receipt", entry)))
    pass_checks(by=contest.officer, checks=[check])
    assert page(client.get(at("receipt", entry))).count("Lolos") == before.count("Lolos") == 0
    with clock.at(contest.stage(ADMINISTRATIVE).closes_at):
        close_stage(by=contest.head, stage=contest.stage(ADMINISTRATIVE))
    assert "Lolos." in page(client.get(at("receipt", entry)))


def test_receipt_shows_a_fail_once_a_second_person_confirmed(client: WatchfulClient) -> None:
    contest = make_contest(ADMINISTRATIVE, entries=1)
    (entry,) = contest.entries
    client.force_login(contest.team.innovator)
    (check,) = AdministrativeCheck.objects.all()
    claim_checks(by=contest.officer, checks=[check])
    propose_fails(
        by=contest.officer,
        decisions=[FailDecision(check=check, reasons=[FailReason.JUNK], note="Salinan.")],
    )
    assert "Tidak lolos" not in page(client.get(at("receipt", entry)))
    confirm_fails(by=contest.second, checks=[AdministrativeCheck.objects.get()])
    shown = page(client.get(at("receipt", entry)))
    assert "Tidak lolos." in shown
    assert str(FailReason.JUNK.label) in shown
    assert "Penilaian proposal" not in shown


def test_receipt_says_nothing_of_a_list_before_its_instant(client: WatchfulClient) -> None:
    contest = make_contest(FIRST, entries=3, seats=(2, 1))
    cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    propose_lock(by=contest.head, cut_off=cut_off, reason="Sesuai pleno.")
    confirm_lock(by=contest.second, cut_off=contest.cut_off(FIRST))
    client.force_login(contest.team.innovator)
    pages = {page(client.get(at("receipt", entry))).count("pilih") for entry in contest.entries}
    assert pages == {0}
    instant = clock.now() + timedelta(days=2)
    schedule_announcement(
        by=contest.head,
        cut_off=contest.cut_off(FIRST),
        decree_number="1/2027",
        decree_dated_on=clock.today(),
        announce_at=instant,
    )
    texts = [page(client.get(at("receipt", entry))) for entry in contest.entries]
    assert all("Pengumuman sudah dijadwalkan" in text for text in texts)
    assert not any("pilih" in text for text in texts)
    with clock.at(instant):
        texts = [page(client.get(at("receipt", entry))) for entry in contest.entries]
    assert sum("Terpilih." in text for text in texts) == 2
    assert sum("Belum terpilih pada edisi ini." in text for text in texts) == 1


def test_receipt_of_a_finished_edition_tells_the_whole_way(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED, entries=3, seats=(2, 1))
    client.force_login(contest.team.innovator)
    texts = [page(client.get(at("receipt", entry))) for entry in contest.entries]
    assert sorted(text.count("Terpilih.") for text in texts) == [0, 1, 2]


def test_check_of_a_submitted_proposal_reads_the_frozen_version(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW, entries=1)
    (entry,) = contest.entries
    edit_innovation(
        by=contest.team.innovator,
        innovation=entry.innovation,
        edit_number=1,
        changes={"title": "Judul yang baru"},
    )
    client.force_login(contest.team.innovator)
    response = page(client.get(at("check", entry)))
    assert entry.innovation.title in response
    assert '<dd class="govuk-summary-list__value">Judul yang baru' not in response


@pytest.mark.parametrize("name", ["check", "send", "withdraw", "submit", "return", "receipt"])
def test_pages_of_a_move_stay_cheap(client: WatchfulClient, contest: Contest, name: str) -> None:
    state = EntryState.SUBMITTED if name == "receipt" else EntryState.WITH_AGENCY
    entry = walk_entry(contest, contest.entries[0], state)
    enter(contest, make_innovations(contest.team, 3))
    client.force_login(contest.team.admin)
    client.get(at(name, entry))
    with CaptureQueriesContext(connection) as context:
        assert client.get(at(name, entry)).status_code == 200
    assert len(context) <= 15
