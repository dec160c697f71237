"""The administrative selection: a pass takes one person, a fail takes two."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import User
from competitions import notifications
from competitions.actions.letters import Outgoing, write_letters
from competitions.actions.stage_entries import enter_stage, leave_stage
from competitions.enums import CheckState, FailReason, LetterKind, Outcome
from competitions.exceptions import ConflictOfInterest, SecondPersonNeeded, WrongState
from competitions.models import AdministrativeCheck, Stage, StageEntry
from competitions.permissions import (
    check_can_claim_check,
    check_can_confirm_fail,
    check_can_decide_check,
    check_can_release_check,
)
from competitions.queries.checklist import unexplained, unmet_reasons
from competitions.queries.conflicts import conflicting_entries, is_conflicted
from competitions.queries.holders import admins_of
from competitions.queries.letters import failed_letter, passed_letter
from competitions.queries.locks import share_checking_stage
from competitions.queries.stages import stage_after
from competitions.workflow import CHECK_MOVES, can_move
from sinovik import audit
from sinovik.audit import clock

BATCH = 500


@dataclass(frozen=True)
class FailDecision:
    """A proposed fail: at least one reason, and a note that the agency will read."""

    check: AdministrativeCheck
    reasons: Sequence[FailReason]
    note: str


@dataclass(frozen=True)
class Claimed:
    """What a claim of several brought: taken, and missed with whoever holds it now."""

    taken: Sequence[AdministrativeCheck]
    missed: Sequence[AdministrativeCheck]


@transaction.atomic
def claim_next(*, by: User, stage: Stage) -> AdministrativeCheck | None:
    """Take the longest waiting entry that is free of conflict; None when the queue is empty.

    Two officers at once get different entries: rows that somebody holds are skipped.
    """
    check_can_claim_check(by)
    share_checking_stage(stage.pk)
    waiting = AdministrativeCheck.objects.filter(
        stage_entry__stage=stage, stage_entry__left_at__isnull=True, state=CheckState.QUEUED
    ).exclude(stage_entry__entry__in=conflicting_entries(by))
    row = (
        waiting.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("stage_entry__entered_at", "pk")
        .first()
    )
    if row is None:
        return None
    _check_still_there([row])
    _claim(by, [row])
    return row


@transaction.atomic
def claim_checks(*, by: User, checks: Sequence[AdministrativeCheck]) -> list[AdministrativeCheck]:
    """Take these entries to check. Raises WrongState where somebody else was faster."""
    check_can_claim_check(by)
    rows, _stage = hold_checks(checks, CheckState.CLAIMED)
    if is_conflicted(by, [row.stage_entry.entry_id for row in rows]):
        raise ConflictOfInterest
    _claim(by, rows)
    return rows


@transaction.atomic
def claim_several(*, by: User, checks: Sequence[AdministrativeCheck]) -> Claimed:
    """Take those of the entries that wait still; who was faster at the others is told.

    Raises ConflictOfInterest, and takes none, where the person must not check one of them.
    """
    check_can_claim_check(by)
    pks = [check.pk for check in checks]
    share_checking_stage(_stage_of(pks))
    rows = list(AdministrativeCheck.objects.locked().filter(pk__in=pks).order_by("pk"))
    stays = StageEntry.objects.filter(pk__in=[row.stage_entry_id for row in rows])
    there = dict(stays.filter(left_at__isnull=True).values_list("pk", "entry_id"))
    if is_conflicted(by, list(there.values())):
        raise ConflictOfInterest
    free = [row for row in rows if row.state == CheckState.QUEUED and row.stage_entry_id in there]
    _claim(by, free)
    taken = {row.pk for row in free}
    missed = AdministrativeCheck.objects.for_list().filter(pk__in=set(pks) - taken)
    return Claimed(free, list(missed.order_by("pk")))


@transaction.atomic
def release_check(*, by: User, check: AdministrativeCheck) -> AdministrativeCheck:
    """Give an entry back to the queue undecided."""
    (row,), _stage = hold_checks([check], CheckState.QUEUED)
    check_can_release_check(by, row)
    if row.state != CheckState.CLAIMED:
        raise WrongState
    _requeue(row)
    audit.record(by=by, event="check_released", obj=row)
    return row


@transaction.atomic
def pass_checks(*, by: User, checks: Sequence[AdministrativeCheck]) -> list[AdministrativeCheck]:
    """Pass entries that the person claimed: they leave for the next stage.

    An item marked "tidak sesuai" needs a note that says why it passes all the same. The
    agencies hear of it when the stage closes (`send_pass_letters`).
    """
    rows, stage = hold_checks(checks, CheckState.PASSED)
    for row in rows:
        check_can_decide_check(by, row)
    if silent := unexplained(rows):
        raise WrongState(
            ngettext(
                "Ada %(count)s butir yang tidak sesuai tanpa catatan. Tulis mengapa tetap lolos.",
                "Ada %(count)s butir yang tidak sesuai tanpa catatan. Tulis mengapa tetap lolos.",
                len(silent),
            )
            % {"count": len(silent)}
        )
    following = stage_after(stage)
    if following is None:
        raise WrongState(_("Edisi ini belum memiliki tahap sesudah seleksi administrasi."))
    now = clock.now()
    for row in rows:
        row.state, row.decided_at, row.decided_by = CheckState.PASSED, now, by
    _write(rows, state=CheckState.PASSED, decided_at=now, decided_by=by)
    leave_stage(by=by, stay_ids=[row.stage_entry_id for row in rows], outcome=Outcome.PASSED)
    enter_stage(by=by, stage=following, entry_ids=[row.stage_entry.entry_id for row in rows])
    audit.record_many(by=by, event="check_passed", objs=rows)
    return rows


@transaction.atomic
def propose_fails(*, by: User, decisions: Sequence[FailDecision]) -> list[AdministrativeCheck]:
    """Propose that entries the person claimed fail; nothing happens until a second agrees.

    Where a checklist has been saved, the reasons are those of its unmet items, no more and no
    fewer. A check without one (decided by list, as the simulated editions are) states its own.
    """
    rows, _stage = hold_checks([one.check for one in decisions], CheckState.FAIL_PROPOSED)
    wanted = {one.check.pk: one for one in decisions}
    unmet = unmet_reasons(rows)
    now = clock.now()
    for row in rows:
        check_can_decide_check(by, row)
        decision = wanted[row.pk]
        if not decision.reasons or not decision.note.strip():
            raise WrongState(_("Pilih paling sedikit satu alasan dan tuliskan catatannya."))
        if row.pk in unmet and unmet[row.pk] != set(decision.reasons):
            raise WrongState(_("Alasan harus sama dengan butir yang tidak sesuai."))
        row.state, row.decided_at, row.decided_by = CheckState.FAIL_PROPOSED, now, by
        row.reasons = [FailReason(reason).value for reason in decision.reasons]
        row.note = decision.note.strip()
    AdministrativeCheck.objects.bulk_update(
        rows, ["state", "decided_at", "decided_by", "reasons", "note"], batch_size=BATCH
    )
    audit.record_many(
        by=by,
        event="check_fail_proposed",
        objs=rows,
        payloads=[{"reasons": row.reasons} for row in rows],
    )
    return rows


@transaction.atomic
def confirm_fails(*, by: User, checks: Sequence[AdministrativeCheck]) -> list[AdministrativeCheck]:
    """Confirm fails that somebody else proposed; the agencies' admins are told why."""
    rows = _hold_proposed(by, checks, CheckState.FAILED)
    now = clock.now()
    for row in rows:
        row.state, row.confirmed_at, row.confirmed_by = CheckState.FAILED, now, by
    _write(rows, state=CheckState.FAILED, confirmed_at=now, confirmed_by=by)
    leave_stage(by=by, stay_ids=[row.stage_entry_id for row in rows], outcome=Outcome.FAILED)
    audit.record_many(
        by=by,
        event="check_failed",
        objs=rows,
        payloads=[{"reasons": row.reasons} for row in rows],
    )
    agencies = {row.stage_entry.entry.agency_id for row in rows}
    letters = [_fail_letter(row) for row in rows]
    write_letters(by=by, letters=letters)
    told = [(letter.entry, letter.draft) for letter in letters]
    notifications.tell_letters(told, admins_of(agencies))
    return rows


