"""The moves a dossier may make. State is a table; only actions change a state."""

from innovations.enums import AttachmentState, ImportState, InnovationState

INNOVATION_MOVES: dict[str, frozenset[str]] = {
    InnovationState.DRAFT: frozenset({InnovationState.PUBLISHED, InnovationState.ARCHIVED}),
    InnovationState.PUBLISHED: frozenset({InnovationState.ARCHIVED}),
    InnovationState.ARCHIVED: frozenset(),
}
"""State -> next states."""

IMPORT_MOVES: dict[str, frozenset[str]] = {
    ImportState.CHECKING: frozenset(
        {ImportState.CHECKED, ImportState.CANCELLED, ImportState.FAILED}
    ),
    ImportState.CHECKED: frozenset(
        {ImportState.QUEUED, ImportState.IMPORTED, ImportState.CANCELLED}
    ),
    ImportState.QUEUED: frozenset({ImportState.RUNNING, ImportState.CANCELLED}),
    ImportState.RUNNING: frozenset(
        {
            ImportState.CHECKED,
            ImportState.IMPORTED,
            ImportState.CANCELLED,
            ImportState.FAILED,
        }
    ),
    ImportState.IMPORTED: frozenset(),
    ImportState.CANCELLED: frozenset(),
    ImportState.FAILED: frozenset(),
}
"""A running import goes back to checked where the register changed in the meantime."""

ATTACHMENT_MOVES: dict[str, frozenset[str]] = {
    AttachmentState.EXAMINING: frozenset(
        {AttachmentState.HELD, AttachmentState.READY, AttachmentState.REFUSED}
    ),
    AttachmentState.HELD: frozenset({AttachmentState.READY, AttachmentState.REFUSED}),
    AttachmentState.READY: frozenset(),
    AttachmentState.REFUSED: frozenset(),
}
"""State -> next states. A file that is held waits for the virus scanner; it is never clean."""


def can_move(moves: dict[str, frozenset[str]], state: str, target: str) -> bool:
    """Whether `state` may become `target` in the table `moves`."""
    return target in moves[state]
