"""What a plenary's screen shows: the list around the line, the agenda, motions, votes.

A masked line says that something stands there and nothing of what it is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from agencies.models import User
from competitions.calibration import is_open
from competitions.enums import MotionState
from competitions.models import (
    Attendance,
    CutOff,
    Discussion,
    Motion,
    Plenary,
    Result,
    Stage,
    Vote,
)
from competitions.queries.board import hidden_from, results_of
from competitions.queries.conflicts import conflicted_pairs
from competitions.ranking import Tally

AROUND = 8
"""Positions shown on each side of the line."""
REACH = 40
"""Positions on each side of the line within which an entry of the grey zone is on the agenda."""


@dataclass(frozen=True)
class Place:
    """Where an entry stands in the list, which is all that the line needs to know."""

    entry: int
    rank: int
    is_selected: bool
    is_at_line: bool = False
    chances: Sequence[Decimal] = ()

    @property
    def chance(self) -> float | None:
        """Of standing above the list's own line, where the marks leave it open."""
        chance = float(self.chances[0]) if self.chances else None
        return chance if chance is not None and is_open(chance) else None


@dataclass(frozen=True)
class ScreenRow:
    """A line of the screen. `result` is None where it is masked."""

    result: Result | None
    chance: float | None = None
    is_tied_at_line: bool = False
    on_floor: bool = False
    starts_below: bool = False
    follows_gap: bool = False

    @property
    def on_agenda(self) -> bool:
        """Whether the plenary has to look at it: in the grey zone, or tied at the line."""
        return self.is_tied_at_line or self.chance is not None


@dataclass(frozen=True)
class MotionRow:
    """A motion as the screen shows it; masked, it is a number and nothing else."""

    motion: Motion
    is_masked: bool
    incoming: Result | None
    outgoing: Result | None
    tally: Tally
    votes: Sequence[Vote] = ()


@dataclass
class Screen:
    """A session at one moment, as one reader or the whole room may see it."""

    plenary: Plenary
    rows: list[ScreenRow]
    motions: list[MotionRow]
    seats: Sequence[Attendance]
    seats_left: int
    tied_at_line: int
    floor: Result | None = None
    is_floor_masked: bool = False
    hidden: Collection[int] = field(default_factory=frozenset)

    @property
    def voting(self) -> MotionRow | None:
        """The motion that is being voted on."""
        running = (row for row in self.motions if row.motion.state == MotionState.VOTING)
        return next(running, None)

    @property
    def is_masked(self) -> bool:
        """Whether something is kept from the reader, on this screen or elsewhere in the list."""
        return bool(self.hidden)

    def seat_of(self, user: User) -> Attendance | None:
        """The person's seat, None for who is not present."""
        return next((seat for seat in self.seats if seat.member_id == user.pk), None)

    def may_vote(self, user: User) -> bool:
        """Whether the person may still vote on what is being voted on; no query."""
        row, seat = self.voting, self.seat_of(user)
        if row is None or seat is None or row.is_masked or row.motion.vote_opened_at is None:
            return False
        has_voted = any(vote.member_id == user.pk for vote in row.votes)
        return seat.joined_at <= row.motion.vote_opened_at and not has_voted


def latest_plenary(stage: Stage) -> Plenary | None:
    """The stage's last session, open or not, with what is on its floor; one query."""
    called = Discussion.objects.filter(plenary=OuterRef("pk")).order_by("-number")
    rows = Plenary.objects.filter(cut_off__stage=stage).annotate(
        floor=Subquery(called.values("entry")[:1])
    )
    return rows.select_related("cut_off__applied_by").order_by("-number").first()


def plenaries_of(stage: Stage) -> "QuerySet[Plenary]":
    """Sessions of a stage, the last first."""
    return Plenary.objects.filter(cut_off__stage=stage).order_by("-number")


