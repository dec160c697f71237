"""How an edition was judged, for everybody: nothing before the announcement, no person after."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from competitions.actions.announcements import schedule_announcement
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.calibration import Outlook
from competitions.enums import MoveReason
from competitions.models import Result
from competitions.queries.transparency import Bin, Move, bins_of, open_places, rates
from competitions.ranking import Tally
from competitions.views.transparency import move_text
from innovations.models import Innovation
from sinovik.audit import clock
from tests.factories import ANNOUNCED, FIRST, REVIEW, Contest, make_contest, move
from tests.pages import WatchfulClient

CANARY = "Sebaran wilayah. Disetujui: 3 setuju, 0 tidak setuju"
"""What is told of a move: its code and the votes."""
NAMING = "Instansi Anu sudah dua kali menang"
"""What the mover wrote: never told, since it may name who lost."""


def address(contest: Contest, rest: str = "") -> str:
    return f"/kompetisi/{contest.edition.year}/transparansi/{rest}"


def scheduled_with_a_move(hours: int) -> Contest:
    """A locked list whose first was moved out, to be announced in some hours."""
    contest = make_contest(FIRST, entries=4)
    cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    first, _second, third, _fourth = contest.entries
    move(contest, entry_in=third, entry_out=first, text=NAMING)
    propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno")
    confirm_lock(by=contest.officer, cut_off=cut_off)
    now = clock.now()
    schedule_announcement(
        by=contest.head,
        cut_off=cut_off,
        decree_number="7/2019",
        decree_dated_on=now.date(),
        announce_at=now + timedelta(hours=hours),
    )
    return contest


@pytest.mark.django_db
def test_figures_open_at_the_instant_and_not_before(client: WatchfulClient) -> None:
    contest = scheduled_with_a_move(hours=2)
    page = client.get(address(contest)).content.decode()
    digest = contest.stage(FIRST).cut_off.content_hash
    assert "terbuka setelah daftarnya diumumkan" in page
    for secret in (CANARY, digest, "Kesepakatan penilai", "Zona timbang"):
        assert secret not in page
    assert client.get(address(contest, f"sebaran-{FIRST}.csv")).status_code == 404
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        page = client.get(address(contest)).content.decode()
        table = client.get(address(contest, f"sebaran-{FIRST}.csv"))
    for told in (CANARY, digest, "Peringkat 3 masuk, peringkat 1 keluar."):
        assert told in page
    assert NAMING not in page
    assert sum(int(line.split(",")[2]) for line in table.content.decode().split()[1:]) == 4
    # The clock, and not the cache, says what may be shown.
    assert CANARY not in client.get(address(contest)).content.decode()


@pytest.mark.parametrize(
    ("rank_in", "rank_out", "is_carried", "told"),
    [
        (99, 3, True, "Peringkat 99 (seri) masuk, peringkat 3 keluar."),
        (99, 3, False, "Peringkat 99 (seri) diusulkan masuk, peringkat 3 diusulkan keluar."),
        (99, None, True, "Peringkat 99 (seri) masuk daftar."),
        (99, None, False, "Peringkat 99 (seri) diusulkan masuk daftar."),
        (None, 3, True, "Peringkat 3 keluar dari daftar."),
        (None, 3, False, "Peringkat 3 diusulkan keluar dari daftar."),
    ],
)
def test_motion_that_was_refused_moved_nobody_and_a_shared_rank_is_told(
    rank_in: int | None, rank_out: int | None, is_carried: bool, told: str
) -> None:
    tally = Tally(in_favour=1, against=2, abstained=0, eligible=3)
    found = Move(rank_in, rank_out, bool(rank_in), False, MoveReason.TIE, is_carried, tally)
    assert move_text(found) == told


@pytest.mark.django_db
def test_figures_name_no_judge_and_no_entry(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED, entries=4)
    page = client.get(address(contest)).content.decode()
    people = [*contest.evaluators, *contest.panelists, contest.head]
    titles = Innovation.objects.values_list("title", flat=True)
    assert "lembar nilai dari" in page
    for name in [*(person.name for person in people), *titles]:
        assert name not in page


@pytest.mark.django_db
def test_simulated_scores_say_so_on_the_page_and_in_the_table(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    label, table = "Nilai dan urutan pada daftar ini simulasi", f"sebaran-{FIRST}.csv"
    assert label not in client.get(address(contest)).content.decode()
    assert ",tidak" in client.get(address(contest, table)).content.decode()
    Innovation.objects.update(is_simulated=True)
    assert label in client.get(address(contest)).content.decode()
    assert ",tidak" not in client.get(address(contest, table)).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("entries", [2, 4])
def test_page_asks_fifteen_queries_at_most(client: WatchfulClient, entries: int) -> None:
    contest = make_contest(ANNOUNCED, entries=entries)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address(contest)).status_code == 200
    assert len(asked) <= 15, [one["sql"][:90] for one in asked]


@pytest.mark.django_db
def test_table_of_pass_rates_waits_for_the_selection_and_unknown_ones_are_missing(
    client: WatchfulClient,
) -> None:
    early = make_contest()
    assert client.get(address(early, "jenis.csv")).status_code == 404
    judged = make_contest(REVIEW)
    assert b"lolos_administrasi" in client.get(address(judged, "jenis.csv")).content
    assert client.get(address(judged, "provinsi.csv")).status_code == 200
    assert client.get(address(judged, "lain.csv")).status_code == 404
    assert client.get("/kompetisi/1901/transparansi/").status_code == 404


@pytest.mark.django_db
def test_winners_as_workbook_keep_formulas_as_text(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    titled = Result.objects.announced().filter(cut_off__stage=contest.stage(FIRST))[0]
    formula = '=HYPERLINK("http://jahat.example")'
    Innovation.objects.filter(pk=titled.entry.innovation_id).update(title=formula)
    answer = client.get(f"/kompetisi/{contest.edition.year}/{FIRST}/daftar.xlsx")
    cells = [cell for row in load_workbook(BytesIO(answer.content)).active for cell in row]
    assert [cell.data_type for cell in cells if cell.value == formula] == ["s"]


def test_rate_that_would_tell_losers_is_veiled() -> None:
    found = rates([("A", 10, 10), ("B", 10, 9), ("C", 4, 0), ("D", 0, 0), ("E", 20, 10)])
    assert [(one.label, one.passed) for one in found] == [
        ("A", 10), ("B", None), ("C", None), ("E", 10),
    ]  # fmt: skip
    assert [one.share for one in found] == [1.0, None, None, 0.5]


def test_rate_veiled_alone_takes_the_next_fewest_with_it() -> None:
    found = rates([("A", 10, 8), ("B", 20, 10), ("C", 20, 15), ("D", 5, 5)])
    assert [one.passed for one in found] == [None, 10, None, 5]
    assert [one.passed for one in rates([("A", 10, 8), ("D", 5, 5)])] == [None, 5]


def test_bins_span_lowest_to_highest_and_hold_the_full_score() -> None:
    rows = [
        Result(score=Decimal(score), is_selected=chosen)
        for score, chosen in (("100", True), ("95", True), ("89.999999", False), ("85", False))
    ]
    assert bins_of(rows) == [Bin(85, 2, 0), Bin(90, 0, 0), Bin(95, 2, 2)]
    assert bins_of([]) == []


def test_open_places_count_chances_within_the_zone() -> None:
    chances = (0.049, 0.05, 0.5, 0.95, 0.951)
    assert open_places([Outlook(1, 2, (one,)) for one in chances]) == 3
    assert open_places([]) is None
