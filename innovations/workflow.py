"""The moves a dossier may make. State is a table; only actions change a state."""

from innovations.enums import InnovationState

INNOVATION_MOVES: dict[str, frozenset[str]] = {
    InnovationState.DRAFT: frozenset({InnovationState.PUBLISHED, InnovationState.ARCHIVED}),
    InnovationState.PUBLISHED: frozenset({InnovationState.ARCHIVED}),
    InnovationState.ARCHIVED: frozenset(),
}
"""State -> next states."""


def can_move(moves: dict[str, frozenset[str]], state: str, target: str) -> bool:
    """Whether `state` may become `target` in the table `moves`."""
    return target in moves[state]
