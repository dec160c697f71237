"""Moves across the line: asked for by a member, voted on openly, carried by the votes."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.cut_offs import hold
from competitions.actions.moves import check_move
from competitions.actions.plenary import hold_session, turn
from competitions.enums import MotionState, VoteChoice
from competitions.exceptions import ConflictOfInterest, WrongState
from competitions.models import Attendance, CutOff, Entry, Motion, Plenary, Result, Vote
from competitions.permissions.plenary import check_can_preside, check_can_vote, check_has_seat
from competitions.queries.conflicts import conflicted_pairs, is_conflicted
from competitions.ranking import FEWEST_VOTERS
from competitions.workflow import MOTION_MOVES
from sinovik import audit
from sinovik.audit import clock

LONGEST = 500


@transaction.atomic
def propose_motion(
    *,
    by: User,
    plenary: Plenary,
    entry_in: Entry | None,
    entry_out: Entry | None,
    reason: str,
    text: str,
) -> Motion:
    """Ask the plenary to move one entry in, one out, or both, as a present member.

    Raises WrongState where an entry stands there already or no seat is left, and
    ConflictOfInterest where the mover is too close to one of them.
    """
    row = hold_session(plenary)
    check_has_seat(by, row)
    motion = Motion(
        plenary=row,
        number=row.motions.count() + 1,
        entry_in=entry_in,
        entry_out=entry_out,
        reason=reason,
        text=text.strip()[:LONGEST],
        proposed_at=clock.now(),
        proposed_by=by,
    )
    if not motion.entry_ids:
        raise WrongState(_("Sebut peserta yang masuk atau yang keluar."))
    if is_conflicted(by, motion.entry_ids):
        raise ConflictOfInterest
    if not motion.text:
        raise WrongState(_("Tuliskan alasan perpindahan ini."))
    _moved_by(row.cut_off, motion)
    motion.save()
    turn(row)
    facts = {"in": entry_in and entry_in.pk, "out": entry_out and entry_out.pk, "code": reason}
    audit.record(
        by=by, event="motion_proposed", obj=motion, payload=facts | {"reason": motion.text}
    )
    return motion


@transaction.atomic
def withdraw_motion(*, by: User, motion: Motion) -> Motion:
    """Take a motion back before its vote, as its mover."""
    row = hold_session(motion.plenary)
    check_has_seat(by, row)
    held = _hold(motion, MotionState.WITHDRAWN)
    if held.proposed_by_id != by.pk:
        raise WrongState(_("Hanya pengusulnya yang dapat menarik usulan ini."))
    _settle(by, held, MotionState.WITHDRAWN)
    turn(row)
    audit.record(by=by, event="motion_withdrawn", obj=held)
    return held


@transaction.atomic
def open_vote(*, by: User, motion: Motion) -> Motion:
    """Put a motion to the vote; members present now who are in no conflict may vote.

    Raises WrongState while another vote runs, where the list has changed under the motion,
    or where fewer than two may vote.
    """
    row = hold_session(motion.plenary)
    check_can_preside(by, row.cut_off.stage)
    held = _hold(motion, MotionState.VOTING)
    if is_conflicted(by, held.entry_ids):
        raise ConflictOfInterest
    if row.motions.filter(state=MotionState.VOTING).exists():
        raise WrongState(_("Selesaikan dulu pemungutan suara yang berjalan."))
    _moved_by(row.cut_off, held)
    held.eligible = _eligible(row, held)
    if held.eligible < FEWEST_VOTERS:
        raise WrongState(
            _("Paling sedikit dua anggota tanpa benturan kepentingan harus hadir untuk memutuskan.")
        )
    held.state, held.vote_opened_at = MotionState.VOTING, clock.now()
    held.save(update_fields=["state", "vote_opened_at", "eligible"])
    turn(row)
    audit.record(by=by, event="vote_opened", obj=held, payload={"eligible": held.eligible})
    return held


@transaction.atomic
def cast_vote(*, by: User, motion: Motion, choice: str) -> Vote:
    """Vote openly, once. Raises WrongState when the vote is over or one's own is cast."""
    row = hold_session(motion.plenary)
    held = Motion.objects.select_related("plenary").get(pk=motion.pk)
    if held.state != MotionState.VOTING:
        raise WrongState(_("Pemungutan suara untuk usulan ini tidak sedang berjalan."))
    check_can_vote(by, held)
    if held.votes.filter(member=by).exists():
        raise WrongState(_("Anda sudah memberi suara. Suara tidak dapat diubah."))
    vote = _cast(by, held, VoteChoice(choice))
    turn(row)
    audit.record(by=by, event="vote_cast", obj=held, payload={"choice": str(vote.choice)})
    return vote


