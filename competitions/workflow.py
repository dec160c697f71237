"""The moves of the contest. State is a table; only actions change a state.

`docs/states.md` is generated from the tables below.
"""

from competitions.enums import (
    AllocationState,
    AnswerReason,
    AutomaticState,
    ChangeState,
    CheckState,
    CutOffState,
    EntryState,
    ExportState,
    ExtensionState,
    LateState,
    MotionState,
    ObjectionState,
    PreparationState,
    PresentationState,
    RehearsalState,
    SheetState,
    StageState,
    VisitState,
)

ENTRY_MOVES: dict[str, frozenset[str]] = {
    EntryState.DRAFT: frozenset({EntryState.WITH_AGENCY, EntryState.WITHDRAWN}),
    EntryState.WITH_AGENCY: frozenset(
        {EntryState.RETURNED, EntryState.SUBMITTED, EntryState.WITHDRAWN}
    ),
    EntryState.RETURNED: frozenset({EntryState.WITH_AGENCY, EntryState.WITHDRAWN}),
    EntryState.SUBMITTED: frozenset(
        {EntryState.RETURNED, EntryState.CORRECTION, EntryState.WITHDRAWN}
    ),
    EntryState.CORRECTION: frozenset({EntryState.SUBMITTED, EntryState.WITHDRAWN}),
    EntryState.WITHDRAWN: frozenset({EntryState.DRAFT}),
}
"""An entry on its way from the unit through the agency to the ministry.

Reopening takes a submitted entry back to work, reviving a withdrawn one; both only while
registration is open.
"""

HELD_BY_MINISTRY = (EntryState.SUBMITTED, EntryState.CORRECTION)
"""States in which an entry takes a place of its agency's quota, and its title is taken."""

STAGE_MOVES: dict[str, frozenset[str]] = {
    StageState.PLANNED: frozenset({StageState.OPEN}),
    StageState.OPEN: frozenset({StageState.CLOSED}),
    StageState.CLOSED: frozenset(),
}
"""A stage opens once and closes once."""

EXTENSION_MOVES: dict[str, frozenset[str]] = {
    ExtensionState.PROPOSED: frozenset({ExtensionState.CONFIRMED, ExtensionState.REJECTED}),
    ExtensionState.CONFIRMED: frozenset(),
    ExtensionState.REJECTED: frozenset(),
}
"""A later deadline is proposed by one person and decided by another."""

CHANGE_MOVES: dict[str, frozenset[str]] = {
    ChangeState.PROPOSED: frozenset({ChangeState.CONFIRMED, ChangeState.REJECTED}),
    ChangeState.CONFIRMED: frozenset(),
    ChangeState.REJECTED: frozenset(),
}
"""A locked part of an edition changes when a second person confirms it."""

REHEARSAL_MOVES: dict[str, frozenset[str]] = {
    RehearsalState.WAITING: frozenset({RehearsalState.RUNNING}),
    RehearsalState.RUNNING: frozenset({RehearsalState.DONE, RehearsalState.FAILED}),
    RehearsalState.DONE: frozenset(),
    RehearsalState.FAILED: frozenset(),
}
"""A dress rehearsal runs once; what it walked through is rolled back, its report stays."""

LATE_MOVES: dict[str, frozenset[str]] = {
    LateState.KEPT: frozenset({LateState.ADMISSION_PROPOSED, LateState.DECLINED}),
    LateState.ADMISSION_PROPOSED: frozenset({LateState.ADMITTED, LateState.DECLINED}),
    LateState.ADMITTED: frozenset(),
    LateState.DECLINED: frozenset(),
}
"""A submission after the close: two people admit it, or one declines it with a reason."""

AUTOMATIC_MOVES: dict[str, frozenset[str]] = {
    AutomaticState.PENDING: frozenset(
        {
            AutomaticState.SENT,
            AutomaticState.BY_HAND,
            AutomaticState.CANCELLED,
            AutomaticState.NOT_SENT,
        }
    ),
    AutomaticState.SENT: frozenset(),
    AutomaticState.BY_HAND: frozenset(),
    AutomaticState.CANCELLED: frozenset(),
    AutomaticState.NOT_SENT: frozenset(),
}
"""An order to submit at the close ends once."""

CHECK_MOVES: dict[str, frozenset[str]] = {
    CheckState.QUEUED: frozenset({CheckState.CLAIMED}),
    CheckState.CLAIMED: frozenset(
        {
            CheckState.QUEUED,
            CheckState.CORRECTION,
            CheckState.PASSED,
            CheckState.FAIL_PROPOSED,
        }
    ),
    CheckState.CORRECTION: frozenset({CheckState.QUEUED, CheckState.CLAIMED}),
    CheckState.FAIL_PROPOSED: frozenset({CheckState.FAILED, CheckState.QUEUED}),
    CheckState.PASSED: frozenset(),
    CheckState.FAILED: frozenset(),
}
"""The administrative check: a pass takes one officer, a fail takes two. A correction comes back
to the officer who asked for it, or to the queue where that person can't go on."""