def screen_of(plenary: Plenary, stage: Stage, reader: User, *, is_shared: bool = False) -> Screen:
    """What the reader sees, or what may be thrown on the wall; at most eight queries.

    `plenary` is read with `latest_plenary`. On a shared screen an entry is masked as soon as
    one of those present, or whose account projects it, is in conflict with it.
    """
    cut_off = plenary.cut_off
    places = places_of(cut_off)
    seats = list(plenary.attendances.select_related("member"))
    votes = Vote.objects.select_related("member")
    motions = list(
        plenary.motions.select_related("proposed_by").prefetch_related(Prefetch("votes", votes))
    )
    floor: int | None = plenary.floor  # type: ignore[attr-defined]
    about = {pk for motion in motions for pk in motion.entry_ids}
    about |= {floor} if floor else set()
    listed = _listed(places, cut_off.line_position)
    wanted = about | {place.entry for _at, place in listed}
    results = {row.entry_id: row for row in results_of(cut_off, ()).filter(entry__in=wanted)}
    hidden = _hidden(stage, reader, seats, results.values(), is_shared=is_shared)
    seen = {pk: row for pk, row in results.items() if pk not in hidden}
    return Screen(
        plenary=plenary,
        rows=_rows(listed, cut_off.line_position, seen, floor),
        motions=[_motion_row(motion, seen, hidden) for motion in motions],
        seats=seats,
        seats_left=cut_off.seats - sum(place.is_selected for place in places),
        tied_at_line=sum(place.is_at_line and place.entry not in hidden for place in places),
        floor=seen.get(floor) if floor else None,
        is_floor_masked=floor in hidden,
        hidden=hidden,
    )


def places_of(cut_off: CutOff) -> list[Place]:
    """The whole list in order, a few numbers an entry; one query."""
    rows = cut_off.results.order_by("rank", "entry_id")
    told = rows.values_list("entry_id", "rank", "is_selected", "is_at_line", "chances")
    return [Place(*row) for row in told]


def near_line(cut_off: CutOff, hidden: Collection[int]) -> list[Result]:
    """What can be seen of the line's neighbours, in order; two queries."""
    near = [place.entry for _at, place in _listed(places_of(cut_off), cut_off.line_position)]
    return list(results_of(cut_off, hidden).filter(entry__in=near))


def _listed(places: Sequence[Place], line: int) -> list[tuple[int, Place]]:
    """The line's neighbours, the grey zone near it and all ties at it, with their positions."""
    return [
        (at, place)
        for at, place in enumerate(places)
        if line - AROUND <= at < line + AROUND
        or place.is_at_line
        or (line - REACH <= at < line + REACH and place.chance is not None)
    ]


def _hidden(
    stage: Stage,
    reader: User,
    seats: Sequence[Attendance],
    results: Collection[Result],
    *,
    is_shared: bool,
) -> Collection[int]:
    if not is_shared:
        return hidden_from(reader, stage)
    people = [reader, *(seat.member for seat in seats)]
    pairs = conflicted_pairs(people, [result.entry for result in results])
    return frozenset(entry for _person, entry in pairs)


def _rows(
    listed: Sequence[tuple[int, Place]],
    line: int,
    seen: dict[int, Result],
    floor: int | None,
) -> list[ScreenRow]:
    rows = []
    before: int | None = None
    for at, place in listed:
        result = seen.get(place.entry)
        rows.append(
            ScreenRow(
                result=result,
                chance=place.chance if result else None,
                is_tied_at_line=bool(result) and place.is_at_line,
                on_floor=bool(result) and place.entry == floor,
                starts_below=at >= line and (before is None or before < line),
                follows_gap=before is not None and at != before + 1,
            )
        )
        before = at
    return rows


def _motion_row(motion: Motion, seen: dict[int, Result], hidden: Collection[int]) -> MotionRow:
    is_masked = any(pk in hidden for pk in motion.entry_ids)
    return MotionRow(
        motion=motion,
        is_masked=is_masked,
        incoming=seen.get(motion.entry_in_id) if motion.entry_in_id else None,
        outgoing=seen.get(motion.entry_out_id) if motion.entry_out_id else None,
        tally=motion.tally(),
        votes=list(motion.votes.all()),
    )
