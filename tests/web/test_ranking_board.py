"""The ranking board from the first cut to the scheduled announcement."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.enums import Role
from competitions.actions.cut_offs import apply_cut_off, propose_lock
from competitions.actions.scoresheets import score_assignments
from competitions.actions.stages import close_stage, open_stage
from competitions.enums import CutOffState
from competitions.models import Announcement, CutOff, Result
from sinovik.audit import clock
from tests import factories
from tests.factories import FIRST, REVIEW, SECOND, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(FIRST, entries=4)


def at(name: str, contest: Contest, *more: int, slug: str = FIRST) -> str:
    return reverse(f"competitions:{name}", args=[contest.stage(slug).pk, *more])


def with_ties(entries: int = 4) -> Contest:
    """A first selection in which every entry got the same marks."""
    contest = factories.make_contest(REVIEW, entries=entries)
    for judge in contest.evaluators:
        rows = contest.assignments(REVIEW, judge)
        score_assignments(by=judge, sheets=[factories.sheet_for(row, 3) for row in rows])
    with clock.at(contest.stage(REVIEW).closes_at):
        close_stage(by=contest.head, stage=contest.stage(REVIEW))
        open_stage(by=contest.head, stage=contest.stage(FIRST))
    return contest


def applied(contest: Contest) -> CutOff:
    return apply_cut_off(by=contest.head, stage=contest.stage(FIRST))


def test_board_without_a_line_asks_for_seats(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.head)
    page = client.get(at("ranking_board", contest)).content.decode()
    assert "Ambang belum diterapkan" in page
    assert 'name="seats" value="2"' in page
    assert contest.entries[0].innovation.title not in page


def test_head_draws_the_line(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.head)
    answer = client.post(at("cut_off_apply", contest), {"seats": 2}, follow=True)
    page = answer.content.decode()
    assert "Batas Top 2 · 2 kursi" in page
    first, second, third, fourth = (entry.innovation.title for entry in contest.entries)
    line = page.index("Batas Top 2 ·")
    assert page.index(first) < page.index(second) < line < page.index(third) < page.index(fourth)
    assert "100,00" in page
    assert "Zona timbang" in page


@pytest.mark.parametrize(("seats", "sentence"), [("", "Isi jumlah kursi"), ("9", "1 sampai 4")])
def test_impossible_line_is_refused_and_stays_typed(
    client: WatchfulClient, contest: Contest, seats: str, sentence: str
) -> None:
    client.force_login(contest.head)
    answer = client.post(at("cut_off_apply", contest), {"seats": seats})
    assert answer.status_code in (409, 422)
    page = answer.content.decode()
    assert sentence in page
    assert not seats or f'value="{seats}"' in page
    assert not CutOff.objects.exists()


def test_board_costs_the_same_queries_at_one_and_at_three_rows(client: WatchfulClient) -> None:
    counted = []
    for number in (1, 3):
        contest = factories.make_contest(FIRST, entries=number, seats=(1, 1))
        applied(contest)
        client.force_login(contest.head)
        board = at("ranking_board", contest)
        for query in ({}, {"tampil": "semua"}):
            with CaptureQueriesContext(connection) as queries:
                client.get(board, query)
            counted.append(len(queries))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 14


def test_tie_at_the_line_is_listed_and_blocks_the_lock(client: WatchfulClient) -> None:
    contest = with_ties()
    applied(contest)
    client.force_login(contest.head)
    page = client.get(at("ranking_board", contest)).content.decode()
    assert "Nilai seri tepat di garis batas" in page
    assert "memperebutkan 2 kursi" in page
    assert "Terpilih 0 dari 2 kursi" in page
    refused = client.post(at("cut_off_lock", contest), {"reason": "Hasil pleno."})
    assert refused.status_code == 409
    assert "Hasil pleno." in refused.content.decode()
    assert "seri" in refused.content.decode()


def test_what_the_plenary_moved_is_told_with_its_code(client: WatchfulClient) -> None:
    contest = with_ties()
    applied(contest)
    factories.move(contest, entry_in=contest.entries[1], text="Menjangkau daerah 3T.")
    client.force_login(contest.head)
    page = client.get(at("ranking_board", contest)).content.decode()
    assert "Masuk lewat pleno: Sebaran wilayah" in page
    assert "memindahkan peserta dalam pleno" in page
    assert "Menjangkau daerah 3T." not in page


def test_two_people_lock_the_list(client: WatchfulClient, contest: Contest) -> None:
    applied(contest)
    client.force_login(contest.head)
    client.post(at("cut_off_lock", contest), {"reason": "Hasil pleno 10 Mei."})
    own = client.get(at("cut_off_confirm", contest)).content.decode()
    assert "Keputusan ini perlu orang kedua" in own
    assert 'value="confirm"' not in own
    assert client.post(at("cut_off_confirm", contest), {"action": "confirm"}).status_code == 403
    client.force_login(contest.second)
    assert "Hasil pleno 10 Mei." in client.get(at("cut_off_confirm", contest)).content.decode()
    page = client.post(
        at("cut_off_confirm", contest), {"action": "confirm"}, follow=True
    ).content.decode()
    cut_off = contest.cut_off(FIRST)
    assert cut_off.state == CutOffState.LOCKED
    assert cut_off.content_hash in page


def test_second_person_sends_the_list_back(client: WatchfulClient, contest: Contest) -> None:
    propose_lock(by=contest.head, cut_off=applied(contest), reason="Hasil pleno.")
    client.force_login(contest.second)
    refused = client.post(at("cut_off_confirm", contest), {"action": "return", "reason": ""})
    assert refused.status_code == 422
    client.post(at("cut_off_confirm", contest), {"action": "return", "reason": "Satu belum cocok."})
    assert contest.cut_off(FIRST).state == CutOffState.PROVISIONAL


def decree() -> dict[str, str]:
    later = timezone.localtime(clock.now() + timedelta(days=3))
    return {
        "decree_number": "636 Tahun 2027",
        "decree_dated_on": later.date().isoformat(),
        "announce_on": later.date().isoformat(),
        "announce_time": "10:00",
    }


def test_decree_is_read_once_more_before_it_is_scheduled(
    client: WatchfulClient, contest: Contest
) -> None:
    factories.lock(contest, FIRST)
    client.force_login(contest.head)
    page = client.post(at("decree_enter", contest), decree()).content.decode()
    assert "Periksa sekali lagi" in page
    assert "pukul 10.00 WIB" in page
    assert not Announcement.objects.exists()
    changed = client.post(at("decree_enter", contest), decree() | {"change": "1"})
    assert 'value="636 Tahun 2027"' in changed.content.decode()
    client.post(at("announcement_schedule", contest), decree())
    announcement = Announcement.objects.get()
    assert timezone.localtime(announcement.announce_at).hour == 10
    page = client.get(at("ranking_board", contest)).content.decode()
    assert "636 Tahun 2027" in page


def test_decree_in_the_past_is_refused(client: WatchfulClient, contest: Contest) -> None:
    factories.lock(contest, FIRST)
    client.force_login(contest.head)
    past = decree() | {"announce_on": "2020-01-02", "decree_dated_on": "2020-01-03"}
    for name in ("decree_enter", "announcement_schedule"):
        answer = client.post(at(name, contest), past)
        assert answer.status_code == 422
        assert "di masa depan" in answer.content.decode()
        assert "bertanggal sesudah pengumuman" in answer.content.decode()
    assert not Announcement.objects.exists()


def test_unlocked_list_can_not_be_scheduled(client: WatchfulClient, contest: Contest) -> None:
    applied(contest)
    client.force_login(contest.head)
    answer = client.post(at("announcement_schedule", contest), decree())
    assert answer.status_code == 409
    assert "636 Tahun 2027" in answer.content.decode()


def test_officer_reads_and_is_told_what_is_the_heads(
    client: WatchfulClient, contest: Contest
) -> None:
    applied(contest)
    client.force_login(contest.officer)
    page = client.get(at("ranking_board", contest)).content.decode()
    assert "Hanya kepala sekretariat yang dapat menerapkan ambang" in page
    assert client.post(at("cut_off_apply", contest), {"seats": 1}).status_code == 403
    assert client.post(at("cut_off_lock", contest), {"reason": "x"}).status_code == 403
    assert client.post(at("announcement_schedule", contest), decree()).status_code == 403


def test_observer_sees_the_list_once_it_is_locked(client: WatchfulClient, contest: Contest) -> None:
    applied(contest)
    client.force_login(contest.observer)
    for name in ("ranking_board", "ranking_csv"):
        answer = client.get(at(name, contest))
        assert answer.status_code == 403
        assert contest.entries[0].innovation.title not in answer.content.decode()
    contest_2 = factories.make_contest(FIRST, entries=2, seats=(1, 1))
    factories.lock(contest_2, FIRST)
    page = client.get(at("ranking_board", contest_2)).content.decode()
    assert contest_2.entries[0].innovation.title in page


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.PANELIST, Role.AGENCY_ADMIN])
def test_others_learn_nothing(client: WatchfulClient, contest: Contest, role: str) -> None:
    applied(contest)
    client.force_login(factories.make_person(role))
    for name in ("ranking_board", "ranking_csv", "cut_off_confirm"):
        answer = client.get(at(name, contest))
        assert answer.status_code == 403
        assert contest.entries[0].innovation.title not in answer.content.decode()


def test_whole_list_is_filtered_and_exported(client: WatchfulClient, contest: Contest) -> None:
    applied(contest)
    client.force_login(contest.officer)
    wanted, other = contest.entries[0], contest.entries[1]
    page = client.get(at("ranking_board", contest), {"q": wanted.number}).content.decode()
    assert wanted.innovation.title in page
    assert other.innovation.title not in page
    chosen = client.get(at("ranking_board", contest), {"tanda": "terpilih"}).content.decode()
    assert contest.entries[3].innovation.title not in chosen
    table = client.get(at("ranking_csv", contest)).content.decode("utf-8-sig").splitlines()
    assert table[0].startswith("peringkat,nomor,judul")
    assert table[0].endswith("simulasi")
    assert len(table) == 5


def test_panel_stage_ranks_by_its_own_sheets(client: WatchfulClient) -> None:
    contest = factories.make_contest(SECOND, entries=3)
    client.force_login(contest.head)
    board = at("ranking_board", contest, slug=SECOND)
    assert "lembar belum dikirim" in client.get(board).content.decode()
    factories.score_all(contest, SECOND)
    client.post(at("cut_off_apply", contest, slug=SECOND), {"seats": 1})
    assert Result.objects.filter(cut_off__stage=contest.stage(SECOND)).count() == 2
    assert "Batas Top 1" in client.get(board).content.decode()