@transaction.atomic
def close_vote(*, by: User, motion: Motion) -> Motion:
    """Count the votes; a carried motion moves its entries at once.

    Carried: more for than against, and at least half of those who may vote did.
    """
    cut_off = hold(motion.plenary.cut_off)
    row = hold_session(motion.plenary)
    check_can_preside(by, cut_off.stage)
    if is_conflicted(by, motion.entry_ids):
        raise ConflictOfInterest
    held = _hold(motion, MotionState.CARRIED)
    tally = held.tally()
    _settle(by, held, MotionState.CARRIED if tally.is_carried else MotionState.DEFEATED)
    turn(row)
    counts = {"for": tally.in_favour, "against": tally.against, "abstain": tally.abstained}
    audit.record(
        by=by,
        event="motion_carried" if tally.is_carried else "motion_defeated",
        obj=held,
        payload=counts | {"eligible": tally.eligible},
    )
    if tally.is_carried:
        for result in _moved_by(cut_off, held):
            _move(by, result, held)
    return held


def _cast(by: User, motion: Motion, choice: VoteChoice) -> Vote:
    return Vote.objects.create(motion=motion, member=by, choice=choice, cast_at=clock.now())


def _hold(motion: Motion, target: str) -> Motion:
    """The motion under lock, its session held already, if it may become `target`."""
    held = Motion.objects.locked().get(pk=motion.pk)
    check_move(MOTION_MOVES, held, target)
    return held


def _settle(by: User, motion: Motion, state: str) -> None:
    motion.state, motion.settled_at, motion.settled_by = state, clock.now(), by
    motion.save(update_fields=["state", "settled_at", "settled_by"])


def _moved_by(cut_off: CutOff, motion: Motion) -> Iterable[Result]:
    """The results that the motion moves, as the list stands now; refuses an idle move."""
    rows = {row.entry_id: row for row in cut_off.results.filter(entry__in=motion.entry_ids)}
    coming, going = motion.entry_in_id, motion.entry_out_id
    if coming is not None and (coming not in rows or rows[coming].is_selected):
        raise WrongState(_("Peserta yang diusulkan masuk tidak berada di luar daftar."))
    if going is not None and (going not in rows or not rows[going].is_selected):
        raise WrongState(_("Peserta yang diusulkan keluar tidak berada dalam daftar."))
    if going is None and cut_off.results.filter(is_selected=True).count() >= cut_off.seats:
        raise WrongState(_("Tidak ada kursi kosong. Sebut juga peserta yang keluar."))
    return rows.values()


def _eligible(plenary: Plenary, motion: Motion) -> int:
    """How many members are present and in no conflict with the motion's entries."""
    seats = Attendance.objects.filter(plenary=plenary).select_related("member")
    members = [seat.member for seat in seats]
    entries = Entry.objects.filter(pk__in=motion.entry_ids).select_related("agency__region")
    conflicted = {user for user, _entry in conflicted_pairs(members, entries)}
    return sum(member.pk not in conflicted for member in members)


def _move(by: User, result: Result, motion: Motion) -> None:
    result.is_selected, result.motion = not result.is_selected, motion
    result.save(update_fields=["is_selected", "motion"])
    audit.record(
        by=by,
        event="result_moved",
        obj=result,
        payload={
            "selected": result.is_selected,
            "code": motion.reason,
            "motion": motion.pk,
            "rank": result.rank,
        },
    )
