"""Two heads at one list, one judge in two windows; the control shows what the lock prevents."""

from typing import Any

import pytest
from django.db import IntegrityError

from agencies.enums import Role
from competitions.actions import cut_offs, scoresheets
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.scoresheets import SheetMarks, save_sheet
from competitions.enums import CutOffState
from competitions.models import CutOff, Score, Stage
from sinovik.audit.models import AuditEvent
from sinovik.web.querysets import LockableQuerySet
from tests import factories
from tests.factories import FIRST, REVIEW
from tests.races import at_once, meet_before, same, unlocked

pytestmark = pytest.mark.django_db(transaction=True)
both_ways = pytest.mark.parametrize("is_locked", [True, False], ids=["locked", "control"])


def kinds(results: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in results)


@both_ways
def test_two_heads_propose_once_and_two_who_confirm_lock_once(
    is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest = factories.make_contest(FIRST, entries=3)
    heads = [contest.head, factories.make_person(Role.SECRETARIAT_HEAD)]
    cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    if not is_locked:
        monkeypatch.setattr(LockableQuerySet, "locked", unlocked)
        monkeypatch.setattr(
            cut_offs,
            "close_stage_alone",
            lambda pk: Stage.objects.select_related("edition").get(pk=pk),
        )
    meet_before(monkeypatch, cut_offs, "check_terms")
    proposed = at_once(
        lambda: propose_lock(by=same(heads[0]), cut_off=cut_off, reason="Hasil pleno pertama."),
        lambda: propose_lock(by=same(heads[1]), cut_off=cut_off, reason="Hasil pleno kedua."),
    )
    assert kinds(proposed) == ["CutOff", "WrongState" if is_locked else "CutOff"]
    told = AuditEvent.objects.named("cut_off_lock_proposed")
    assert told.count() == (1 if is_locked else 2)
    locked = at_once(
        lambda: confirm_lock(by=same(contest.second), cut_off=cut_off),
        lambda: confirm_lock(by=same(contest.officer), cut_off=cut_off),
    )
    assert CutOff.objects.get().state == CutOffState.LOCKED
    assert AuditEvent.objects.named("cut_off_locked").count() == 1
    if is_locked:
        assert kinds(locked) == ["CutOff", "WrongState"]
    else:
        # The one commitment of a list is the last thing that holds.
        assert [isinstance(one, IntegrityError) for one in locked].count(True) == 1


@both_ways
def test_of_two_windows_with_one_sheet_the_second_is_told(
    is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest = factories.make_contest(REVIEW, entries=1)
    row = contest.assignments(REVIEW)[0]
    judge, edit_number = same(row.evaluator), row.scoresheet.edit_number
    if not is_locked:
        monkeypatch.setattr(LockableQuerySet, "locked", unlocked)
    meet_before(monkeypatch, scoresheets, "_put_down")
    results = at_once(
        *(
            lambda mark=mark: save_sheet(
                by=judge,
                assignment=row,
                edit_number=edit_number,
                sheet=SheetMarks(row, {"novelty": mark}),
            )
            for mark in (2, 4)
        )
    )
    kept = Score.objects.get(criterion__key="novelty").mark
    if is_locked:
        assert kinds(results) == ["Scoresheet", "StaleEdit"]
        assert kept == (2 if isinstance(results[1], Exception) else 4)
    else:
        # Both believe that theirs was kept.
        assert kinds(results) == ["Scoresheet", "Scoresheet"]
