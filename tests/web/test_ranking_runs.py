"""Computed rankings: stored, repeatable, masked, and without any effect on a result."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from competitions.actions.ranking_runs import make_ranking_run
from competitions.enums import PolicyKind
from competitions.exceptions import WrongState
from competitions.models import RankingRun
from competitions.permissions.ranking_runs import can_compute_ranking
from competitions.queries.ranking_runs import Terms
from competitions.ranking import Step
from competitions.tasks import make_ranking_run as job
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ANNOUNCED, FIRST, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

TERMS = {"name": "Uji tandingan", "seats": "2", "basis": "raw", "most_per_agency": ""}
ONE_EACH = Step(PolicyKind.MOST_PER_AGENCY, 1)


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(FIRST, entries=4)


def at(name: str, contest: Contest, *more: int, slug: str = FIRST) -> str:
    return reverse(f"competitions:{name}", args=[contest.stage(slug).pk, *more])


def made(contest: Contest, name: str = "Mentah", terms: Terms | None = None) -> RankingRun:
    return make_ranking_run(
        by=contest.head, stage=contest.stage(FIRST), name=name, terms=terms or Terms(2)
    )


def test_limit_per_agency_names_who_goes_out(client: WatchfulClient, contest: Contest) -> None:
    made(contest)
    run = made(contest, "Satu per instansi", Terms(2, steps=(ONE_EACH,)))
    (step,) = run.figures["steps"]
    assert step["went_out"] == [{"entry": contest.entries[1].pk, "reason": "barred"}]
    client.force_login(contest.head)
    page = client.get(at("ranking_run_detail", contest, run.pk)).content.decode()
    assert "Paling banyak 1 per instansi" in page
    assert contest.entries[1].innovation.title in page
    both = client.get(at("ranking_run_list", contest)).content.decode()
    assert "0 masuk, 1 keluar" in both
    assert "Susunan terpilih: Kategori" in both


def test_page_of_a_run_that_could_not_rank_says_why(
    client: WatchfulClient, contest: Contest
) -> None:
    run = made(contest)
    figures = {"lines": [], "parts": 2, "short": 3, "steps": []}
    run.pk, run.inputs_hash, run.figures, run._state.adding = None, "0" * 64, figures, True
    run.save(force_insert=True)
    client.force_login(contest.head)
    page = client.get(at("ranking_run_detail", contest, run.pk)).content.decode()
    assert "terpisah menjadi 2 bagian" in page
    assert "3 peserta belum cukup lembar" in page


def test_order_is_computed_by_the_job(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    page = client.post(at("ranking_run_order", contest), TERMS, follow=True).content.decode()
    assert "Sedang dihitung" in page
    assert not RankingRun.objects.exists()
    job(
        by_id=contest.officer.pk,
        stage_id=contest.stage(FIRST).pk,
        name="Uji tandingan",
        seats=2,
        basis="raw",
        policy=[],
    )
    page = client.get(at("ranking_run_list", contest)).content.decode()
    assert "Uji tandingan" in page
    run = RankingRun.objects.get()
    detail = client.get(at("ranking_run_detail", contest, run.pk), {"tampil": "semua"})
    assert run.inputs_hash in detail.content.decode()
    assert contest.entries[3].innovation.title in detail.content.decode()


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"name": ""}, 422, "Beri nama"),
        ({"seats": "9"}, 409, "1 sampai 4"),
        ({"seats": "x"}, 422, "Isi dengan angka"),
    ],
)
def test_impossible_terms_are_refused_and_stay_typed(
    client: WatchfulClient, contest: Contest, typed: dict[str, str], status: int, sentence: str
) -> None:
    client.force_login(contest.head)
    answer = client.post(at("ranking_run_order", contest), TERMS | typed)
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert typed.get("name", "Uji tandingan") in answer.content.decode()


def test_closed_stage_is_read_and_no_longer_computed(client: WatchfulClient) -> None:
    contest = factories.make_contest(ANNOUNCED, entries=4)
    with pytest.raises(WrongState, match="sudah ditutup"):
        made(contest)
    client.force_login(contest.head)
    page = client.get(at("ranking_run_list", contest)).content.decode()
    assert "Tahap ini sudah ditutup" in page
    assert "Hitung dan simpan" not in page


def test_reader_in_conflict_finds_no_trace_of_the_entry(
    client: WatchfulClient, contest: Contest
) -> None:
    made(contest)
    run = made(contest, "Satu per instansi", Terms(2, steps=(ONE_EACH,)))
    client.force_login(contest.head)
    places = [
        at("ranking_run_list", contest),
        at("ranking_run_detail", contest, run.pk) + "?tampil=semua",
    ]
    title = contest.entries[1].innovation.title
    for place in places:
        assert title in client.get(place).content.decode()
    contest.head.employer = contest.entries[0].agency
    contest.head.save()
    for place in places:
        page = client.get(place).content.decode()
        assert title not in page
        assert contest.entries[1].number not in page
        assert "berbenturan kepentingan" in page


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.PANELIST, Role.OBSERVER, Role.AGENCY_ADMIN])
def test_others_neither_read_nor_order(client: WatchfulClient, contest: Contest, role: str) -> None:
    run = made(contest)
    person = factories.make_person(role)
    client.force_login(person)
    for answer in (
        client.get(at("ranking_run_list", contest)),
        client.get(at("ranking_run_detail", contest, run.pk)),
        client.post(at("ranking_run_order", contest), TERMS),
    ):
        assert answer.status_code == 403
        assert contest.entries[0].innovation.title not in answer.content.decode()
    assert not can_compute_ranking(person)
    assert can_compute_ranking(contest.officer)
    with pytest.raises(Forbidden):
        make_ranking_run(by=person, stage=contest.stage(FIRST), name="x", terms=Terms(1))


def test_run_of_another_stage_is_missing(client: WatchfulClient, contest: Contest) -> None:
    run = made(contest)
    other = factories.make_contest(FIRST, entries=1, seats=(1, 1))
    client.force_login(contest.head)
    assert client.get(at("ranking_run_detail", other, run.pk)).status_code == 404


def test_pages_cost_the_same_queries_at_one_and_at_three_rows(client: WatchfulClient) -> None:
    counted = []
    for number in (1, 3):
        contest = factories.make_contest(FIRST, entries=number, seats=(1, 1))
        run = made(contest, terms=Terms(1))
        client.force_login(contest.head)
        for place in (
            at("ranking_run_list", contest),
            at("ranking_run_detail", contest, run.pk) + "?tampil=semua",
        ):
            with CaptureQueriesContext(connection) as queries:
                client.get(place)
            counted.append(len(queries))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 15
