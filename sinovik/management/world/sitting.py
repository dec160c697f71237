"""The plenaries of 2019: who sat, one who stepped back, votes on a tie at the line.

That the real plenary met a tie, and who moved what, is not known: texts say that they are
simulated. Which entries won is as published.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agencies.models import User
from competitions.actions.assignments import declare_conflict
from competitions.actions.motions import (
    cast_vote,
    close_vote,
    open_vote,
    propose_motion,
    withdraw_motion,
)
from competitions.actions.plenary import call_entry, close_plenary, open_plenary, take_seat
from competitions.enums import MoveReason, VoteChoice
from competitions.models import Appointment, Assignment, CutOff, Entry, Plenary, Stage
from competitions.queries.conflicts import conflicted_pairs
from competitions.queries.ranking import scoring_stage
from sinovik.audit import clock
from sinovik.management.world.stagehands import World

MINUTE = timedelta(minutes=1)
LENGTH = timedelta(hours=2)
CONFLICT = "Pernah mendampingi unit pelayanan ini. (Simulasi.)"
LOST = "Dampaknya lebih luas menurut laporan pemantauan. (Usulan simulasi.)"
KEPT = "Bukti penerapannya lebih lengkap pada semua lembar nilai. (Usulan simulasi.)"
WITHDRAWN = "Ditarik setelah usulan 2 disetujui. (Usulan simulasi.)"


@dataclass(frozen=True)
class Sitting:
    """A session, who presides over it, and members who may vote on all that is asked."""

    plenary: Plenary
    chair: User
    members: Sequence[User]


def hold_plenary(
    world: World, cut_off: CutOff, opened_at: datetime, winners: Collection[int]
) -> None:
    """Sit on a list; where a tie leaves a seat empty, the votes give it to whom it belongs."""
    tied = [row.entry for row in cut_off.results.filter(is_at_line=True).select_related("entry")]
    last = cut_off.results.filter(is_selected=True).select_related("entry").last()
    agenda = tied or ([last.entry] if last else [])
    members = _members(cut_off.stage)
    chairs = [world.head, *world.officers]
    entries = list(Entry.objects.filter(pk__in=[one.pk for one in agenda]))
    barred = {user for user, _entry in conflicted_pairs([*chairs, *members], entries)}
    chair = next(one for one in chairs if one.pk not in barred)
    with clock.at(opened_at):
        plenary = open_plenary(by=chair, cut_off=cut_off)
    for place, member in enumerate(members):
        with clock.at(opened_at + (place % 5) * MINUTE):
            take_seat(by=member, plenary=plenary)
    free = [one for one in members if one.pk not in barred]
    sitting = Sitting(plenary, chair, free)
    for place, entry in enumerate(agenda):
        with clock.at(opened_at + (10 + 20 * place) * MINUTE):
            call_entry(by=chair, plenary=plenary, entry=entry)
    rivals = [one for one in tied if one.pk not in winners]
    chosen = [one for one in tied if one.pk in winners]
    if rivals and len(chosen) == 1:
        _settle(sitting, rivals[0], chosen[0], opened_at + 60 * MINUTE)
    with clock.at(opened_at + LENGTH):
        close_plenary(by=chair, plenary=plenary)


def _members(stage: Stage) -> list[User]:
    """The judges whose sheets rank the list."""
    readers = Assignment.objects.filter(stage=scoring_stage(stage)).values("evaluator")
    seats = Appointment.objects.filter(edition=stage.edition_id, user__in=readers)
    return [seat.user for seat in seats.select_related("user").order_by("user")]


def _settle(sitting: Sitting, rival: Entry, chosen: Entry, begins: datetime) -> None:
    """One motion is lost, one carried, one withdrawn; a member steps back before the first."""
    readers = Assignment.objects.filter(entry=rival).values_list("evaluator", flat=True)
    stepping = next((one for one in sitting.members if one.pk not in set(readers)), None)
    voting = [one for one in sitting.members if one != stepping]
    if stepping is not None and len(voting) > 1:
        with clock.at(begins - 5 * MINUTE):
            declare_conflict(by=stepping, entry=rival, reason=CONFLICT)
    with clock.at(begins):
        _vote(sitting, rival, LOST, voting, against=2 * len(voting) // 3 + 1)
    with clock.at(begins + 20 * MINUTE):
        _vote(sitting, chosen, KEPT, voting, against=len(voting) // 4)
    with clock.at(begins + 30 * MINUTE):
        motion = propose_motion(
            by=voting[0],
            plenary=sitting.plenary,
            entry_in=rival,
            entry_out=chosen,
            reason=MoveReason.SPREAD,
            text=WITHDRAWN,
        )
        withdraw_motion(by=voting[0], motion=motion)


def _vote(
    sitting: Sitting, entry: Entry, text: str, voting: Sequence[User], *, against: int
) -> None:
    motion = propose_motion(
        by=voting[-1],
        plenary=sitting.plenary,
        entry_in=entry,
        entry_out=None,
        reason=MoveReason.TIE,
        text=text,
    )
    open_vote(by=sitting.chair, motion=motion)
    for place, member in enumerate(voting):
        choice = VoteChoice.AGAINST if place < against else VoteChoice.FOR
        cast_vote(by=member, motion=motion, choice=choice)
    close_vote(by=sitting.chair, motion=motion)
