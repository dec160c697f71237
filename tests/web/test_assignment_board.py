"""Assignment board and stage pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.assignments import declare_conflict
from competitions.actions.stages import close_stage
from competitions.enums import StageState
from competitions.models import AllocationPlan, Appointment, Assignment
from sinovik.audit import clock
from tests import factories
from tests.factories import ADMINISTRATIVE, FIRST, REVIEW, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(REVIEW, entries=3)


def board(contest: Contest, slug: str = REVIEW) -> str:
    return reverse("competitions:assignment_board", args=[contest.stage(slug).pk])


def test_board_costs_the_same_queries_at_one_and_at_three_rows(client: WatchfulClient) -> None:
    counted = []
    for number in (1, 3):
        contest = factories.make_contest(REVIEW, entries=number, judges=1 + number)
        client.force_login(contest.head)
        address = board(contest)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 15


def test_conflict_opens_a_gap_that_assigning_fills(
    client: WatchfulClient, contest: Contest
) -> None:
    first = contest.assignments(REVIEW)[0]
    declare_conflict(by=first.evaluator, entry=first.entry, reason="Pernah membimbing.")
    client.force_login(contest.head)
    page = client.get(board(contest)).content.decode()
    assert "1 lembar untuk 1 peserta belum ditugaskan" in page
    assert "Pernah membimbing." in page
    start = reverse("competitions:allocation_start", args=[contest.stage(REVIEW).pk])
    assert "Ini pratinjau" in client.post(start, follow=True).content.decode()
    plan = AllocationPlan.objects.get()
    apply = reverse("competitions:allocation_apply", args=[plan.pk])
    assert "Pembagian diterapkan" in client.post(apply, follow=True).content.decode()
    assert Assignment.objects.filter(entry=first.entry).count() == 3


def test_a_head_in_conflict_reads_no_declaration_over_the_entry(
    client: WatchfulClient, contest: Contest
) -> None:
    first = contest.assignments(REVIEW)[0]
    declare_conflict(by=first.evaluator, entry=first.entry, reason="Pernah membimbing.")
    contest.head.employer = first.entry.agency
    contest.head.save()
    client.force_login(contest.head)
    page = client.get(board(contest)).content.decode()
    assert "Pernah membimbing." not in page
    assert first.entry.number not in page


def test_assigning_is_the_heads(client: WatchfulClient, contest: Contest) -> None:
    first = contest.assignments(REVIEW)[0]
    declare_conflict(by=first.evaluator, entry=first.entry, reason="Pernah membimbing.")
    client.force_login(contest.officer)
    page = client.get(board(contest)).content.decode()
    assert "Hanya kepala sekretariat" in page
    address = reverse("competitions:allocation_start", args=[contest.stage(REVIEW).pk])
    before = Assignment.objects.count()
    assert client.post(address).status_code == 403
    assert Assignment.objects.count() == before


def test_too_few_judges_is_told_in_a_sentence(client: WatchfulClient) -> None:
    contest = factories.make_contest(REVIEW, entries=1, reviews=2, judges=2)
    declare_conflict(by=contest.evaluators[0], entry=contest.entries[0], reason="Kerabat.")
    client.force_login(contest.head)
    address = reverse("competitions:allocation_start", args=[contest.stage(REVIEW).pk])
    page = client.post(address, follow=True).content.decode()
    assert contest.entries[0].number in page


def test_observer_reads_closed_stages_alone(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.observer)
    assert client.get(board(contest)).status_code == 403
    factories.score_all(contest, REVIEW)
    with clock.at(contest.stage(REVIEW).closes_at):
        close_stage(by=contest.head, stage=contest.stage(REVIEW))
    assert "6 dari 6 lembar dikirim" in client.get(board(contest)).content.decode()


def test_stage_ranked_by_another_has_no_sheets_of_its_own(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.head)
    page = client.get(board(contest, FIRST)).content.decode()
    assert "tidak memiliki lembar nilai sendiri" in page
    assert "Tugaskan otomatis" not in page


def test_evaluator_is_refused(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.evaluators[0])
    answer = client.get(board(contest))
    assert answer.status_code == 403
    assert contest.evaluators[1].name not in answer.content.decode()


def test_stage_list_names_each_stage_and_its_state(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.observer)
    address = reverse("competitions:stage_list", args=[contest.edition.year])
    page = client.get(address).content.decode()
    for stage in contest.edition.stages.all():
        assert stage.name in page
    assert "3 peserta masuk" in page
    assert reverse("competitions:stage_detail", args=[contest.stage(REVIEW).pk]) not in page


def test_open_stage_says_what_blocks_its_close(client: WatchfulClient, contest: Contest) -> None:
    stage = contest.stage(REVIEW)
    client.force_login(contest.head)
    page = client.get(reverse("competitions:stage_detail", args=[stage.pk])).content.decode()
    assert "3 peserta belum memiliki 2 lembar nilai yang dikirim" in page
    refused = client.post(reverse("competitions:stage_close", args=[stage.pk]))
    assert refused.status_code == 409
    assert "belum memiliki" in refused.content.decode()


def test_head_closes_and_opens_the_next(client: WatchfulClient, contest: Contest) -> None:
    factories.score_all(contest, REVIEW)
    client.force_login(contest.head)
    review, first = contest.stage(REVIEW), contest.stage(FIRST)
    planned = client.get(reverse("competitions:stage_detail", args=[first.pk])).content.decode()
    assert "Tutup dulu tahap" in planned
    assert (
        "tidak dapat dibuka lagi"
        in client.get(reverse("competitions:stage_close", args=[review.pk])).content.decode()
    )
    client.post(reverse("competitions:stage_close", args=[review.pk]))
    assert contest.stage(REVIEW).state == StageState.CLOSED
    address, button = reverse("competitions:stage_detail", args=[first.pk]), "Buka tahap</button>"
    with clock.at(first.opens_at - timedelta(microseconds=1)):
        early = client.get(address).content.decode()
    assert "Dapat dibuka mulai" in early
    assert reverse("competitions:stage_open", args=[first.pk]) not in early
    with clock.at(first.opens_at):
        assert button in client.get(address).content.decode()
        assert "Dapat dibuka mulai" not in client.get(address).content.decode()
        client.post(reverse("competitions:stage_open", args=[first.pk]))
    assert contest.stage(FIRST).state == StageState.OPEN


def test_opening_too_early_is_refused_with_a_sentence(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.head)
    address = reverse("competitions:stage_open", args=[contest.stage(FIRST).pk])
    assert "Tutup dulu tahap" in client.post(address, follow=True).content.decode()
    client.force_login(contest.officer)
    assert client.post(address).status_code == 403


def test_administrative_stage_links_to_the_states_that_block_it(client: WatchfulClient) -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=2)
    client.force_login(contest.officer)
    stage = contest.stage(ADMINISTRATIVE)
    page = client.get(reverse("competitions:stage_detail", args=[stage.pk])).content.decode()
    assert "2 proposal: menunggu pemeriksa" in page
    assert "?keadaan=antrean" in page
    assert "Hanya kepala sekretariat yang dapat menutup tahap" in page


def test_head_appoints_who_holds_the_role_and_nobody_else(client: WatchfulClient) -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=1)
    stage = contest.stage(REVIEW)
    address = board(contest)
    appoint_at = reverse("competitions:assignment_appoint", args=[stage.pk])
    first, stranger = contest.evaluators[0], contest.panelists[0]
    client.force_login(contest.head)
    page = client.get(address).content.decode()
    assert first.name in page
    assert stranger.name not in page
    for chosen in ([], [stranger.pk]):
        client.post(appoint_at, {"users": chosen})
        assert not Appointment.objects.filter(edition=contest.edition).exists()
    client.post(appoint_at, {"users": [first.pk]})
    assert Appointment.objects.get(edition=contest.edition).user == first
    assert f'value="{first.pk}"' not in client.get(address).content.decode()


def test_officer_appoints_nobody(client: WatchfulClient) -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=1)
    stage = contest.stage(REVIEW)
    client.force_login(contest.officer)
    page = client.get(board(contest))
    assert "Tunjuk yang dipilih" not in page.content.decode()
    response = client.post(
        reverse("competitions:assignment_appoint", args=[stage.pk]),
        {"users": [contest.evaluators[0].pk]},
    )
    assert response.status_code == 403
    assert not Appointment.objects.filter(edition=contest.edition).exists()
