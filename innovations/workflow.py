"""The moves a dossier may make. State is a table; only actions change a state."""

from datetime import datetime, timedelta

from innovations.enums import (
    AttachmentState,
    ImportState,
    InnovationState,
    Life,
    LifeState,
    ReplicationState,
)

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


REPLICATION_MOVES: dict[str, frozenset[str]] = {
    ReplicationState.REQUESTED: frozenset(
        {ReplicationState.ACCEPTED, ReplicationState.REFUSED, ReplicationState.WITHDRAWN}
    ),
    ReplicationState.ACCEPTED: frozenset({ReplicationState.AGREED, ReplicationState.WITHDRAWN}),
    ReplicationState.REFUSED: frozenset(),
    ReplicationState.AGREED: frozenset({ReplicationState.REPORTED, ReplicationState.WITHDRAWN}),
    ReplicationState.REPORTED: frozenset(
        {ReplicationState.CONFIRMED, ReplicationState.AGREED, ReplicationState.WITHDRAWN}
    ),
    ReplicationState.CONFIRMED: frozenset(
        {ReplicationState.VERIFIED, ReplicationState.AGREED, ReplicationState.WITHDRAWN}
    ),
    ReplicationState.VERIFIED: frozenset(),
    ReplicationState.WITHDRAWN: frozenset(),
}
"""A report that does not convince goes back to agreed, with the reason, to be written anew."""


ATTESTED_FOR = timedelta(days=365)
"""How long an attestation, or a fresh publication, speaks for an innovation."""


def attestation_due(attested_at: datetime | None, published_at: datetime) -> datetime:
    """When the next attestation falls due: a year after the last one, or after publishing."""
    return (attested_at or published_at) + ATTESTED_FOR


def life_of(
    state: str, attested_at: datetime | None, published_at: datetime, now: datetime
) -> Life:
    """What the public is told: the state attested last, as long as it is not out of date.

    `state` is a LifeState, empty while nobody has attested. What has stopped stays stopped.
    """
    if state == LifeState.STOPPED:
        return Life.STOPPED
    if attestation_due(attested_at, published_at) <= now:
        return Life.SILENT
    return Life(state) if state else Life.NEW


def can_move(moves: dict[str, frozenset[str]], state: str, target: str) -> bool:
    """Whether `state` may become `target` in the table `moves`."""
    return target in moves[state]
