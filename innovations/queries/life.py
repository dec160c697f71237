"""What is known of innovations' lives: for search, for pages, for whoever has to attest.

The life itself: `Innovation.objects.with_life()` (annotates `life`), `Innovation.life_now` (one
row, no query), `columns` (the search's arrays).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from agencies.models import User
from agencies.models.user import reach_of
from innovations.enums import LifeState
from innovations.models import Alarm, Attestation, Innovation
from innovations.models.innovation import LAST_WORD, InnovationQuerySet
from innovations.workflow import ATTESTED_FOR
from sinovik.audit import clock
from sinovik.web.prepared import Prepared
from sinovik.web.querysets import counted_beside

SOON = timedelta(days=30)
"""How long before its day an attestation begins to wait for the agency."""


def attestations_of(innovation: Innovation) -> list[Attestation]:
    """All that was attested, the newest first. One query."""
    return _ATTESTATIONS.all(innovation=innovation.pk)


_ATTESTATIONS = Prepared(
    lambda innovation: Attestation.objects.filter(innovation=innovation).select_related(
        "attachment__innovation"
    ),
    "innovation",
)


def told_attestations_of(innovation: Innovation) -> list[Attestation]:
    """What the public reads of them: the first speaks now. No query where nobody has attested."""
    return attestations_of(innovation) if innovation.attested_at else []


def ended_on(innovation: Innovation) -> date | None:
    """The day from which the service is attested to have stopped, if that is its last word.

    No query while it is not.
    """
    if innovation.attested_state != LifeState.STOPPED:
        return None
    return attestations_of(innovation)[0].stopped_on


def to_attest(user: User) -> InnovationQuerySet:
    """Dossiers of the person whose attestation is due within a month, the most overdue first."""
    rows = Innovation.objects.editable_by(user).unattested(clock.now() + SOON)
    return rows.for_list().order_by(LAST_WORD, "pk")


@dataclass(frozen=True)
class WaitingReports:
    """What a person's innovations wait for: attestations, the first due when; answers."""

    attestations: int
    attestation_due_at: datetime | None
    alarms: int


def report_columns(user: User) -> dict[str, Any]:
    """What `waiting_reports` counts, as columns beside any one row."""
    return reports_of(clock.now() + SOON, **reach_of(user))


def reports_of(before: Any, **reach: Any) -> dict[str, Any]:
    """The same of who has that `reach`, due by `before`; may be blanks of a prepared statement."""
    own = Innovation.objects.within(**reach).published()
    due = Innovation.objects.within(**reach).unattested(before)
    silent_alarms = Alarm.objects.standing().unanswered()
    is_alarming = Exists(silent_alarms.filter(value__indicator__innovation=OuterRef("pk")))
    return {
        "attestations": counted_beside(due),
        "last_word": Subquery(due.order_by(LAST_WORD).values(said_at=LAST_WORD)[:1]),
        "alarms": counted_beside(own.filter(is_alarming)),
    }


def waiting_reports(user: User, row: Mapping[str, Any] | None = None) -> WaitingReports:
    """Counts for the work home, from a `row` with `report_columns`; without one a query."""
    found: Mapping[str, Any] = (
        row or User.objects.filter(pk=user.pk).values(**report_columns(user)).get()
    )
    due_at = found["last_word"] and found["last_word"] + ATTESTED_FOR
    return WaitingReports(found["attestations"], due_at, found["alarms"])
