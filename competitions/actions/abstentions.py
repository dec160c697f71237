"""Giving an assignment back; the least loaded judge who may read it takes it over."""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.extra_readers import TURN, call_extra_readers, hand_out
from competitions.enums import SheetState
from competitions.exceptions import WrongState
from competitions.models import (
    Abstention,
    Assignment,
    Entry,
    ExtraReading,
    Scoresheet,
    SheetReopening,
    Stage,
)
from competitions.notifications.judging import tell_abstained, tell_replacement
from competitions.permissions import check_can_judge
from competitions.queries.extra_readers import bench_of
from competitions.queries.locks import share_open_stage
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import take_turn


@transaction.atomic
def abstain(*, by: User, assignment: Assignment, reason: str) -> Abstention:
    """Give an own assignment back for good; what was written on its draft stays unread.

    Raises WrongState on a sheet that was sent, now or before it was reopened: a mark is not
    taken back this way. StageClosed after the deadline.
    """
    stage = share_open_stage(assignment.stage_id)
    sheet = Scoresheet.objects.locked().select_related("assignment").get(assignment=assignment)
    check_can_judge(by, sheet.assignment)
    if sheet.state == SheetState.FINAL or SheetReopening.objects.filter(scoresheet=sheet).exists():
        raise WrongState(_("Lembar ini sudah pernah dikirim, jadi tidak dapat dilepas lagi."))
    if Abstention.objects.filter(assignment=assignment).exists():
        raise WrongState
    if not reason.strip():
        raise WrongState(_("Tuliskan alasan Anda tidak menilai."))
    row = Abstention.objects.create(
        assignment=sheet.assignment, reason=reason.strip()[:300], abstained_at=clock.now()
    )
    audit.record(
        by=by,
        event="assignment_released",
        obj=sheet.assignment,
        payload={"entry": sheet.assignment.entry_id, "reason": row.reason},
    )
    called = _replace(stage, sheet.assignment)
    tell_abstained(stage, by, is_replaced=bool(called))
    return row


def _replace(stage: Stage, released: Assignment) -> list[Assignment]:
    """Whom the entry is handed to; empty where nobody is free."""
    if ExtraReading.objects.filter(assignment=released).exists():
        return call_extra_readers(stage, [released.entry_id])
    # Of two who give the same entry back at once, the second sees whom the first called.
    take_turn(TURN)
    entry = Entry.objects.select_related("agency__region").get(pk=released.entry_id)
    free = bench_of(stage, [entry]).free_for(entry.pk)[:1]
    assignments = hand_out(stage, [(entry, judge) for judge in free])
    audit.record_many(
        by=None,
        event="replacement_called",
        objs=assignments,
        payloads=[
            {"entry": entry.pk, "evaluator": one.evaluator_id, "released": released.pk}
            for one in assignments
        ],
    )
    tell_replacement(stage, free)
    return assignments
