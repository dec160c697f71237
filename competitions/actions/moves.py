"""What moves of all kinds of rows share: whether one is possible, and who decided what."""

from collections.abc import Sequence
from typing import Any

from agencies.models import User
from competitions.exceptions import WrongState
from competitions.workflow import can_move
from sinovik.audit import clock


def check_move(moves: dict[str, frozenset[str]], row: Any, target: str) -> None:
    """Raise WrongState unless the row's state may become `target`."""
    if not can_move(moves, row.state, target):
        raise WrongState


def decide(row: Any, *, by: User, state: str, note: str = "", also: Sequence[str] = ()) -> None:
    """Write the second person's decision on a proposal, with columns changed beside it."""
    row.state, row.decision_note = state, note
    row.decided_at, row.decided_by = clock.now(), by
    row.save(update_fields=["state", "decision_note", "decided_at", "decided_by", *also])
