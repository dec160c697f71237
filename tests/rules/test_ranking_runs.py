"""Computed rankings: stored, repeatable, and without any effect on a result."""

from decimal import Decimal

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError

from agencies.enums import Role
from competitions.actions.cut_offs import apply_cut_off
from competitions.actions.ranking_runs import make_ranking_run, order_ranking_run
from competitions.calibration import Sheet
from competitions.enums import PolicyKind, RunBasis
from competitions.exceptions import NotEnoughSheets, WrongState
from competitions.models import RankingRun
from competitions.permissions.ranking_runs import can_compute_ranking
from competitions.queries.ranking_runs import Terms, compute
from competitions.ranking import Contender, Step
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ANNOUNCED, FIRST, REVIEW, SECOND, Contest
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(FIRST, entries=4)


def made(contest: Contest, name: str = "Mentah", terms: Terms | None = None) -> RankingRun:
    return make_ranking_run(
        by=contest.head, stage=contest.stage(FIRST), name=name, terms=terms or Terms(2)
    )


def test_run_keeps_both_scores_the_interval_and_the_chance(contest: Contest) -> None:
    run = made(contest)
    lines = run.figures["lines"]
    assert [line["entry"] for line in lines] == [entry.pk for entry in contest.entries]
    assert [line["selected"] for line in lines] == [True, True, False, False]
    for line in lines:
        assert line["calibrated"] is not None
        assert 1 <= line["best"] <= line["worst"] <= 4
        assert 0 <= line["chance"] <= 1
    assert run.seed
    assert run.method
    assert AuditEvent.objects.named("ranking_computed").count() == 1


def test_same_sheets_and_terms_are_computed_once_and_to_the_same_figures(contest: Contest) -> None:
    run = made(contest)
    assert made(contest, "Nama lain").pk == run.pk
    assert AuditEvent.objects.named("ranking_computed").count() == 1
    other = made(contest, "Satu kursi", Terms(1))
    assert other.pk != run.pk
    assert other.inputs_hash != run.inputs_hash


def test_what_if_changes_no_result(contest: Contest) -> None:
    cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    before = list(cut_off.results.order_by("pk").values())
    made(contest, "Satu", Terms(1, RunBasis.CALIBRATED, (Step(PolicyKind.MOST_PER_AGENCY, 1),)))
    assert list(contest.cut_off(FIRST).results.order_by("pk").values()) == before


def test_calibrated_scores_of_unconnected_parts_are_not_ranked() -> None:
    sheets = [Sheet(e, j, Decimal(60 + e)) for e, j in ((1, 1), (1, 2), (2, 3), (2, 4))]
    found = [Contender(e, Decimal(60 + e), (), Decimal(60 + e), Decimal(60 + e), 2) for e in (1, 2)]
    refused = compute(found, 0, sheets, Terms(1, RunBasis.CALIBRATED))
    assert refused["parts"] == 2
    assert refused["lines"] == []
    raw = compute(found, 0, sheets, Terms(1))
    assert [line["entry"] for line in raw["lines"]] == [2, 1]
    assert {line["calibrated"] for line in raw["lines"]} == {None}


def test_without_spare_sheets_there_is_no_chance_to_tell() -> None:
    sheets = [Sheet(1, 1, Decimal(60)), Sheet(2, 1, Decimal(70))]
    found = [Contender(e, Decimal(50 + 10 * e), (), Decimal(1), Decimal(1), 1) for e in (1, 2)]
    assert [line["chance"] for line in compute(found, 0, sheets, Terms(1))["lines"]] == [None, None]


def test_ranking_needs_sheets_and_a_selection() -> None:
    contest = factories.make_contest(SECOND, entries=3)
    with pytest.raises(NotEnoughSheets):
        make_ranking_run(by=contest.head, stage=contest.stage(SECOND), name="x", terms=Terms(1))
    with pytest.raises(WrongState):
        make_ranking_run(by=contest.head, stage=contest.stage(REVIEW), name="x", terms=Terms(1))


@pytest.mark.parametrize("statement", ["UPDATE {} SET seats = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_database_refuses_to_change_a_run(contest: Contest, statement: str) -> None:
    made(contest)
    with (
        pytest.raises((InternalError, IntegrityError), match="final"),
        transaction.atomic(),
        as_owner() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement.format("competitions_rankingrun"))


def test_order_is_refused_at_once_where_the_job_would_refuse(contest: Contest) -> None:
    stage, head = contest.stage(FIRST), contest.head
    order_ranking_run(by=contest.officer, stage=stage, name="x", terms=Terms(4))
    for seats in (0, 5):
        with pytest.raises(WrongState, match="1 sampai 4"):
            order_ranking_run(by=head, stage=stage, name="x", terms=Terms(seats))
    for role in (Role.EVALUATOR, Role.PANELIST, Role.OBSERVER, Role.AGENCY_ADMIN):
        person = factories.make_person(role)
        assert not can_compute_ranking(person)
        with pytest.raises(Forbidden):
            order_ranking_run(by=person, stage=stage, name="x", terms=Terms(2))
    assert can_compute_ranking(contest.officer)
    assert not RankingRun.objects.exists()


def test_closed_stage_is_no_longer_computed() -> None:
    with pytest.raises(WrongState, match="sudah ditutup"):
        made(factories.make_contest(ANNOUNCED, entries=4))
