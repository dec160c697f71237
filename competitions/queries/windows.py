"""Until when a proposal may be written, and by which window. The one place that says so."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from competitions.enums import StageKind
from competitions.models import Entry, Stage
from competitions.queries.locks import share_open_stage


class WindowKind(StrEnum):
    """What lets people write."""

    REGISTRATION = "registration"
    EXTENSION = "extension"


@dataclass(frozen=True)
class Window:
    """A time in which a proposal may be written; what arrives at `accepts_until` is late."""

    kind: WindowKind
    opens_at: datetime
    closes_at: datetime
    accepts_until: datetime
    is_running: bool

    def is_open(self, at: datetime) -> bool:
        """Whether one may write at `at`."""
        return self.is_running and self.opens_at <= at < self.accepts_until


def writing_window(entry: Entry, registration: Stage | None = None) -> Window:
    """The window in which the entry's text may be written, open or past. Decides nothing.

    `registration`, read `with_deadline` of the entry's agency, saves the query.
    """
    return registration_window(registration or _registration(entry))


def registration_window(stage: Stage) -> Window:
    """The window that a registration opens, read `with_deadline` of the agency that asks."""
    is_extended = stage.deadline > stage.closes_at
    return Window(
        kind=WindowKind.EXTENSION if is_extended else WindowKind.REGISTRATION,
        opens_at=stage.opens_at,
        closes_at=stage.deadline,
        accepts_until=stage.deadline + stage.grace,
        is_running=stage.is_open,
    )


def share_writing_window(entry: Entry) -> Stage:
    """Hold the stage whose window lets the entry be written until the transaction ends.

    Raises StageClosed or TooLate by the database's clock. Lock the entry first.
    """
    return share_open_stage(_registration(entry).pk, entry.agency_id)


def _registration(entry: Entry) -> Stage:
    stages = Stage.objects.with_deadline([entry.agency_id])
    return stages.get(edition_id=entry.edition_id, kind=StageKind.REGISTRATION)
