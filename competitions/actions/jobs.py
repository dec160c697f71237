"""Long work by a job: begun once, told how far it is, stopped where it is no longer wanted.

A row of such work has a `state` among queued, running and others, and `done`.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from procrastinate.contrib.django import app

from agencies.models import User
from competitions.enums import UNDER_WAY
from competitions.workflow import can_move
from sinovik import audit
from sinovik.audit import clock


class Stopped(Exception):
    """Somebody cancelled, or another run was faster."""


def defer_unless_small(job: str, *, is_small: bool, **ids: int) -> bool:
    """Leave large work to a job, in the transaction that wrote its row; True for small work."""
    if not is_small:
        app.configure_task(job, queue="tables").defer(**ids)
    return is_small


def cancel_job(row: Any, moves: dict[str, frozenset[str]], *, by: User, event: str) -> bool:
    """Stop the work of a locked row; whether it could still be stopped."""
    if not can_move(moves, row.state, "cancelled"):
        return False
    row.state, row.finished_at = "cancelled", clock.now()
    row.save(update_fields=["state", "finished_at"])
    audit.record(by=by, event=event, obj=row)
    return True


def run_job(rows: QuerySet[Any], work: Callable[[Any], None]) -> None:
    """Do the work of the one row, unless it is over; run twice or after a crash it does no harm.

    `rows` holds that row with what `work` needs. A fault leaves the row failed and is raised.
    """
    begun = rows.filter(state__in=UNDER_WAY)
    if not begun.update(state="running", done=0):
        return
    try:
        work(rows.get())
    except Stopped:
        return
    except Exception:
        begun.update(state="failed", finished_at=clock.now())
        raise


def note_progress(row: Any, **changes: object) -> None:
    """Say how far it is. Raises Stopped where the work no longer runs."""
    rows = type(row)._default_manager.filter(pk=row.pk, state="running")
    if not rows.update(**changes):
        raise Stopped
