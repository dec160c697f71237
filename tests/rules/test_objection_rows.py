"""What the database itself holds about lists and objections, and races for them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from competitions.actions.cut_offs import apply_cut_off, propose_lock
from competitions.actions.objections import (
    confirm_answer,
    file_objection,
    open_objections,
    propose_answer,
)
from competitions.enums import AnswerReason, ObjectionReason, ObjectionState
from competitions.exceptions import ObjectionsOpen
from competitions.models import CutOff, Edition, Objection, ObjectionWindow
from sinovik.audit import clock
from tests import factories, races
from tests.editions import FIRST
from tests.factories import Contest
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

INSTANT = timedelta(microseconds=1)
REJECTED = {"answer": "rejected", "reason": AnswerReason.COMPLIANT, "text": "Sudah sesuai."}


@pytest.fixture
def contest() -> Contest:
    """Two entries of one agency, one seat, a window of five days, the list drawn up."""
    return drawn_up()


def drawn_up() -> Contest:
    contest = factories.make_contest(FIRST, entries=2, judges=2, seats=(1, 1), objection_days=5)
    apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    return contest


def opened(contest: Contest) -> ObjectionWindow:
    return open_objections(by=contest.head, cut_off=contest.cut_off(FIRST))


def filed(contest: Contest, place: int) -> Objection:
    return file_objection(
        by=contest.team.admin,
        entry=contest.entries[place],
        stage=contest.stage(FIRST),
        reason=ObjectionReason.IDENTITY,
        text="Kategori kami tertukar.",
    )


def in_sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), as_owner() as cursor:
        cursor.execute(statement, values)


LOCK = (
    "UPDATE competitions_cutoff SET state = 'locked', locked_at = now(), locked_by_id = %s,"
    " content_hash = 'abc' WHERE id = %s"
)
CONFIRM = (
    "UPDATE competitions_objection SET state = answer, decided_at = now(), decided_by_id = %s"
    " WHERE id = %s"
)


def test_database_refuses_the_same_person_as_second_locker() -> None:
    contest = factories.make_contest(FIRST, entries=3)
    cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")
    with pytest.raises(IntegrityError, match="cutoff_lock_needs_second_person"):
        in_sql(LOCK, contest.head.pk, cut_off.pk)
    in_sql(LOCK, contest.second.pk, cut_off.pk)
    assert contest.cut_off(FIRST).locked_by == contest.second


def test_database_refuses_the_same_person_as_second_answerer(contest: Contest) -> None:
    opened(contest)
    row = propose_answer(by=contest.officer, objection=filed(contest, 1), **REJECTED)
    with pytest.raises(IntegrityError, match="objection_needs_second_person"):
        in_sql(CONFIRM, contest.officer.pk, row.pk)
    in_sql(CONFIRM, contest.second.pk, row.pk)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == (ObjectionState.REJECTED, contest.second)


def test_database_keeps_what_was_filed_and_answered(contest: Contest) -> None:
    window = opened(contest)
    row = filed(contest, 1)
    table = "competitions_objection"
    for statement in (
        f"UPDATE {table} SET text = 'lain'",
        f"UPDATE {table} SET number = 7",
        f"UPDATE {table} SET state = 'accepted'",
        f"DELETE FROM {table}",
        f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table}",
        "UPDATE competitions_objectionwindow SET closes_at = now() + interval '1 year'",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE competitions_objectionwindow",
        "UPDATE competitions_cutoff SET state = 'lock_proposed';"
        "UPDATE competitions_cutoff SET state = 'locked', locked_at = now(), content_hash = 'x',"
        f" lock_proposed_at = now(), lock_proposed_by_id = {contest.head.pk},"
        f" locked_by_id = {contest.second.pk}",
    ):
        with pytest.raises(IntegrityError):
            in_sql(statement)
    propose_answer(by=contest.officer, objection=row, **REJECTED)
    confirm_answer(by=contest.second, objection=row)
    with pytest.raises(IntegrityError):
        in_sql(f"UPDATE {table} SET answer_text = 'lain'")
    again = (
        f"INSERT INTO {table} (edition_id, number, stage_id, entry_id, reason, text, filed_at,"
        " filed_by_id, state, answer, answer_reason, answer_text)"
        f" SELECT edition_id, %s, stage_id, {contest.entries[0].pk}, reason, text, %s,"
        f" filed_by_id, 'filed', '', '', '' FROM {table}"
    )
    with pytest.raises(IntegrityError, match="next number is 2"):
        in_sql(again, 3, row.filed_at)
    with pytest.raises(IntegrityError, match="outside of the window"):
        in_sql(again, 2, window.closes_at)
    in_sql(again, 2, window.closes_at - INSTANT)
    assert Objection.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_object_at_once_get_two_numbers_in_a_row() -> None:
    contest = drawn_up()
    opened(contest)
    first, second = races.during(lambda: filed(contest, 0), lambda: filed(contest, 1))
    assert [first.number, second.number] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_locking_waits_for_whoever_objects_at_this_moment() -> None:
    contest = drawn_up()
    closes_at = opened(contest).closes_at

    def object_in_time() -> Objection:
        with clock.at(closes_at - INSTANT):
            return filed(contest, 0)

    def lock_after() -> CutOff:
        with clock.at(closes_at):
            return propose_lock(by=contest.head, cut_off=contest.cut_off(FIRST), reason="Pleno.")

    objection, refusal = races.during(object_in_time, lock_after)
    assert isinstance(refusal, ObjectionsOpen)
    assert objection.code in str(refusal)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_would_want_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the database alone refuses the second."""
    contest = drawn_up()
    opened(contest)
    monkeypatch.setattr(type(Edition.objects.all()), "locked", lambda rows: rows)
    first, second = races.during(lambda: filed(contest, 0), lambda: filed(contest, 1))
    assert first.number == 1
    assert isinstance(second, IntegrityError)


@pytest.mark.django_db(transaction=True)
def test_without_the_shared_window_a_list_would_overtake_an_objection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Control: the lock is proposed although an objection came in time."""
    contest = drawn_up()
    closes_at = opened(contest).closes_at
    unlocked = ObjectionWindow.objects.select_related("stage__edition")
    monkeypatch.setattr(
        "competitions.actions.objections.share_window", lambda stage: unlocked.get(stage=stage)
    )

    def object_in_time() -> Objection:
        with clock.at(closes_at - INSTANT):
            return filed(contest, 0)

    def lock_after() -> CutOff:
        with clock.at(closes_at):
            return propose_lock(by=contest.head, cut_off=contest.cut_off(FIRST), reason="Pleno.")

    objection, overtaken = races.during(object_in_time, lock_after)
    assert isinstance(objection, Objection)
    assert isinstance(overtaken, CutOff)
