"""How long the large acts of judging take: handing out KIPP 2019 anew, and ranking it.

1,651 entries, three readers each, 40 judges. Everything is undone afterwards.
"""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from agencies.models import User
from competitions.actions.allocation_plans import apply_plan, make_plan, undo_plan
from competitions.calibration import DRAWS
from competitions.enums import StageState
from competitions.models import AllocationPlan, Assignment, Score, Scoresheet, Stage, StageEntry
from competitions.queries.ranking import contenders, sheets_of
from competitions.queries.ranking_runs import Terms, compute
from sinovik.audit import clock
from sinovik.management.world.blueprints import REVIEW, TOP_99
from sinovik.management.world.people import DOMAIN

SEED = 2019


def report() -> None:
    """Print the table: seconds of each act, and the time it may take."""
    head = User.objects.get(email=f"kepala@{DOMAIN}")
    print("\n| pekerjaan | detik | batas |")
    print("| --- | ---: | ---: |")
    with transaction.atomic():
        _rank(Stage.objects.get(edition__year=2019, slug=TOP_99))
        _hand_out(head, _emptied(Stage.objects.get(edition__year=2019, slug=REVIEW)))
        transaction.set_rollback(True)


def _rank(stage: Stage) -> None:
    _everybody_back(stage)
    found, short = contenders(stage)
    sheets = sheets_of(stage, found)
    terms = Terms(basis=stage.ranks_by, seats=99)
    what = f"peringkat {len(found)} peserta, {len(sheets)} lembar, {DRAWS} ulangan"
    _timed(what, 2, lambda: compute(found, len(short), sheets, terms))


def _everybody_back(stage: Stage) -> None:
    """Let everybody who ever was in the stage be in it still."""
    with connection.cursor() as cursor:
        # An ended stay is final: only here, in a world that is thrown away, it is passed by.
        cursor.execute("SET LOCAL session_replication_role = replica")
        stays = StageEntry.objects.filter(stage=stage)
        stays.update(left_at=None, left_by=None, outcome="")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _emptied(stage: Stage) -> Stage:
    """The stage as it was before anybody was given anything to read."""
    _everybody_back(stage)
    with connection.cursor() as cursor:
        # What was scored is final: only here, in a world that is thrown away, it is passed by.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for rows in (
            Score.objects.filter(scoresheet__assignment__stage=stage),
            Scoresheet.objects.filter(assignment__stage=stage),
            Assignment.objects.filter(stage=stage),
        ):
            rows._raw_delete(rows.db)
        own = Stage.objects.filter(pk=stage.pk)
        own.update(state=StageState.OPEN, closed_at=None, closed_by=None)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    stage.refresh_from_db()
    return stage


def _hand_out(head: User, stage: Stage) -> None:
    with clock.at(stage.opens_at):
        plan = AllocationPlan.objects.create(
            stage=stage, seed=SEED, created_at=clock.now(), created_by=head
        )
        _timed("membagi peserta kepada penilai", 5, lambda: make_plan(plan_id=plan.pk))
        plan.refresh_from_db()
        _timed("menerapkan pembagian", 5, lambda: apply_plan(by=head, plan=plan))
        _timed("mengurungkan pembagian", 5, lambda: undo_plan(by=head, plan=plan))


def _timed(what: str, limit: int, act: Callable[[], Any]) -> None:
    began = time.monotonic()
    act()
    print(f"| {what} | {time.monotonic() - began:.1f} | {limit} |", flush=True)