@transaction.atomic
def reject_fail(*, by: User, check: AdministrativeCheck, note: str) -> AdministrativeCheck:
    """Disagree with a proposed fail: the entry goes back to the queue with the note."""
    (row,) = _hold_proposed(by, [check], CheckState.QUEUED)
    if not note.strip():
        raise WrongState(_("Tuliskan alasan Anda menolak usulan ini."))
    proposer, reasons = row.decided_by, row.reasons
    row.decided_at, row.decided_by = None, None
    row.reasons, row.note = [], note.strip()
    _requeue(row)
    audit.record(
        by=by, event="check_fail_rejected", obj=row, payload={"reasons": reasons, "note": row.note}
    )
    notifications.tell_fail_rejected(row, proposer, row.note)
    return row


@transaction.atomic
def send_pass_letters(*, by: User, stage: Stage) -> int:
    """At the close of the stage: a letter for each pass, one message an agency."""
    checks = AdministrativeCheck.objects.filter(stage_entry__stage=stage, state=CheckState.PASSED)
    rows = checks.for_list().exclude(stage_entry__entry__letters__kind=LetterKind.PASSED)
    letters = [
        Outgoing(entry, LetterKind.PASSED, passed_letter(entry))
        for entry in (row.stage_entry.entry for row in rows)
    ]
    write_letters(by=by, letters=letters)
    entries = [letter.entry for letter in letters]
    notifications.tell_passed(entries, admins_of({one.agency_id for one in entries}))
    return len(letters)


