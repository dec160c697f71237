"""What raw SQL can't do either, not even the owner's. The database itself refuses it."""

import re

import pytest
from django.db import IntegrityError, connection, transaction

from competitions import workflow
from competitions.actions.assignments import declare_conflict
from innovations.workflow import INNOVATION_MOVES
from tests import factories
from tests.factories import ADMINISTRATIVE, FIRST, REVIEW, SECOND, Contest
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


def execute(sql: str) -> None:
    with transaction.atomic(), as_owner() as cursor:
        cursor.execute(sql)


def refused(sql: str, message: str) -> None:
    with pytest.raises(IntegrityError, match=message) as refusal:
        execute(sql)
    assert refusal.value.__cause__.sqlstate == "23001"  # type: ignore[union-attr]


@pytest.fixture
def contest() -> Contest:
    """Everything announced: each table holds final rows."""
    return factories.make_contest(factories.ANNOUNCED, entries=3)


APPEND_ONLY = [
    "innovations_innovationversion",
    "innovations_award",
    "competitions_announcement",
    "competitions_conflictdeclaration",
    "competitions_sending",
]
FINAL_TABLES = [
    *APPEND_ONLY,
    "agencies_supportlook",
    "competitions_extrareading",
    "competitions_abstention",
    "competitions_sheetreopening",
    "competitions_result",
    "competitions_score",
    "competitions_scoresheet",
]


FINAL_ROWS = [
    ("UPDATE competitions_scoresheet SET strengths = 'x'", "UPDATE refused"),
    ("UPDATE competitions_scoresheet SET total = 1", "UPDATE refused"),
    ("DELETE FROM competitions_scoresheet", "DELETE refused"),
    ("UPDATE competitions_score SET mark = 5", "scoresheet is final"),
    ("DELETE FROM competitions_score", "scoresheet is final"),
    ("UPDATE competitions_result SET score = 1", "results are frozen"),
    ("UPDATE competitions_result SET is_selected = NOT is_selected", "results are frozen"),
    ("DELETE FROM competitions_result", "results are frozen"),
    (
        "INSERT INTO competitions_result (cut_off_id, entry_id, rank, score, sheet_count,"
        " lowest, highest, is_tied, is_selected)"
        " SELECT cut_off_id, entry_id, 9, 1, 1, 1, 1, false, true"
        " FROM competitions_result LIMIT 1",
        "results are frozen",
    ),
    ("UPDATE competitions_cutoff SET state = 'provisional'", "no way from scheduled"),
    ("UPDATE competitions_cutoff SET seats = 9", "UPDATE refused"),
    ("UPDATE competitions_cutoff SET content_hash = 'x'", "UPDATE refused"),
    ("DELETE FROM competitions_cutoff", "DELETE refused"),
    ("UPDATE competitions_stage SET state = 'open'", "no way from closed to open"),
    ("UPDATE competitions_stage SET closed_at = now()", "UPDATE refused"),
    ("UPDATE competitions_stage SET tie_break = '{novelty,background,x}'", "UPDATE refused"),
    ("UPDATE competitions_stage SET reviews_per_entry = 1", "UPDATE refused"),
    ("UPDATE competitions_stage SET extra_readers = 3", "UPDATE refused"),
    ("UPDATE competitions_stage SET disagreement_threshold = 1", "UPDATE refused"),
    ("UPDATE competitions_stage SET passing_grade = 70", "UPDATE refused"),
    ("UPDATE competitions_criterion SET weight = 50", "rubric is fixed"),
    ("DELETE FROM competitions_criterion", "rubric is fixed"),
    ("UPDATE competitions_entry SET state = 'draft'", "no way from submitted"),
    ("UPDATE competitions_entry SET submitted_at = now()", "UPDATE refused"),
    ("DELETE FROM competitions_entry", "DELETE refused"),
    ("UPDATE competitions_stageentry SET outcome = 'failed'", "UPDATE refused"),
    ("DELETE FROM competitions_stageentry", "DELETE refused"),
    ("UPDATE competitions_administrativecheck SET note = 'x'", "UPDATE refused"),
    ("DELETE FROM competitions_administrativecheck", "DELETE refused"),
    ("UPDATE competitions_assignment SET evaluator_id = assigned_by_id", "changes hands"),
]


@pytest.mark.parametrize("table", FINAL_TABLES)
def test_truncate_is_refused(table: str) -> None:
    refused(f"TRUNCATE {table} CASCADE", "TRUNCATE refused")


def test_append_only_rows_refuse_update_and_delete(contest: Contest) -> None:
    declare_conflict(by=contest.officer, entry=contest.entries[0], reason="Kerabat.")
    for table in APPEND_ONLY:
        refused(f"UPDATE {table} SET id = id", "UPDATE refused")
        refused(f"DELETE FROM {table}", "DELETE refused")


