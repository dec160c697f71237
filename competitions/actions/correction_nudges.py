"""People remind agencies of the corrections that wait for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from agencies.models import User
from competitions.actions.entries import lock_entries
from competitions.exceptions import ConflictOfInterest
from competitions.models import Entry, Nudge
from competitions.notifications.correction_reminders import tell_corrections_nudged
from competitions.permissions import check_can_claim_check
from competitions.queries.conflicts import is_conflicted
from competitions.queries.corrections import menders, nudged_on, running_corrections
from sinovik import audit
from sinovik.audit import clock
from sinovik.web.zones import contest_day


@dataclass(frozen=True)
class CorrectionsNudged:
    """What came of it: proposals and people reminded, and how many proposals were left out."""

    told: int
    people: int
    left_out: int


@transaction.atomic
def nudge_corrections(*, by: User, entries: Sequence[Entry]) -> CorrectionsNudged:
    """Remind whoever may mend, one message a person, each proposal once a day whoever asks.

    Windows that have ended, proposals reminded of today and those that nobody with an account
    can mend are left out and counted.
    """
    check_can_claim_check(by)
    rows = lock_entries(entries)
    if is_conflicted(by, [row.pk for row in rows]):
        raise ConflictOfInterest
    now = clock.database_now()
    today = contest_day(now)
    rounds, people = running_corrections(rows), menders(rows)
    done = nudged_on(today, rows)
    told = [
        row
        for row in rows
        if row.pk in rounds and now < rounds[row.pk].due_at and row.pk not in done
    ]
    told = [row for row in told if people[row.pk]]
    Nudge.objects.bulk_create(
        Nudge(
            entry=row,
            sent_by=by,
            sent_on=today,
            sent_at=now,
            state=row.state,
            recipients=len(people[row.pk]),
        )
        for row in told
    )
    audit.record_many(by=by, event="correction_nudged", objs=told)
    reached = tell_corrections_nudged([(row, rounds[row.pk].due_at) for row in told], people)
    return CorrectionsNudged(told=len(told), people=reached, left_out=len(rows) - len(told))