def _fail_letter(row: AdministrativeCheck) -> Outgoing:
    entry = row.stage_entry.entry
    reasons = [FailReason(reason) for reason in row.reasons]
    return Outgoing(entry, LetterKind.FAILED, failed_letter(entry, reasons, row.note))


def hold_checks(
    checks: Sequence[AdministrativeCheck], target: str
) -> tuple[list[AdministrativeCheck], Stage]:
    """Lock checks of one open stage, in the order given, each of which may move to `target`."""
    pks = [check.pk for check in checks]
    stage = share_checking_stage(_stage_of(pks))
    rows = AdministrativeCheck.objects.locked().filter(
        pk__in=pks, stage_entry__left_at__isnull=True
    )
    related = (
        "stage_entry__entry__edition",
        "stage_entry__entry__agency",
        "stage_entry__entry__innovation",
        "decided_by",
    )
    found = {
        row.pk: row
        for row in rows.select_related(*related)
        .defer("stage_entry__entry__innovation__sections")
        .order_by("pk")
    }
    if len(found) != len(set(pks)):
        raise WrongState
    if not all(can_move(CHECK_MOVES, row.state, target) for row in found.values()):
        raise WrongState
    _check_still_there(list(found.values()))
    return [found[pk] for pk in dict.fromkeys(pks)], stage


def _stage_of(pks: Sequence[int]) -> int:
    """The id of the one stage of the checks; of several or none, it refuses."""
    stages = AdministrativeCheck.objects.filter(pk__in=pks).order_by()
    stage_ids = list(stages.distinct().values_list("stage_entry__stage", flat=True))
    if len(stage_ids) != 1:
        raise WrongState(_("Pilih proposal dari satu tahap."))
    return stage_ids[0]


def _check_still_there(rows: Sequence[AdministrativeCheck]) -> None:
    """Refuse checks whose entry was withdrawn or reopened while we waited for their locks.

    A locked row is read afresh, what is joined to it is not.
    """
    stays = StageEntry.objects.filter(pk__in=[row.stage_entry_id for row in rows])
    if stays.filter(left_at__isnull=False).exists():
        raise WrongState


def _hold_proposed(
    by: User, checks: Sequence[AdministrativeCheck], target: str
) -> list[AdministrativeCheck]:
    """`hold_checks` for the second person: every check is proposed, by somebody else."""
    check_can_confirm_fail(by)
    rows, _stage = hold_checks(checks, target)
    if any(row.state != CheckState.FAIL_PROPOSED for row in rows):
        raise WrongState
    if any(row.decided_by_id == by.pk for row in rows):
        raise SecondPersonNeeded
    if is_conflicted(by, [row.stage_entry.entry_id for row in rows]):
        raise ConflictOfInterest
    return rows


def _claim(by: User, rows: Sequence[AdministrativeCheck]) -> None:
    now = clock.now()
    for row in rows:
        row.state, row.claimed_at, row.claimed_by = CheckState.CLAIMED, now, by
    _write(rows, state=CheckState.CLAIMED, claimed_at=now, claimed_by=by)
    audit.record_many(by=by, event="check_claimed", objs=rows)


def _requeue(row: AdministrativeCheck) -> None:
    row.state, row.claimed_at, row.claimed_by = CheckState.QUEUED, None, None
    row.save(
        update_fields=[
            "state",
            "claimed_at",
            "claimed_by",
            "decided_at",
            "decided_by",
            "reasons",
            "note",
        ]
    )


def _write(rows: Sequence[AdministrativeCheck], **values: object) -> None:
    AdministrativeCheck.objects.filter(pk__in=[row.pk for row in rows]).update(**values)
