"""How long units and agency admins took, edition by edition, from the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min

from competitions.enums import EntryState, StageKind, StageState
from competitions.models import Edition, Entry, Stage
from competitions.pace import History
from sinovik.audit.models import AuditEvent

DAY = timedelta(days=1)
ENTRY = Entry._meta.label_lower


@dataclass(frozen=True)
class Passage:
    """One entry's way: days with the unit and with the admin, None where it has not left.

    A lead is how many days before the close it left them.
    """

    entry_id: int
    agency_id: int
    state: str
    unit_days: float | None = None
    agency_days: float | None = None
    unit_lead: float | None = None
    agency_lead: float | None = None


def earlier_edition(edition: Edition) -> Edition | None:
    """The edition before, once its registration is over."""
    closed = Edition.objects.filter(
        year__lt=edition.year,
        stages__kind=StageKind.REGISTRATION,
        stages__state=StageState.CLOSED,
    )
    return closed.order_by("-year").first()


def passages(edition: Edition) -> list[Passage]:
    """The way of every entry that was not withdrawn; three queries."""
    close = Stage.objects.get(edition=edition, kind=StageKind.REGISTRATION).closes_at
    rows = Entry.objects.filter(edition=edition).exclude(state=EntryState.WITHDRAWN).order_by("pk")
    sent = {
        event["object_id"]: (event["first"], event["last"])
        for event in AuditEvent.objects.named("entry_sent")
        .filter(object_type=ENTRY, object_id__in=rows.order_by().values("pk"))
        .order_by()
        .values("object_id")
        .annotate(first=Min("at"), last=Max("at"))
    }
    found = []
    for row in rows.values("pk", "agency_id", "state", "created_at", "submitted_at"):
        first, last = sent.get(row["pk"], (None, None))
        submitted = row["submitted_at"]
        found.append(
            Passage(
                entry_id=row["pk"],
                agency_id=row["agency_id"],
                state=row["state"],
                unit_days=days_between(row["created_at"], first) if first else None,
                agency_days=days_between(last, submitted) if last and submitted else None,
                unit_lead=days_between(first, close) if first else None,
                agency_lead=days_between(submitted, close) if submitted else None,
            )
        )
    return found


def history_of(ways: Iterable[Passage]) -> History:
    """What the ways of an edition say about the next one."""
    rows = list(ways)
    at_unit = (EntryState.DRAFT, EntryState.RETURNED)
    return History(
        unit_days=[way.unit_days for way in rows if way.unit_days is not None],
        agency_days=[way.agency_days for way in rows if way.agency_days is not None],
        unit_leads=[way.unit_lead for way in rows if way.unit_lead is not None],
        agency_leads=[way.agency_lead for way in rows if way.agency_lead is not None],
        unit_stayed=sum(way.state in at_unit and way.unit_days is None for way in rows),
        agency_stayed=sum(way.state == EntryState.WITH_AGENCY for way in rows),
    )


def agency_durations(ways: Iterable[Passage]) -> dict[int, list[float]]:
    """Days with the admin, by agency."""
    found: dict[int, list[float]] = {}
    for way in ways:
        if way.agency_days is not None:
            found.setdefault(way.agency_id, []).append(way.agency_days)
    return found


def days_between(start: datetime, end: datetime) -> float:
    """Days as a float, never below 0."""
    return max(0.0, (end - start) / DAY)
