"""Handing out entries in two steps: a plan that is looked at, then applied, or undone."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.assignments import allocated, check_scores_here, hand_out
from competitions.actions.jobs import cancel_job, defer_unless_small, note_progress, run_job
from competitions.enums import UNDER_WAY, AllocationState
from competitions.exceptions import AssignmentInfeasible, WrongState
from competitions.models import AllocationPlan, Scoresheet, Stage
from competitions.notifications.judging import tell_unassigned
from competitions.permissions import check_can_assign
from competitions.queries.allocation_plans import (
    ask_of,
    assignments_by,
    content_of,
    is_small,
    is_touched,
    planned_pairs,
    still_holds,
)
from competitions.queries.locks import close_stage_alone
from competitions.workflow import ALLOCATION_MOVES, can_move
from sinovik import audit
from sinovik.audit import clock

JOB = "competitions.tasks.plan_allocation"


def request_plan(*, by: User, stage: Stage, seed: int) -> AllocationPlan:
    """Ask for a plan of who reads what; one that is under way is not doubled.

    A small stage is planned at once, a large one by a job.
    """
    plan, is_at_once = _open(by=by, stage=stage, seed=seed)
    if is_at_once:
        make_plan(plan_id=plan.pk)
        plan.refresh_from_db()
    return plan


@transaction.atomic
def _open(*, by: User, stage: Stage, seed: int) -> tuple[AllocationPlan, bool]:
    check_can_assign(by, stage)
    row = Stage.objects.locked().get(pk=stage.pk)
    check_scores_here(row)
    if under_way := row.plans.filter(state__in=UNDER_WAY).first():
        return under_way, False
    plan = AllocationPlan.objects.create(
        stage=row, seed=seed, created_at=clock.now(), created_by=by
    )
    audit.record(by=by, event="allocation_requested", obj=plan, payload={"seed": seed})
    return plan, defer_unless_small(JOB, is_small=is_small(row), plan_id=plan.pk)


def make_plan(*, plan_id: int) -> None:
    """Compute a plan and keep all of it or nothing; run twice it does no harm."""
    run_job(AllocationPlan.objects.filter(pk=plan_id).select_related("stage__edition"), _plan)


def _plan(plan: AllocationPlan) -> None:
    try:
        shelves = _computed(plan)
    except AssignmentInfeasible as refusal:
        over = {"state": AllocationState.FAILED, "finished_at": clock.now()}
        note_progress(plan, **over, reason=str(refusal))
        return
    over = {"state": AllocationState.READY, "finished_at": clock.now()}
    note_progress(plan, **over, shelves=shelves, done=AllocationPlan.STEPS)


def _computed(plan: AllocationPlan) -> dict[str, Any]:
    ask = ask_of(plan.stage)
    note_progress(plan, done=1)
    allocation = allocated(ask, plan.seed)
    note_progress(plan, done=2)
    return content_of(ask, allocation)


@transaction.atomic
def cancel_plan(*, by: User, plan: AllocationPlan) -> AllocationPlan:
    """Stop a plan that is being computed; nothing of it stays."""
    check_can_assign(by, plan.stage)
    row = AllocationPlan.objects.locked().get(pk=plan.pk)
    if not cancel_job(row, ALLOCATION_MOVES, by=by, event="allocation_cancelled"):
        raise WrongState(_("Pembagian ini sudah selesai dihitung, jadi tidak bisa dibatalkan."))
    return row


@transaction.atomic
def apply_plan(*, by: User, plan: AllocationPlan) -> AllocationPlan:
    """Hand out what the plan says, and tell the judges.

    Raises WrongState where the stage is no longer what the plan was made for.
    """
    check_can_assign(by, plan.stage)
    stage = close_stage_alone(plan.stage_id)
    check_scores_here(stage)
    row = AllocationPlan.objects.locked().get(pk=plan.pk)
    if not can_move(ALLOCATION_MOVES, row.state, AllocationState.APPLIED):
        raise WrongState(_("Hanya pembagian yang siap dan belum diterapkan yang dapat diterapkan."))
    ask = ask_of(stage)
    if not still_holds(row, ask):
        raise WrongState(
            _("Peserta, penilai, atau benturan berubah sejak pratinjau ini. Buat pratinjau baru.")
        )
    row.state, row.applied_at, row.applied_by = AllocationState.APPLIED, clock.now(), by
    row.save(update_fields=["state", "applied_at", "applied_by"])
    hand_out(by, stage, planned_pairs(row), ask, seed=row.seed, at=row.applied_at)
    audit.record(by=by, event="allocation_applied", obj=row)
    return row


@transaction.atomic
def undo_plan(*, by: User, plan: AllocationPlan) -> AllocationPlan:
    """Take back what the plan handed out, until the first of its sheets is begun.

    The stage is held alone: no judge saves a sheet meanwhile.
    """
    check_can_assign(by, plan.stage)
    stage = close_stage_alone(plan.stage_id)
    check_scores_here(stage)
    row = AllocationPlan.objects.locked().get(pk=plan.pk)
    if not can_move(ALLOCATION_MOVES, row.state, AllocationState.UNDONE):
        raise WrongState(_("Hanya pembagian yang sedang berlaku yang dapat diurungkan."))
    if is_touched(row):
        raise WrongState(
            _("Sudah ada penilai yang mulai mengisi. Pembagian ini tidak dapat diurungkan.")
        )
    taken = list(assignments_by(row).select_related("evaluator").order_by("pk"))
    audit.record_many(
        by=by,
        event="assignment_undone",
        objs=taken,
        payloads=[{"entry": one.entry_id, "evaluator": one.evaluator_id} for one in taken],
    )
    Scoresheet.objects.filter(assignment__in=taken).delete()
    assignments_by(row).delete()
    row.state, row.undone_at, row.undone_by = AllocationState.UNDONE, clock.now(), by
    row.save(update_fields=["state", "undone_at", "undone_by"])
    audit.record(by=by, event="allocation_undone", obj=row, payload={"assignments": len(taken)})
    tell_unassigned(stage, {one.evaluator_id: one.evaluator for one in taken}.values())
    return row
