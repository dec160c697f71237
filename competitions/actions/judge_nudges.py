"""The secretariat reminds judges of the sheets that they have not sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from agencies.models import User
from competitions.models import Appointment, Stage
from competitions.notifications.judging import tell_judge_nudged
from competitions.permissions import check_can_nudge_judges
from competitions.queries.deadlines import closes_at_for
from competitions.queries.judging import NUDGED, judges_nudged_on
from competitions.queries.locks import share_open_stage
from competitions.queries.progress import body_of
from competitions.queries.sheets import sheets_held
from sinovik import audit
from sinovik.audit import clock
from sinovik.notifications.models import Reminder
from sinovik.web.zones import contest_day


@dataclass(frozen=True)
class JudgesNudged:
    """What came of it: people told, told today already, and with nothing left to send."""

    told: int
    again: int
    done: int


@transaction.atomic
def nudge_judges(*, by: User, stage: Stage, judges: Sequence[User]) -> JudgesNudged:
    """Remind judges of a running stage, each once a day whoever asks.

    Locks their appointments: of two clicks at once the second finds the first's reminders.
    Raises StageClosed when there is no more time to send anything.
    """
    check_can_nudge_judges(by, stage)
    row = share_open_stage(stage.pk)
    asked = Appointment.objects.locked().filter(
        edition=row.edition_id, role=body_of(row), user__in=[judge.pk for judge in judges]
    )
    seats = list(asked.select_related("user").order_by("pk"))
    now = clock.database_now()
    today = contest_day(now)
    nudged = judges_nudged_on(today, row)
    held = sheets_held(row)
    waiting = [seat for seat in seats if held.get(seat.user_id, (0, 0))[1]]
    told = [seat for seat in waiting if seat.user_id not in nudged]
    Reminder.objects.bulk_create(
        Reminder(
            kind=NUDGED,
            recipient_id=seat.user_id,
            object_type=row._meta.label_lower,
            object_id=row.pk,
            due_on=today,
            sent_at=now,
        )
        for seat in told
    )
    audit.record_many(
        by=by, event="judge_nudged", objs=told, payloads=[{"stage": row.pk}] * len(told)
    )
    closes_at = closes_at_for(row, None)
    for seat in told:
        total, unsent = held[seat.user_id]
        tell_judge_nudged(row, seat.user, total, unsent, closes_at, now)
    return JudgesNudged(
        told=len(told), again=len(waiting) - len(told), done=len(seats) - len(waiting)
    )