def test_final_rows_refuse_changes(contest: Contest) -> None:
    for sql, message in FINAL_ROWS:
        refused(sql, message)


def test_harmless_changes_of_final_rows_pass(contest: Contest) -> None:
    execute("UPDATE competitions_stage SET name = name || '.'")
    execute("UPDATE competitions_criterion SET question = question || '?'")
    execute("UPDATE competitions_assignment SET reading_order = reading_order + 1")


def test_a_rubric_grows_no_criterion_after_opening(contest: Contest) -> None:
    refused(
        "INSERT INTO competitions_criterion"
        " (stage_id, key, name, question, weight, scale_maximum, position)"
        " SELECT stage_id, 'taste', name, question, weight, scale_maximum, 9"
        " FROM competitions_criterion LIMIT 1",
        "rubric is fixed",
    )


@pytest.mark.parametrize(
    ("slug", "mark", "message"),
    [(REVIEW, 6, "exceeds the scale of 1..5"), (SECOND, 3, "belongs to another stage")],
)
def test_a_score_keeps_to_its_criterion(slug: str, mark: int, message: str) -> None:
    contest = factories.make_contest(REVIEW, entries=1)
    sheet = contest.assignments(REVIEW)[0].scoresheet
    criterion = contest.stage(slug).criteria.first()
    assert criterion is not None
    insert = (
        "INSERT INTO competitions_score (scoresheet_id, criterion_id, mark, note)"
        f" VALUES ({sheet.pk}, {criterion.pk}, {mark}, '')"
    )
    refused(insert, message)


def test_a_score_stays_on_its_sheet() -> None:
    contest = factories.make_contest(REVIEW, entries=1)
    one, other = (row.scoresheet for row in contest.assignments(REVIEW))
    criterion = contest.stage(REVIEW).criteria.first()
    assert criterion is not None
    execute(
        "INSERT INTO competitions_score (scoresheet_id, criterion_id, mark, note)"
        f" VALUES ({one.pk}, {criterion.pk}, 3, '')"
    )
    refused(f"UPDATE competitions_score SET scoresheet_id = {other.pk}", "stays on its sheet")
    execute("DELETE FROM competitions_score")


def test_no_assignment_over_a_declared_conflict() -> None:
    contest = factories.make_contest(REVIEW, entries=1)
    entry = contest.entries[0]
    taken = {row.evaluator_id for row in contest.assignments(REVIEW)}
    (spare,) = (judge for judge in contest.evaluators if judge.pk not in taken)
    declare_conflict(by=spare, entry=entry, reason="Kerabat.")
    refused(
        "INSERT INTO competitions_assignment"
        " (stage_id, entry_id, evaluator_id, reading_order, assigned_at, assigned_by_id)"
        f" VALUES ({contest.stage(REVIEW).pk}, {entry.pk}, {spare.pk}, 9, now(), {spare.pk})",
        "declared a conflict",
    )


def test_a_result_stays_in_its_list() -> None:
    contest = factories.make_contest(FIRST, entries=3)
    cut_off = factories.apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    refused(f"UPDATE competitions_result SET cut_off_id = {cut_off.pk + 1}", "stays in its list")
    execute("DELETE FROM competitions_result")


def test_a_withdrawn_or_published_thing_takes_no_short_cut() -> None:
    factories.make_published_innovation()
    refused("UPDATE innovations_innovation SET state = 'draft'", "no way from published")
    factories.make_entry_in("withdrawn")
    refused("UPDATE competitions_entry SET state = 'submitted'", "no way from withdrawn")


def test_a_check_can_not_skip_its_second_person() -> None:
    factories.make_contest(ADMINISTRATIVE, entries=1)
    refused("UPDATE competitions_administrativecheck SET state = 'failed'", "no way from queued")


@pytest.mark.parametrize(
    ("trigger", "moves"),
    [
        ("stage_one_way", workflow.STAGE_MOVES),
        ("entry_one_way", workflow.ENTRY_MOVES),
        ("administrativecheck_one_way", workflow.CHECK_MOVES),
        ("cutoff_one_way", workflow.CUT_OFF_MOVES),
        ("innovation_one_way", INNOVATION_MOVES),
    ],
)
def test_triggers_and_tables_of_moves_agree(trigger: str, moves: dict[str, frozenset[str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", [trigger])
        (definition,) = cursor.fetchone()
    held = set(re.findall(r"'(\w+>\w+)'", definition))
    assert held == {f"{state}>{target}" for state in moves for target in moves[state]}
