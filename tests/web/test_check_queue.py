"""The queue: titles that are alike, and several rows taken at once."""

from collections.abc import Sequence
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from competitions.actions.assignments import declare_conflict
from competitions.actions.checks import claim_checks, pass_checks
from competitions.actions.title_pairs import refresh_title_pairs
from competitions.enums import CheckState
from competitions.models import AdministrativeCheck
from innovations.models import Innovation
from tests import factories
from tests.factories import ADMINISTRATIVE, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

TITLES = ("Antrean Puskesmas", "ANTREAN puskesmas", "Bank Sampah")


def with_titles(titles: Sequence[str] = TITLES) -> Contest:
    contest = factories.make_contest(ADMINISTRATIVE, entries=len(titles))
    for entry, title in zip(contest.entries, titles, strict=True):
        Innovation.objects.filter(pk=entry.innovation_id).update(title=title)
    refresh_title_pairs(by=None, edition=contest.edition)
    return contest


@pytest.fixture
def contest() -> Contest:
    return with_titles()


def checks_of(contest: Contest) -> list[AdministrativeCheck]:
    rows = AdministrativeCheck.objects.filter(stage_entry__entry__in=contest.entries)
    return list(rows.order_by("pk"))


def queue(contest: Contest) -> str:
    return reverse("competitions:check_queue", args=[contest.edition.year])


def several(contest: Contest) -> str:
    return reverse("competitions:check_claim_several", args=[contest.edition.year])


def test_rows_with_titles_alike_lead_to_the_comparison(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.officer)
    page = client.get(queue(contest)).content.decode()
    first, second, third = checks_of(contest)
    assert page.count("Judul sama</span>") == 2
    for check, other in ((first, second), (second, first)):
        address = reverse("competitions:check_compare", args=[check.pk, other.stage_entry.entry_id])
        assert address in page
        assert client.get(address).status_code == 200
    assert f"/kerja/seleksi/{third.pk}/banding" not in page


def test_the_filter_of_duplicates_holds_on_the_screen_and_in_the_file(
    client: WatchfulClient, contest: Contest
) -> None:
    first, second, third = contest.entries
    Innovation.objects.filter(pk=third.innovation_id).update(title="Antrean Puskesmas Kita")
    refresh_title_pairs(by=None, edition=contest.edition)
    client.force_login(contest.officer)
    export = reverse("competitions:check_export", args=[contest.edition.year, "csv"])
    for value, there in (("sama", [first, second]), ("mirip", [first, second])):
        for address in (queue(contest), export):
            page = client.get(address, {"judul": value}).content.decode()
            assert [one for one in contest.entries if one.number in page][:2] == there
    lines = client.get(export, {"judul": "sama"}).content.decode().splitlines()
    assert lines[0].endswith("Judul mirip")
    assert len(lines) == 3
    assert lines[1].endswith(second.number)


def test_an_entry_in_conflict_marks_no_row_and_no_line(
    client: WatchfulClient, contest: Contest
) -> None:
    secret = contest.entries[1]
    declare_conflict(by=contest.officer, entry=secret, reason="Saudara penulis.")
    client.force_login(contest.officer)
    export = reverse("competitions:check_export", args=[contest.edition.year, "csv"])
    for address in (queue(contest), export):
        page = client.get(address).content.decode()
        assert contest.entries[0].number in page
        assert secret.number not in page
    assert (
        "Tidak ada proposal yang cocok"
        in client.get(queue(contest), {"judul": "mirip"}).content.decode()
    )


def test_the_queue_costs_the_same_queries_with_and_without_twins(client: WatchfulClient) -> None:
    counted = []
    for titles in (("Antrean",), ("Antrean", "antrean", "ANTREAN")):
        contest = with_titles(titles)
        client.force_login(contest.officer)
        with CaptureQueriesContext(connection) as queries:
            client.get(queue(contest), {"judul": "" if len(titles) == 1 else "sama"})
        counted.append(len(queries))
    # What a filter leaves is counted by a query of its own.
    assert counted[0] + 1 == counted[1] <= 14


def test_picked_rows_are_taken_and_shown(client: WatchfulClient, contest: Contest) -> None:
    first, second, third = checks_of(contest)
    client.force_login(contest.officer)
    page = client.get(queue(contest)).content.decode()
    assert page.count('name="pilih"') == 3
    answer = client.post(several(contest), {"pilih": [first.pk, third.pk]}, follow=True)
    assert "2 proposal Anda ambil." in answer.content.decode()
    assert answer.redirect_chain == [
        (f"{queue(contest)}?keadaan=diperiksa&pemeriksa={contest.officer.pk}", 302)
    ]
    second.refresh_from_db()
    assert second.state == CheckState.QUEUED
    assert 'name="pilih"' not in answer.content.decode()


def test_rows_that_somebody_else_took_are_told_one_by_one(
    client: WatchfulClient, contest: Contest
) -> None:
    first, second, third = checks_of(contest)
    claim_checks(by=contest.second, checks=[first, second])
    pass_checks(by=contest.second, checks=[second])
    client.force_login(contest.officer)
    posted = {"pilih": [first.pk, second.pk, third.pk]}
    page = client.post(several(contest), posted, follow=True).content.decode()
    assert "1 proposal Anda ambil." in page
    one, other = (f'<span class="nowrap">{entry.number}</span>' for entry in contest.entries[:2])
    assert f"{one} sudah diambil {contest.second.name}." in page
    assert f"{other} tidak lagi menunggu di antrean." in page
    again = client.post(f"{several(contest)}?q=antrean", {"pilih": [first.pk]}, follow=True)
    assert again.redirect_chain[0][0] == f"{queue(contest)}?q=antrean"
    assert "sudah diambil" in again.content.decode()
    assert "Anda ambil" not in again.content.decode()


def test_picking_nothing_real_changes_nothing(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    declare_conflict(by=contest.officer, entry=contest.entries[0], reason="Saudara penulis.")
    for picked in ([], ["x", "²", "9" * 30], [checks_of(contest)[0].pk]):
        page = client.post(several(contest), {"pilih": picked}, follow=True).content.decode()
        assert "Pilih paling sedikit satu proposal" in page
    assert {check.state for check in checks_of(contest)} == {CheckState.QUEUED}


def test_observers_neither_see_nor_use_the_picking(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.observer)
    assert 'name="pilih"' not in client.get(queue(contest)).content.decode()
    picked = {"pilih": [checks_of(contest)[0].pk]}
    assert client.post(several(contest), picked).status_code == 403
    client.force_login(contest.team.admin)
    assert client.post(several(contest), picked).status_code in (403, 404)


def test_the_file_holds_what_was_typed_as_text(client: WatchfulClient, contest: Contest) -> None:
    first = contest.entries[0]
    Innovation.objects.filter(pk=first.innovation_id).update(title='=HYPERLINK("x")')
    client.force_login(contest.officer)
    lines = {}
    for kind in ("csv", "xlsx"):
        address = reverse("competitions:check_export", args=[contest.edition.year, kind])
        lines[kind] = client.get(address, {"q": first.number}).content
    assert "'=HYPERLINK" in lines["csv"].decode()
    assert lines["csv"].decode().count("\n") == 2
    cell = load_workbook(BytesIO(lines["xlsx"])).active["B2"]
    assert (cell.data_type, str(cell.value).lstrip("'")) == ("s", '=HYPERLINK("x")')
