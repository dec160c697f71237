"""The tables of moves."""

import pytest
from django.db.models import TextChoices

from competitions import workflow
from competitions.enums import CheckState, CutOffState, EntryState, SheetState, StageState
from innovations.enums import AttachmentState
from innovations.workflow import ATTACHMENT_MOVES

TABLES = [
    (workflow.ENTRY_MOVES, EntryState, EntryState.DRAFT),
    (workflow.STAGE_MOVES, StageState, StageState.PLANNED),
    (workflow.CHECK_MOVES, CheckState, CheckState.QUEUED),
    (workflow.SHEET_MOVES, SheetState, SheetState.DRAFT),
    (workflow.CUT_OFF_MOVES, CutOffState, CutOffState.PROVISIONAL),
    (ATTACHMENT_MOVES, AttachmentState, AttachmentState.EXAMINING),
]


@pytest.mark.parametrize(("moves", "states", "start"), TABLES)
def test_every_state_is_in_its_table_and_reachable(
    moves: dict[str, frozenset[str]], states: type[TextChoices], start: str
) -> None:
    assert set(moves) == set(states)
    reached, waiting = set(), [start]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += moves[state]
    assert reached == set(states)


def test_can_move_reads_the_table() -> None:
    moves = workflow.CUT_OFF_MOVES
    assert workflow.can_move(moves, CutOffState.LOCK_PROPOSED, CutOffState.LOCKED)
    assert not workflow.can_move(moves, CutOffState.PROVISIONAL, CutOffState.LOCKED)
    assert not workflow.can_move(moves, CutOffState.SCHEDULED, CutOffState.PROVISIONAL)
