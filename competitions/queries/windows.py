"""Until when a proposal may be written, and by which window. The one place that says so."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from competitions.enums import EntryState
from competitions.models import Entry, Stage
from competitions.queries.corrections import running_correction
from competitions.queries.writing import registration_of


class WindowKind(StrEnum):
    """What lets people write."""

    REGISTRATION = "registration"
    EXTENSION = "extension"
    CORRECTION = "correction"


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

    `registration`, read `with_deadline` of the entry's agency, saves the query. A submitted
    entry that the secretariat wants mended has the window of its correction and no other.
    """
    if entry.state == EntryState.CORRECTION and (correction := running_correction(entry)):
        return Window(
            kind=WindowKind.CORRECTION,
            opens_at=correction.asked_at,
            closes_at=correction.due_at,
            accepts_until=correction.due_at,
            is_running=True,
        )
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


def _registration(entry: Entry) -> Stage:
    return registration_of(entry.edition_id, entry.agency_id)
