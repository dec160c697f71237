"""An act that breaks after any of its statements leaves nothing half done (ASVS 2.3.3)."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection, transaction

from competitions.actions.announcements import schedule_announcement
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.entries import submit_entry
from competitions.actions.stages import close_stage
from competitions.enums import CutOffState, EntryState, StageState
from sinovik.audit import clock
from tests import factories
from tests.access.rows import counts
from tests.factories import ADMINISTRATIVE, FIRST, REGISTRATION, Contest

pytestmark = pytest.mark.django_db
Act = Callable[[], Any]


class Broken(Exception):
    """The process dies here, as far as its transaction knows."""


def submitting() -> tuple[Contest, Act]:
    contest = factories.make_contest(REGISTRATION, entries=1)
    entry = factories.walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    return contest, lambda: submit_entry(by=contest.team.admin, entry=entry)


def closing() -> tuple[Contest, Act]:
    contest = factories.make_contest(REGISTRATION, entries=2)
    stage = contest.stage(REGISTRATION)

    def close() -> None:
        with clock.at(stage.closes_at + clock.LONGEST_WAIT * 2):
            close_stage(by=contest.head, stage=contest.stage(REGISTRATION))

    return contest, close


def locking() -> tuple[Contest, Act]:
    contest = factories.make_contest(FIRST, entries=3)
    cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    propose_lock(by=contest.head, cut_off=cut_off, reason="Hasil pleno.")
    return contest, lambda: confirm_lock(by=contest.second, cut_off=contest.cut_off(FIRST))


def announcing() -> tuple[Contest, Act]:
    contest = factories.make_contest(FIRST, entries=3)
    cut_off = factories.lock(contest, FIRST)
    now = clock.now()
    return contest, lambda: schedule_announcement(
        by=contest.head,
        cut_off=cut_off,
        decree_number="1/2026",
        decree_dated_on=now.date(),
        announce_at=now,
    )


def broken_after(number: int, act: Act) -> bool:
    """Do it and break after so many statements; False where it was done before that."""
    left = number

    def breaking(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal left
        answer = execute(sql, *rest)
        # A savepoint's end stands for a commit here; what breaks then is another test's.
        left -= not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
        if left == 0:
            left = -1
            raise Broken
        return answer

    try:
        with connection.execute_wrapper(breaking):
            act()
    except Broken:
        # What Django would refuse to read is what we want to see.
        transaction.set_rollback(False)
        return True
    return False


def contents(tables: Iterable[str]) -> dict[str, tuple[int, int]]:
    """How many rows these tables have, and a sum of them."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT count(*), sum(hashtext(t::text)) FROM "{table}" t')
            found[table] = cursor.fetchone()
    return found


def breaks_off(act: Act) -> tuple[int, list[int]]:
    """After how many statements it can break, and after which of them something stayed."""
    before = contents(connection.introspection.table_names())
    number, stayed = 0, []
    while True:
        number += 1
        point = transaction.savepoint()
        if not broken_after(number, act):
            transaction.savepoint_commit(point)
            return number - 1, stayed
        # Those that this transaction touched at all, undone or not.
        now = contents(counts())
        if any(before[table] != found for table, found in now.items()):
            stayed.append(number)
        transaction.savepoint_rollback(point)


@pytest.mark.parametrize("makes", [submitting, closing, locking, announcing])
def test_act_that_breaks_after_any_statement_leaves_nothing(
    makes: Callable[[], tuple[Contest, Act]],
) -> None:
    contest, act = makes()
    places, stayed = breaks_off(act)
    assert places > 10
    assert stayed == []
    # Unbroken, each is done.
    if makes is submitting:
        contest.entries[0].refresh_from_db()
        assert contest.entries[0].state == EntryState.SUBMITTED
    elif makes is closing:
        assert contest.stage(REGISTRATION).state == StageState.CLOSED
        assert contest.stage(ADMINISTRATIVE).state != StageState.CLOSED
    else:
        done = CutOffState.LOCKED if makes is locking else CutOffState.SCHEDULED
        assert contest.cut_off(FIRST).state == done


def test_control_act_that_is_not_one_transaction_is_caught() -> None:
    contest, act = submitting()
    stage = contest.stage(REGISTRATION)

    def careless() -> None:
        act()
        stage.name = "Pendaftaran, tahap pertama"
        stage.save(update_fields=["name"])

    _places, stayed = breaks_off(careless)
    assert stayed != []
