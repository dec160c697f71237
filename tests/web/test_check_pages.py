"""The administrative selection's pages, as officer, second person, observer, stranger."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from agencies.enums import Role
from competitions.actions.assignments import declare_conflict
from competitions.actions.checks import FailDecision, claim_checks, propose_fails
from competitions.actions.corrections import (
    ask_correction,
    end_overdue_corrections,
    resubmit_entry,
)
from competitions.actions.stages import close_stage
from competitions.actions.writing import save_entry_section
from competitions.enums import CheckState, FailReason
from competitions.models import AdministrativeCheck, CheckItem, Correction, Entry, SavedFilter
from competitions.queries.checklist import checklist_items
from innovations.models import Innovation
from sinovik.audit import clock
from tests import factories
from tests.factories import ADMINISTRATIVE, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

PASS = {"decision": "passed"} | {f"verdict_{item.key}": "met" for item in checklist_items()}


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(ADMINISTRATIVE, entries=3)


def checks_of(contest: Contest) -> list[AdministrativeCheck]:
    rows = AdministrativeCheck.objects.filter(stage_entry__entry__in=contest.entries)
    return list(rows.order_by("pk"))


def queue(contest: Contest) -> str:
    return reverse("competitions:check_queue", args=[contest.edition.year])


def claimed(contest: Contest) -> AdministrativeCheck:
    check = checks_of(contest)[0]
    claim_checks(by=contest.officer, checks=[check])
    return check


def proposed(contest: Contest) -> AdministrativeCheck:
    check = claimed(contest)
    decision = FailDecision(check, [FailReason.JUNK], "Isian asal.")
    propose_fails(by=contest.officer, decisions=[decision])
    return check


def test_queue_lists_waiting_entries_with_age_and_completeness(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.officer)
    page = client.get(queue(contest)).content.decode()
    for entry in contest.entries:
        assert entry.innovation.title in page
    assert "4 dari 4" in page
    assert "Ambil berikutnya" in page
    assert "0 dari 3 proposal selesai diperiksa" in page


def test_queue_filtered_by_title_shows_the_match_alone(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.officer)
    wanted, other, _third = contest.entries
    page = client.get(queue(contest), {"q": wanted.innovation.title}).content.decode()
    assert wanted.innovation.title in page
    assert other.innovation.title not in page
    assert (
        "Tidak ada proposal yang cocok"
        in client.get(queue(contest), {"kelengkapan": "kurang"}).content.decode()
    )
    assert (
        "Tidak ada proposal yang cocok"
        in client.get(queue(contest), {"umur": "14"}).content.decode()
    )


def test_queue_is_ordered_by_each_column_both_ways(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.officer)
    numbers = [entry.number for entry in contest.entries]

    def shown(order: str) -> list[str]:
        page = client.get(queue(contest), {"urut": order}).content.decode()
        return sorted(numbers, key=page.index)

    filled = checks_of(contest)
    for check, sections in zip(filled, (2, 4, 3), strict=True):
        AdministrativeCheck.objects.filter(pk=check.pk).update(filled_sections=sections)
    assert shown("kelengkapan") == [numbers[0], numbers[2], numbers[1]]
    assert shown("-kelengkapan") == [numbers[1], numbers[2], numbers[0]]
    for order in ("instansi", "-instansi", "kategori", "pemeriksa", "umur", "-umur", "--", "bobot"):
        assert sorted(shown(order)) == sorted(numbers)
    assert shown("bobot") == shown("-umur") == numbers
    page = client.get(queue(contest), {"urut": "instansi", "q": "Inovasi"}).content.decode()
    assert 'aria-sort="ascending"' in page
    assert "?urut=-instansi&amp;q=Inovasi" in page
    assert '<option value="instansi" selected>' in page
    assert page.count('name="urut"') == 1
    export = reverse("competitions:check_export", args=[contest.edition.year, "csv"])
    text = client.get(export, {"urut": "-kelengkapan"}).content.decode()
    assert text.index(numbers[1]) < text.index(numbers[2]) < text.index(numbers[0])


def test_a_filter_is_kept_used_and_forgotten(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    year = contest.edition.year
    save = reverse("competitions:filter_save", args=[year])
    asked = f"{save}?keadaan=antrean&umur=7&urut=instansi&page=2&asing=1"
    answer = client.post(asked, {"name": "Yang lama"})
    assert answer.url == f"{queue(contest)}?umur=7&keadaan=antrean&urut=instansi"
    assert (
        "?umur=7&amp;keadaan=antrean&amp;urut=instansi"
        in client.get(queue(contest)).content.decode()
    )
    for address, name in ((asked, ""), (save, "Tanpa saringan"), (asked, "a" * 61)):
        answer = client.post(address, {"name": name})
        assert answer.status_code == 422
        assert name in answer.content.decode()
    saved = SavedFilter.objects.get()
    delete = reverse("competitions:filter_delete", args=[year, saved.pk])
    client.force_login(contest.second)
    assert "Yang lama" not in client.get(queue(contest)).content.decode()
    assert client.post(delete).status_code == 404
    client.force_login(contest.observer)
    assert client.post(asked, {"name": "x"}).status_code == 403
    client.force_login(contest.officer)
    assert client.post(delete).status_code == 302
    assert not SavedFilter.objects.exists()


def test_age_is_told_in_days_and_by_tone(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    entered = checks_of(contest)[0].stage_entry.entered_at
    for days, tone in ((3, ""), (7, "yellow"), (14, "red")):
        with clock.at(entered + timedelta(days=days, hours=1)):
            page = client.get(queue(contest)).content.decode()
        assert f"{days} hari" in page
        for one in ("yellow", "red"):
            assert (f'<span class="tag tag-{one}">{days} hari' in page) is (one == tone)


def test_queue_costs_the_same_queries_at_one_and_at_three_rows(client: WatchfulClient) -> None:
    counted = []
    for number in (1, 3):
        contest = factories.make_contest(ADMINISTRATIVE, entries=number)
        client.force_login(contest.officer)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(queue(contest))
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 15


def test_claim_next_takes_the_oldest_and_opens_it(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    address = reverse("competitions:check_claim_next", args=[contest.edition.year])
    answer = client.post(address, follow=True)
    check = AdministrativeCheck.objects.get(state=CheckState.CLAIMED)
    assert check.claimed_by == contest.officer
    assert answer.redirect_chain[-1][0] == reverse("competitions:check_detail", args=[check.pk])
    page = answer.content.decode()
    assert "Usulkan tidak lolos" in page
    assert "Tidak ada temuan" in page


def test_claim_next_on_an_empty_queue_says_so(client: WatchfulClient) -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=0)
    client.force_login(contest.officer)
    address = reverse("competitions:check_claim_next", args=[contest.edition.year])
    assert "Antrean kosong" in client.post(address, follow=True).content.decode()


def test_passing_moves_on_to_the_next_entry(client: WatchfulClient, contest: Contest) -> None:
    check = claimed(contest)
    client.force_login(contest.officer)
    address = reverse("competitions:check_decide", args=[check.pk])
    answer = client.post(address, PASS | {"next": "1"})
    check.refresh_from_db()
    following = AdministrativeCheck.objects.get(state=CheckState.CLAIMED)
    assert check.state == CheckState.PASSED
    assert answer.url == reverse("competitions:check_detail", args=[following.pk])


def test_fail_without_reason_is_refused_and_keeps_the_note(
    client: WatchfulClient, contest: Contest
) -> None:
    check = claimed(contest)
    client.force_login(contest.officer)
    address = reverse("competitions:check_decide", args=[check.pk])
    answer = client.post(address, {"decision": "failed", "note_age": "Terlalu ringkas."})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Tandai paling sedikit satu butir" in page
    assert "Terlalu ringkas." in page
    check.refresh_from_db()
    assert check.state == CheckState.CLAIMED


def test_fail_with_an_empty_note_carries_the_standard_remark(
    client: WatchfulClient, contest: Contest
) -> None:
    check = claimed(contest)
    client.force_login(contest.officer)
    address = reverse("competitions:check_decide", args=[check.pk])
    client.post(address, {"decision": "failed", "verdict_earnest": "unmet"})
    check.refresh_from_db()
    assert check.state == CheckState.FAIL_PROPOSED
    assert "tidak dapat dinilai" in check.note


def test_deciding_what_another_holds_is_refused(client: WatchfulClient, contest: Contest) -> None:
    check = claimed(contest)
    client.force_login(contest.second)
    address = reverse("competitions:check_decide", args=[check.pk])
    answer = client.post(address, PASS)
    assert answer.status_code == 403
    check.refresh_from_db()
    assert check.state == CheckState.CLAIMED


def test_proposer_reads_why_somebody_else_must_confirm(
    client: WatchfulClient, contest: Contest
) -> None:
    check = proposed(contest)
    client.force_login(contest.officer)
    page = client.get(reverse("competitions:check_confirm", args=[check.pk])).content.decode()
    assert "Keputusan ini perlu orang kedua" in page
    assert 'value="confirm"' not in page
    answer = client.post(
        reverse("competitions:check_confirm", args=[check.pk]), {"action": "confirm"}
    )
    assert answer.status_code == 403
    check.refresh_from_db()
    assert check.state == CheckState.FAIL_PROPOSED


def test_second_person_confirms(client: WatchfulClient, contest: Contest) -> None:
    check = proposed(contest)
    client.force_login(contest.second)
    tab = client.get(queue(contest), {"keadaan": "kedua"}).content.decode()
    assert "Isian tidak sungguh-sungguh" in tab
    client.post(reverse("competitions:check_confirm", args=[check.pk]), {"action": "confirm"})
    check.refresh_from_db()
    assert check.state == CheckState.FAILED
    assert check.confirmed_by == contest.second


def test_second_person_returns_it_with_a_note(client: WatchfulClient, contest: Contest) -> None:
    check = proposed(contest)
    client.force_login(contest.second)
    address = reverse("competitions:check_confirm", args=[check.pk])
    assert client.post(address, {"action": "return", "note": ""}).status_code == 422
    client.post(address, {"action": "return", "note": "Isian cukup jelas."})
    check.refresh_from_db()
    assert check.state == CheckState.QUEUED


def test_released_check_waits_again(client: WatchfulClient, contest: Contest) -> None:
    check = claimed(contest)
    client.force_login(contest.officer)
    client.post(reverse("competitions:check_release", args=[check.pk]))
    check.refresh_from_db()
    assert check.state == CheckState.QUEUED


def test_entry_in_conflict_is_missing_for_the_officer(
    client: WatchfulClient, contest: Contest
) -> None:
    check = checks_of(contest)[0]
    entry = check.stage_entry.entry
    declare_conflict(by=contest.officer, entry=entry, reason="Pernah membimbing.")
    client.force_login(contest.officer)
    page = client.get(queue(contest)).content.decode()
    assert entry.innovation.title not in page
    assert entry.number not in page
    assert "0 dari 2 proposal" in page
    assert client.get(reverse("competitions:check_detail", args=[check.pk])).status_code == 404


def test_officer_declares_a_conflict_and_the_entry_is_gone(
    client: WatchfulClient, contest: Contest
) -> None:
    check = checks_of(contest)[0]
    client.force_login(contest.officer)
    page = client.get(reverse("competitions:check_detail", args=[check.pk])).content.decode()
    address = reverse("competitions:check_conflict", args=[check.pk])
    assert address in page
    assert client.post(address, {"reason": "Pernah membimbing."}).status_code == 422
    answer = client.post(address, {"reason": "Pernah membimbing.", "confirm": "on"}, follow=True)
    assert check.stage_entry.entry.number not in answer.content.decode()
    assert client.get(address).status_code == 404


def test_observer_reads_after_the_close_alone(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.observer)
    assert client.get(queue(contest)).status_code == 403
    factories.pass_all(contest)
    with clock.at(contest.stage(ADMINISTRATIVE).closes_at):
        close_stage(by=contest.head, stage=contest.stage(ADMINISTRATIVE))
    page = client.get(queue(contest), {"keadaan": "lolos"}).content.decode()
    assert contest.entries[0].innovation.title in page
    assert "Ambil berikutnya" not in page
    claim = reverse("competitions:check_claim_next", args=[contest.edition.year])
    assert client.post(claim).status_code == 403


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.PANELIST, Role.INNOVATOR, None])
def test_others_are_refused(client: WatchfulClient, contest: Contest, role: str | None) -> None:
    client.force_login(factories.make_person(role))
    answer = client.get(queue(contest))
    assert answer.status_code == 403
    assert contest.entries[0].innovation.title not in answer.content.decode()


def decide(check: AdministrativeCheck) -> str:
    return reverse("competitions:check_decide", args=[check.pk])


def test_item_that_nobody_judged_is_asked_for_before_a_pass(
    client: WatchfulClient, contest: Contest
) -> None:
    check = claimed(contest)
    client.force_login(contest.officer)
    answer = client.post(decide(check), PASS | {"verdict_documents": "unmet"})
    assert answer.status_code == 422
    assert "Tulis mengapa “Dokumen pendukung ada” tetap lolos" in answer.content.decode()
    noted = PASS | {"verdict_documents": "unmet", "note_documents": "Dikirim lewat pos."}
    client.post(decide(check), noted)
    item = CheckItem.objects.get(check_of=check, key="documents")
    assert (item.verdict, item.note) == ("unmet", "Dikirim lewat pos.")
    check.refresh_from_db()
    assert check.state == CheckState.PASSED


def test_chosen_standard_remark_joins_the_note_without_javascript(
    client: WatchfulClient, contest: Contest
) -> None:
    check = claimed(contest)
    client.force_login(contest.officer)
    (documents,) = (item for item in checklist_items() if item.key == "documents")
    typed = {"decision": "save", "verdict_documents": "unmet", "note_documents": "Lihat hal. 2."}
    client.post(decide(check), typed | {"remark_documents": documents.remarks[1]})
    item = CheckItem.objects.get(check_of=check, key="documents")
    assert item.note == f"Lihat hal. 2.\n{documents.remarks[1]}"
    page = client.get(reverse("competitions:check_detail", args=[check.pk])).content.decode()
    assert "Lihat hal. 2." in page


def test_autosave_keeps_verdicts_and_refuses_a_stale_one(
    client: WatchfulClient, contest: Contest
) -> None:
    check = claimed(contest)
    client.force_login(contest.officer)
    address = reverse("competitions:check_save", args=[check.pk])

    def put(version: int, body: str) -> int:
        answer = client.put(
            address,
            body,
            content_type="application/json",
            headers={"If-Match": f'"{version}"'},
        )
        return int(answer.status_code)

    assert put(1, '{"verdict_documents": "met"}') == 204
    assert put(1, '{"verdict_documents": "met"}') == 204, "the same answer is no conflict"
    assert put(1, '{"verdict_documents": "unmet"}') == 409
    assert put(2, '{"note_documents": "Ada."}') == 204
    assert put(3, '{"verdict_documents": "maybe"}') == 400
    assert put(3, '{"state": "passed"}') == 400
    item = CheckItem.objects.get(check_of=check, key="documents")
    assert (item.verdict, item.note) == ("met", "Ada.")
    client.force_login(contest.second)
    assert put(3, '{"verdict_documents": "unmet"}') == 423


def test_correction_is_previewed_and_then_sent(client: WatchfulClient, contest: Contest) -> None:
    check = claimed(contest)
    client.force_login(contest.officer)
    address = reverse("competitions:check_correction", args=[check.pk])
    answer = client.post(
        decide(check),
        {"decision": "correction", "verdict_documents": "unmet", "note_documents": "Kurang SK."},
    )
    assert answer.url == address
    page = client.get(address).content.decode()
    assert page.count("Kurang SK.") == 2
    assert "WITA" in page
    typed = {"section-novelty": "Bandingkan dengan cara lama."}
    page = client.post(address, typed | {"action": "preview"}).content.decode()
    assert "Novelty: Bandingkan dengan cara lama." in page
    assert not Correction.objects.exists()
    assert client.post(address, {"action": "send"}).status_code == 422
    client.post(address, typed | {"action": "send"})
    check.refresh_from_db()
    assert check.state == CheckState.CORRECTION
    tab = client.get(queue(contest), {"keadaan": "perbaikan"}).content.decode()
    assert check.stage_entry.entry.innovation.title in tab
    detail = client.get(reverse("competitions:check_detail", args=[check.pk])).content.decode()
    assert "Instansi dapat memperbaiki sampai" in detail
    assert client.post(address, typed | {"action": "send"}).status_code == 409


def test_returned_correction_shows_what_changed(client: WatchfulClient, contest: Contest) -> None:
    check = claimed(contest)
    ask_correction(by=contest.officer, check=check, remarks=[("novelty", "Bandingkan.")])
    entry = Entry.objects.select_related("innovation").get(pk=check.stage_entry.entry_id)
    save_entry_section(
        by=contest.team.innovator, entry=entry, edit_number=1, key="novelty", text="Kini berbeda."
    )
    resubmit_entry(by=contest.team.admin, entry=entry)
    client.force_login(contest.officer)
    page = client.get(reverse("competitions:check_detail", args=[check.pk])).content.decode()
    assert "1 bagian berubah sejak versi pertama" in page
    assert "Usulkan tidak lolos" in page


def test_unused_window_is_marked_for_the_officer(client: WatchfulClient, contest: Contest) -> None:
    check = claimed(contest)
    correction = ask_correction(by=contest.officer, check=check, remarks=[("", "Lengkapi.")])
    client.force_login(contest.officer)
    with clock.at(correction.due_at):
        end_overdue_corrections()
        page = client.get(reverse("competitions:check_detail", args=[check.pk])).content.decode()
    assert "tanpa pengajuan" in page


def test_second_person_reads_the_letter_before_it_is_sent(
    client: WatchfulClient, contest: Contest
) -> None:
    check = proposed(contest)
    client.force_login(contest.second)
    page = client.get(reverse("competitions:check_confirm", args=[check.pk])).content.decode()
    assert "Surat yang akan dikirim" in page
    assert "Keputusan diambil oleh dua orang" in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_queue_as_a_file_leaves_out_what_the_officer_may_not_see(
    client: WatchfulClient, contest: Contest, kind: str
) -> None:
    hidden = contest.entries[0]
    declare_conflict(by=contest.officer, entry=hidden, reason="Kerabat.")
    client.force_login(contest.officer)
    address = reverse("competitions:check_export", args=[contest.edition.year, kind])
    answer = client.get(address)
    text = answer.content.decode("utf-8-sig") if kind == "csv" else _cells(answer.content)
    assert contest.entries[1].number in text
    assert hidden.number not in text
    assert hidden.innovation.title not in text
    assert client.get(address.replace(kind, "pdf")).status_code == 404
    client.force_login(contest.observer)
    assert client.get(address).status_code == 403


def test_similar_titles_leave_out_entries_in_conflict(
    client: WatchfulClient, contest: Contest
) -> None:
    first, second, _third = contest.entries
    Innovation.objects.filter(pk__in=[first.innovation_id, second.innovation_id]).update(
        title="Layanan keliling desa terpadu"
    )
    check = claimed(contest)
    client.force_login(contest.officer)
    address = reverse("competitions:check_detail", args=[check.pk])
    assert second.number in client.get(address).content.decode()
    declare_conflict(by=contest.officer, entry=second, reason="Kerabat.")
    assert second.number not in client.get(address).content.decode()


def test_alike_proposals_are_compared_field_by_field(
    client: WatchfulClient, contest: Contest
) -> None:
    first, second, _third = contest.entries
    Innovation.objects.filter(pk__in=[first.innovation_id, second.innovation_id]).update(
        title="Layanan keliling desa terpadu"
    )
    check = claimed(contest)
    client.force_login(contest.officer)
    address = reverse("competitions:check_compare", args=[check.pk, second.pk])
    detail = client.get(reverse("competitions:check_detail", args=[check.pk]))
    assert address in detail.content.decode()
    with CaptureQueriesContext(connection) as queries:
        text = client.get(address).content.decode()
    assert len(queries) <= 15
    for entry in (first, second):
        assert entry.number in text
        assert entry.version.content["title"] in text
    assert "<mark>" in text
    assert "<del>" not in text
    assert "isian sama persis" in text
    for person in (contest.team.admin, contest.observer):
        client.force_login(person)
        assert client.get(address).status_code == 403


def test_comparison_shows_no_entry_in_conflict_unsubmitted_or_of_elsewhere(
    client: WatchfulClient, contest: Contest
) -> None:
    _first, second, _third = contest.entries
    check = claimed(contest)
    canary = second.version.content["title"]
    stranger = factories.make_contest(ADMINISTRATIVE, entries=1).entries[0]
    client.force_login(contest.officer)

    def compare(other: int) -> tuple[int, str]:
        answer = client.get(reverse("competitions:check_compare", args=[check.pk, other]))
        return answer.status_code, answer.content.decode()

    assert canary in compare(second.pk)[1]
    assert compare(stranger.pk)[0] == 404
    assert compare(check.stage_entry.entry_id)[0] == 404
    declare_conflict(by=contest.officer, entry=second, reason="Kerabat.")
    status, text = compare(second.pk)
    assert status == 404
    assert canary not in text
    own = AdministrativeCheck.objects.get(stage_entry__entry=second)
    address = reverse("competitions:check_compare", args=[own.pk, check.stage_entry.entry_id])
    answer = client.get(address)
    assert answer.status_code == 404
    assert canary not in answer.content.decode()


def _cells(octets: bytes) -> str:
    sheet = load_workbook(BytesIO(octets)).active
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
