"""Appointing judges, declaring conflicts, handing out entries."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from agencies.models import Membership, User
from competitions import notifications
from competitions.actions.extra_readers import TURN as EXTRA_READERS
from competitions.allocation import Allocation, Shortage, allocate
from competitions.enums import SheetState, StageState
from competitions.exceptions import AssignmentInfeasible, WrongState
from competitions.models import (
    Appointment,
    Assignment,
    ConflictDeclaration,
    Edition,
    Entry,
    Plenary,
    Scoresheet,
    Stage,
)
from competitions.permissions import (
    check_can_appoint,
    check_can_assign,
    check_can_declare_conflict,
)
from competitions.queries.allocation_plans import Ask, ask_of
from competitions.queries.locks import close_stage_alone, share_stage
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import take_turn

BATCH = 2000
NAMED = 5
"""How many entries a refusal names before it only counts the rest."""


@transaction.atomic
def appoint(*, by: User, edition: Edition, users: Sequence[User], role: str) -> list[Appointment]:
    """Appoint people who hold `role` to judge in an edition; who is appointed already stays.

    Returns the new appointments. Raises WrongState naming people without the role.
    """
    check_can_appoint(by, edition)
    Edition.objects.locked().get(pk=edition.pk)
    holders = Membership.objects.active().filter(user__in=users, role=role)
    entitled = set(holders.values_list("user", flat=True))
    if strangers := [user.name for user in users if user.pk not in entitled]:
        raise WrongState(
            _("Beri peran penilai lebih dahulu kepada: %(names)s.")
            % {"names": ", ".join(strangers)}
        )
    there = set(
        Appointment.objects.filter(edition=edition, role=role).values_list("user", flat=True)
    )
    now = clock.now()
    rows = Appointment.objects.bulk_create(
        [
            Appointment(edition=edition, user=user, role=role, appointed_at=now, appointed_by=by)
            for user in users
            if user.pk not in there
        ]
    )
    audit.record_many(
        by=by, event="judge_appointed", objs=rows, payloads=[{"role": role}] * len(rows)
    )
    notifications.tell_appointed(rows)
    return rows


@transaction.atomic
def declare_conflict(*, by: User, entry: Entry, reason: str) -> ConflictDeclaration:
    """Step back from an entry for good; a sheet already sent counts no more.

    Declaring twice returns the first declaration. Raises WrongState after the scoring
    stage of a sent sheet is closed: its numbers are frozen then.
    """
    check_can_declare_conflict(by, entry)
    if not reason.strip():
        raise WrongState(_("Tuliskan hubungan Anda dengan peserta ini."))
    own = Assignment.objects.filter(entry=entry, evaluator=by).order_by("stage")
    stages = [share_stage(pk) for pk in own.values_list("stage", flat=True)]
    sent = own.filter(scoresheet__state=SheetState.FINAL, stage__state=StageState.CLOSED)
    if sent.exists():
        raise WrongState(
            _("Nilai Anda sudah masuk dan tahapnya ditutup. Sampaikan benturan ke sekretariat.")
        )
    take_turn(EXTRA_READERS)
    row, is_new = ConflictDeclaration.objects.get_or_create(
        user=by,
        entry=entry,
        defaults={"reason": reason.strip()[:300], "declared_at": clock.now()},
    )
    if not is_new:
        return row
    audit.record(by=by, event="conflict_declared", obj=row, payload={"entry": entry.pk})
    # A plenary's screens mask the entry from now on.
    sitting = Plenary.objects.open().filter(cut_off__stage__edition=entry.edition_id)
    sitting.update(version=F("version") + 1)
    for stage in stages:
        if stage.state == StageState.OPEN:
            notifications.tell_conflict_declared(stage, by)
    return row


@transaction.atomic
def assign_stage(*, by: User, stage: Stage, seed: int) -> list[Assignment]:
    """Hand out the entries of an open scoring stage, or fill what conflicts tore open.

    Existing assignments stay; those over a conflict are replaced by another judge's.
    Raises AssignmentInfeasible naming the entries that are short of judges.
    """
    check_can_assign(by, stage)
    row = close_stage_alone(stage.pk)
    check_scores_here(row)
    ask = ask_of(row)
    return hand_out(by, row, allocated(ask, seed).reading_order, ask, seed=seed, at=clock.now())


def check_scores_here(stage: Stage) -> None:
    """Refuse a stage in which nobody scores, or nobody scores now."""
    if not stage.has_own_sheets:
        raise WrongState(_("Tahap ini tidak memiliki penilaian sendiri."))
    if stage.state != StageState.OPEN:
        raise WrongState(_("Buka tahap ini lebih dahulu, lalu bagi tugas penilaian."))


def allocated(ask: Ask, seed: int) -> Allocation:
    """Who reads what the stage lacks; raises AssignmentInfeasible naming the shortage."""
    try:
        judges = [judge.pk for judge in ask.judges]
        return allocate(ask.needs, judges, seed=seed, loads=ask.loads)
    except Shortage as shortage:
        raise AssignmentInfeasible(_shortage(shortage, ask.entries)) from shortage


def hand_out(
    by: User,
    stage: Stage,
    shelves: Mapping[int, Sequence[int]],
    ask: Ask,
    *,
    seed: int,
    at: datetime,
) -> list[Assignment]:
    """Write entries in reading order by judge as assignments, and tell the judges.

    Inside the caller's transaction, the stage held alone.
    """
    assignments = _write(by, stage, shelves, ask.entries, at)
    audit.record_many(
        by=by,
        event="assignment_made",
        objs=assignments,
        payloads=[{"entry": one.entry_id, "evaluator": one.evaluator_id} for one in assignments],
    )
    audit.record(
        by=by,
        event="stage_assigned",
        obj=stage,
        payload={"seed": seed, "assignments": len(assignments)},
    )
    busy = {one.evaluator_id for one in assignments}
    notifications.tell_assigned(stage, [judge for judge in ask.judges if judge.pk in busy])
    return assignments


def _shortage(shortage: Shortage, entries: Mapping[int, Entry]) -> str:
    named = [
        _("%(entry)s (kurang %(count)s)") % {"entry": entries[pk].number, "count": count}
        for pk, count in list(shortage.missing.items())[:NAMED]
    ]
    rest = len(shortage.missing) - len(named)
    if rest:
        named.append(_("dan %(count)s lainnya") % {"count": rest})
    return _("Penilai tanpa benturan kepentingan tidak cukup untuk: %(entries)s.") % {
        "entries": ", ".join(named)
    }


def _write(
    by: User,
    stage: Stage,
    shelves: Mapping[int, Sequence[int]],
    entries: Mapping[int, Entry],
    at: datetime,
) -> list[Assignment]:
    """Assignments with their draft sheets; new reading goes behind what is there.

    Each names the version that its entry stands with: that one is judged.
    """
    held = Assignment.objects.filter(stage=stage).order_by()
    last = dict(held.values_list("evaluator").annotate(last=Max("reading_order")))
    assignments = Assignment.objects.bulk_create(
        [
            Assignment(
                stage=stage,
                entry_id=entry_id,
                evaluator_id=judge_id,
                version_id=entries[entry_id].version_id,
                reading_order=place,
                assigned_at=at,
                assigned_by=by,
            )
            for judge_id, shelf in shelves.items()
            for place, entry_id in enumerate(shelf, start=last.get(judge_id, 0) + 1)
        ],
        batch_size=BATCH,
    )
    Scoresheet.objects.bulk_create(
        [Scoresheet(assignment=one, updated_at=at) for one in assignments], batch_size=BATCH
    )
    return assignments
