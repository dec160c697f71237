"""What is known of innovations' lives: for search, for pages, for whoever has to attest.

In Django: `Innovation.objects.with_life()` (annotates `life`), `Innovation.life_now` (one row,
no query). In hand-written SQL over `innovations_innovation i`: the fragments below, which need
the parameter `now`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef

from agencies.models import User
from innovations.models import Alarm, Attestation, Innovation
from innovations.models.innovation import LAST_WORD, InnovationQuerySet, unattested_by
from innovations.workflow import ATTESTED_FOR
from sinovik.audit import clock

LIFE_SQL = f"""CASE
    WHEN i.attested_state = 'berhenti' THEN 'berhenti'
    WHEN coalesce(i.attested_at, i.published_at) <= %(now)s - interval '{ATTESTED_FOR.days} days'
        THEN 'tanpa-kabar'
    WHEN i.attested_state = '' THEN 'baru'
    ELSE i.attested_state
END"""
"""The `Life` of a published dossier, as the column of a facet."""

QUIET_SQL = f"(({LIFE_SQL}) IN ('tanpa-kabar', 'berhenti'))"
"""Whether a dossier is silent or has stopped; in an ORDER BY it sinks them, true after false."""

SOON = timedelta(days=30)
"""How long before its day an attestation begins to wait for the agency."""


def attestations_of(innovation: Innovation) -> list[Attestation]:
    """All that was attested, the newest first. One query."""
    rows = Attestation.objects.filter(innovation=innovation)
    return list(rows.select_related("attachment__innovation"))


def told_attestations_of(innovation: Innovation) -> list[Attestation]:
    """What the public reads of them: the first speaks now. No query where nobody has attested."""
    return attestations_of(innovation) if innovation.attested_at else []


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


def waiting_reports(user: User) -> WaitingReports:
    """Counts for the work home. One query."""
    silent_alarms = Alarm.objects.standing().unanswered()
    is_alarming = Exists(silent_alarms.filter(value__indicator__innovation=OuterRef("pk")))
    is_due = unattested_by(clock.now() + SOON)
    counted = (
        Innovation.objects.editable_by(user)
        .published()
        .alias(last_word_at=LAST_WORD)
        .aggregate(
            attestations=Count("pk", filter=is_due),
            last_word=Min(LAST_WORD, filter=is_due),
            alarms=Count("pk", filter=is_alarming),
        )
    )
    last_word = counted["last_word"]
    due_at = last_word and last_word + ATTESTED_FOR
    return WaitingReports(counted["attestations"], due_at, counted["alarms"])