SHEET_MOVES: dict[str, frozenset[str]] = {
    SheetState.DRAFT: frozenset({SheetState.FINAL}),
    SheetState.FINAL: frozenset({SheetState.DRAFT}),
}
"""A scoresheet: sent for good, unless the head reopens it with a reason while its stage is open."""

CUT_OFF_MOVES: dict[str, frozenset[str]] = {
    CutOffState.PROVISIONAL: frozenset({CutOffState.LOCK_PROPOSED}),
    CutOffState.LOCK_PROPOSED: frozenset({CutOffState.PROVISIONAL, CutOffState.LOCKED}),
    CutOffState.LOCKED: frozenset({CutOffState.SCHEDULED}),
    CutOffState.SCHEDULED: frozenset(),
}
"""A list: applied, proposed for locking, locked by a second person, scheduled."""

MOTION_MOVES: dict[str, frozenset[str]] = {
    MotionState.PROPOSED: frozenset({MotionState.VOTING, MotionState.WITHDRAWN}),
    MotionState.VOTING: frozenset({MotionState.CARRIED, MotionState.DEFEATED}),
    MotionState.CARRIED: frozenset(),
    MotionState.DEFEATED: frozenset(),
    MotionState.WITHDRAWN: frozenset(),
}
"""A motion of the plenary: asked for by a member, put to the vote, carried or not."""

OBJECTION_MOVES: dict[str, frozenset[str]] = {
    ObjectionState.FILED: frozenset({ObjectionState.ANSWER_PROPOSED}),
    ObjectionState.ANSWER_PROPOSED: frozenset(
        {ObjectionState.FILED, ObjectionState.ACCEPTED, ObjectionState.REJECTED}
    ),
    ObjectionState.ACCEPTED: frozenset(),
    ObjectionState.REJECTED: frozenset(),
}
"""An objection: one person proposes the answer, another confirms it or sends it back."""

ANSWERS_TO: dict[str, frozenset[str]] = {
    ObjectionState.ACCEPTED: frozenset(
        {AnswerReason.MISTAKE, AnswerReason.CONFLICT, AnswerReason.PROCEDURE}
    ),
    ObjectionState.REJECTED: frozenset(
        {AnswerReason.COMPLIANT, AnswerReason.UNPROVEN, AnswerReason.OUT_OF_SCOPE}
    ),
}
"""Which reasons go with which answer."""

PRESENTATION_MOVES: dict[str, frozenset[str]] = {
    PresentationState.WAITING: frozenset({PresentationState.PRESENTING}),
    PresentationState.PRESENTING: frozenset({PresentationState.QUESTIONS}),
    PresentationState.QUESTIONS: frozenset({PresentationState.DONE}),
    PresentationState.DONE: frozenset(),
}
"""An entry's turn before the panel: it presents, then answers questions."""

VISIT_MOVES: dict[str, frozenset[str]] = {
    VisitState.DRAFT: frozenset({VisitState.FILED}),
    VisitState.FILED: frozenset(),
}
"""A report of a field visit is filed once; what it got wrong is a further report."""

EXPORT_MOVES: dict[str, frozenset[str]] = {
    ExportState.QUEUED: frozenset({ExportState.RUNNING, ExportState.CANCELLED}),
    ExportState.RUNNING: frozenset({ExportState.READY, ExportState.CANCELLED, ExportState.FAILED}),
    ExportState.READY: frozenset({ExportState.EXPIRED}),
    ExportState.EXPIRED: frozenset(),
    ExportState.CANCELLED: frozenset(),
    ExportState.FAILED: frozenset(),
}
"""A copy of an agency's own holdings, or a judge's proposals, can be fetched for a week."""

ALLOCATION_MOVES: dict[str, frozenset[str]] = {
    AllocationState.QUEUED: frozenset(
        {AllocationState.RUNNING, AllocationState.CANCELLED, AllocationState.FAILED}
    ),
    AllocationState.RUNNING: frozenset(
        {AllocationState.READY, AllocationState.CANCELLED, AllocationState.FAILED}
    ),
    AllocationState.READY: frozenset({AllocationState.APPLIED}),
    AllocationState.APPLIED: frozenset({AllocationState.UNDONE}),
    AllocationState.UNDONE: frozenset(),
    AllocationState.CANCELLED: frozenset(),
    AllocationState.FAILED: frozenset(),
}
PREPARATION_MOVES: dict[str, frozenset[str]] = {
    PreparationState.QUEUED: frozenset({PreparationState.RUNNING, PreparationState.CANCELLED}),
    PreparationState.RUNNING: frozenset(
        {PreparationState.READY, PreparationState.CANCELLED, PreparationState.FAILED}
    ),
    PreparationState.READY: frozenset(),
    PreparationState.CANCELLED: frozenset(),
    PreparationState.FAILED: frozenset(),
}
"""The comments behind a locked list are searched before its announcement is scheduled."""


def can_move(moves: dict[str, frozenset[str]], state: str, target: str) -> bool:
    """Whether `state` may become `target` in the table `moves`."""
    return target in moves[state]
