"""Each invariant holds after an edition was walked, and is seen to break."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from competitions.queries.invariants import INVARIANTS, broken_invariants
from competitions.queries.night import ROW_SENTENCES
from tests.factories import ANNOUNCED, REGISTRATION, Contest, make_contest, submit_all
from tests.owner import past_triggers

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: object) -> None:
    """Change rows as nobody can through the product: past triggers."""
    with past_triggers() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0, statement


def broken() -> set[str]:
    return {invariant.key for invariant, found in broken_invariants() if found}


@pytest.fixture
def announced() -> Contest:
    return make_contest(ANNOUNCED, quota=3)


@pytest.fixture
def submitted() -> Contest:
    contest = make_contest(REGISTRATION, quota=3)
    submit_all(contest)
    return contest


AFTERWARDS: dict[str, str] = {
    "stages-in-order": "UPDATE competitions_stage SET state = 'planned', closed_at = NULL,"
    " closed_by_id = NULL WHERE kind = 'review'",
    "no-stage-skipped": "UPDATE competitions_stageentry SET outcome = 'failed'"
    " WHERE stage_id = (SELECT id FROM competitions_stage WHERE kind = 'review')"
    " AND entry_id = (SELECT min(id) FROM competitions_entry)",
    "closed-is-empty": "UPDATE competitions_stageentry SET outcome = '', left_at = NULL,"
    " left_by_id = NULL WHERE stage_id ="
    " (SELECT id FROM competitions_stage WHERE kind = 'review')",
    "on-time": "UPDATE competitions_entry SET submitted_at ="
    " (SELECT closes_at FROM competitions_stage WHERE kind = 'registration')"
    " WHERE id = (SELECT min(id) FROM competitions_entry)",
    "late-by-two": "UPDATE competitions_entry SET arrival = 'admitted'"
    " WHERE id = (SELECT min(id) FROM competitions_entry)",
    "receipt": "DELETE FROM competitions_receipt"
    " WHERE id = (SELECT min(id) FROM competitions_receipt)",
    "receipt-sent": "UPDATE competitions_sending SET sent_to = 'agency'",
    "receipt-content": "UPDATE competitions_receipt SET content_hash = 'x'"
    " WHERE id = (SELECT min(id) FROM competitions_receipt)",
    "quota": "UPDATE competitions_group SET quota = 2",
    "check-is-outcome": "UPDATE competitions_administrativecheck SET state = 'queued'"
    " WHERE id = (SELECT min(id) FROM competitions_administrativecheck)",
    "no-conflicted-sheet": "INSERT INTO competitions_conflictdeclaration"
    " (user_id, entry_id, reason, declared_at)"
    " SELECT evaluator_id, entry_id, 'Kerabat.', assigned_at - interval '1 hour'"
    " FROM competitions_assignment LIMIT 1",
    "own-sheet": "UPDATE competitions_scoresheet SET finalised_by_id ="
    " (SELECT min(id) FROM agencies_user)",
    "no-late-sheet": "UPDATE competitions_scoresheet SET finalised_at = finalised_at"
    " + interval '1 year' WHERE id = (SELECT min(id) FROM competitions_scoresheet)",
    "assigned-in-stage": "DELETE FROM competitions_stageentry"
    " WHERE stage_id = (SELECT id FROM competitions_stage WHERE kind = 'review')"
    " AND entry_id = (SELECT min(id) FROM competitions_entry)",
    "totals": "UPDATE competitions_score SET mark = 1"
    " WHERE id = (SELECT max(id) FROM competitions_score WHERE mark > 1)",
    "seats": "UPDATE competitions_result SET is_selected = true",
    "ranked-in-stage": "DELETE FROM competitions_stageentry"
    " WHERE stage_id = (SELECT stage_id FROM competitions_cutoff ORDER BY id DESC LIMIT 1)",
    "announced-locked": "UPDATE competitions_cutoff SET state = 'locked'",
    "announced-after-lock": "UPDATE competitions_announcement SET announce_at = announce_at"
    " - interval '1 year'",
    "objection-numbers": "INSERT INTO competitions_objection (edition_id, number, stage_id,"
    " entry_id, reason, text, filed_at, filed_by_id, state, answer, answer_reason, answer_text)"
    " SELECT stage.edition_id, 2, stage.id, result.entry_id, 'other', 'x', now(),"
    " list.applied_by_id, 'filed', '', '', '' FROM competitions_result result"
    " JOIN competitions_cutoff list ON list.id = result.cut_off_id"
    " JOIN competitions_stage stage ON stage.id = list.stage_id LIMIT 1",
    "objections-answered": "INSERT INTO competitions_objectionwindow"
    " (stage_id, opens_at, closes_at, opened_by_id)"
    " SELECT stage_id, locked_at, locked_at + interval '5 days', locked_by_id"
    " FROM competitions_cutoff LIMIT 1",
    "no-future": "UPDATE competitions_entry SET submitted_at = now() + interval '1 year'"
    " WHERE id = (SELECT min(id) FROM competitions_entry)",
}
WHILE_OPEN: dict[str, str] = {
    "one-place": "UPDATE competitions_entry SET state = 'returned', submitted_at = NULL,"
    " submitted_by_id = NULL, version_id = NULL",
    "orders-ended": "WITH ended AS (UPDATE competitions_stage SET state = 'closed',"
    " closed_at = now(), closed_by_id = (SELECT min(id) FROM agencies_user)"
    " WHERE kind = 'registration')"
    " INSERT INTO competitions_automaticsubmission"
    " (entry_id, state, ordered_at, ordered_by_id, obstacle)"
    " SELECT id, 'pending', now(), created_by_id, '' FROM competitions_entry",
}


def test_every_invariant_is_seen_to_break_below() -> None:
    assert {one.key for one in INVARIANTS} == {*AFTERWARDS, *WHILE_OPEN}


def test_a_walked_edition_contradicts_none(announced: Contest) -> None:
    assert broken() == set()


def silent(breakages: dict[str, str]) -> list[str]:
    """Breakages that no invariant of their name speaks of; each is undone."""
    unheard = []
    for key, statement in breakages.items():
        with transaction.atomic():
            sql(statement)
            unheard += [key] if key not in broken() else []
            transaction.set_rollback(True)
    return unheard


def test_each_broken_row_of_an_ended_edition_is_named(announced: Contest) -> None:
    assert silent(AFTERWARDS) == []


def test_each_broken_row_of_a_running_edition_is_named(submitted: Contest) -> None:
    assert broken() == set()
    assert silent(WHILE_OPEN) == []


def test_the_command_counts_what_holds_and_names_what_does_not(submitted: Contest) -> None:
    out = StringIO()
    call_command("invariants", stdout=out)
    assert out.getvalue().startswith(f"{ROW_SENTENCES} kalimat benar")
    sql("UPDATE competitions_group SET quota = 2")
    err = StringIO()
    with pytest.raises(CommandError, match="1 kalimat"):
        call_command("invariants", stderr=err)
    assert err.getvalue().startswith("quota: Tidak ada instansi")
