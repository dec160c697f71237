"""From scores to a list: competition ranking, declared tie-breaks, the line. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from competitions.enums import PolicyKind

Key = tuple[Decimal, ...]


@dataclass(frozen=True)
class Contender:
    """An entry with its unrounded score and what breaks ties.

    `tie_breaks` are means of the criteria that the stage declared, most important first;
    higher wins. After them the smaller spread between sheets wins.
    """

    entry: int
    score: Decimal
    tie_breaks: tuple[Decimal, ...]
    lowest: Decimal
    highest: Decimal
    sheet_count: int

    @property
    def spread(self) -> Decimal:
        """Distance between the highest and the lowest sheet."""
        return self.highest - self.lowest

    @property
    def sort_key(self) -> Key:
        """Smaller is better; equal keys are a tie that arithmetic can't decide."""
        return (-self.score, *(-value for value in self.tie_breaks), self.spread)


@dataclass(frozen=True)
class Ranked:
    """A contender's place: 1, 2, 2, 4. `is_tied` when somebody shares it."""

    contender: Contender
    rank: int
    is_tied: bool

    @property
    def entry(self) -> int:
        """The entry's number."""
        return self.contender.entry


@dataclass(frozen=True)
class Cut:
    """A list with a line. Who stands in `at_line` is for the plenary to decide."""

    selected: tuple[Ranked, ...]
    at_line: tuple[Ranked, ...]
    below: tuple[Ranked, ...]

    @property
    def is_settled(self) -> bool:
        """Whether no tie stands across the line."""
        return not self.at_line


def rank(contenders: Iterable[Contender]) -> tuple[Ranked, ...]:
    """Rank by score, then the tie-break chain; ties keep one rank, in order of entry."""
    ordered = sorted(contenders, key=lambda one: (one.sort_key, one.entry))
    ranked: list[Ranked] = []
    for _key, equals in groupby(ordered, key=lambda one: one.sort_key):
        group = list(equals)
        place = len(ranked) + 1
        ranked.extend(Ranked(one, place, len(group) > 1) for one in group)
    return tuple(ranked)


def rescored(
    contenders: Iterable[Contender], scores: Mapping[int, Decimal]
) -> tuple[Contender, ...]:
    """The contenders with other scores, by entry; what breaks ties stays."""
    return tuple(replace(one, score=scores[one.entry]) for one in contenders)


def cut(ranked: Sequence[Ranked], seats: int) -> Cut:
    """Draw the line under `seats`.

    Where equals stand on both sides of it, all of them go to `at_line`: nobody of a tie is
    let in by the order of rows.
    """
    if seats < 1:
        raise ValueError("a list needs at least one seat")
    if seats >= len(ranked) or ranked[seats - 1].rank != ranked[seats].rank:
        return Cut(tuple(ranked[:seats]), (), tuple(ranked[seats:]))
    tied = ranked[seats].rank
    return Cut(
        tuple(one for one in ranked if one.rank < tied),
        tuple(one for one in ranked if one.rank == tied),
        tuple(one for one in ranked if one.rank > tied),
    )


class Reason(StrEnum):
    """Why a policy step took an entry into the list or out of it."""

    BARRED = "barred"
    TIED = "tied"
    DISPLACED = "displaced"
    OWED = "owed"
    MOVED_UP = "moved_up"


@dataclass(frozen=True)
class Step:
    """A policy step as arithmetic sees it. `trait` is what a kept-for place goes by."""

    kind: str
    number: int
    trait: str = ""


@dataclass(frozen=True)
class Change:
    """An entry that a step took in or out, and why."""

    entry: int
    reason: Reason


@dataclass(frozen=True)
class StepReport:
    """What one step changed in the list that the steps before it had made, in order of rank."""

    step: Step
    came_in: tuple[Change, ...]
    went_out: tuple[Change, ...]


@dataclass(frozen=True)
class Listed:
    """A list under policy steps. `barred` says which step keeps an entry out for good.

    `line_at` is how many of the ranking stand above the line; below it only who is owed a place.
    """

    cut: Cut
    reports: tuple[StepReport, ...]
    barred: Mapping[int, Step]
    line_at: int


Traits = Mapping[int, Mapping[str, str]]
"""Agency, agency type, region and group by entry; an empty label is of nobody's kind."""


def under_policy(
    ranked: Sequence[Ranked], seats: int, steps: Iterable[Step], traits: Traits
) -> Listed:
    """Draw the line under `seats` after each step in turn.

    What no step decides is decided by rank; what is still tied, at the line, at an agency's
    limit or for a kept place, stands in `at_line`: the plenary decides it.
    """
    if seats < 1:
        raise ValueError("a list needs at least one seat")
    pool = _Pool(ranked, seats, traits)
    drawn, reports = pool.draw(), []
    for step in steps:
        before = drawn.cut
        pool.apply(step)
        drawn = pool.draw()
        reports.append(pool.report(step, before, drawn))
    return Listed(drawn.cut, tuple(reports), pool.barred, drawn.line_at)


@dataclass(frozen=True)
class _Claim:
    """So many places for some of these entries; as many as there are members: for each."""

    members: frozenset[int]
    places: int


class _Pool:
    """What the steps so far leave: who may be seated, who is undecided, who is owed a place."""

    def __init__(self, ranked: Sequence[Ranked], seats: int, traits: Traits) -> None:
        self.ranked, self.seats, self.traits = ranked, seats, traits
        self.barred: dict[int, Step] = {}
        self.held: list[_Claim] = []
        self.owing: list[Step] = []

    def apply(self, step: Step) -> None:
        """Take one step."""
        if step.kind == PolicyKind.PASSING_GRADE:
            self._bar(step, [one for one in self._standing() if self._fails(one, step)])
        elif step.kind == PolicyKind.NOMINEES_PER_TYPE:
            self._nominate(step)
        elif step.kind == PolicyKind.MOST_PER_AGENCY:
            self._limit(step)
        else:
            self.owing.append(step)

    def _standing(self) -> list[Ranked]:
        return [one for one in self.ranked if one.entry not in self.barred]

    def _bar(self, step: Step, out: Iterable[Ranked]) -> None:
        self.barred |= {one.entry: step for one in out}

    @staticmethod
    def _fails(one: Ranked, step: Step) -> bool:
        return one.contender.score < step.number

    def _kinds(self, trait: str) -> list[list[Ranked]]:
        """Who stands, best first, by a trait; without those that have none."""
        found: dict[str, list[Ranked]] = {}
        for one in self._standing():
            if label := self.traits[one.entry][trait]:
                found.setdefault(label, []).append(one)
        return list(found.values())

    def _nominate(self, step: Step) -> None:
        """Keep `number` times each type's share of the seats, and who equals the last kept."""
        standing = len(self._standing())
        for own in self._kinds("type"):
            most = step.number * -(-self.seats * len(own) // standing)
            last = own[min(most, len(own)) - 1].rank
            self._bar(step, [one for one in own if one.rank > last])

    def _limit(self, step: Step) -> None:
        """Keep the best `number` of each agency; equals across its limit are held."""
        for own in self._kinds("agency"):
            kept = cut(own, step.number)
            self._bar(step, kept.below)
            if kept.at_line:
                members = frozenset(one.entry for one in kept.at_line)
                self.held.append(_Claim(members, step.number - len(kept.selected)))

    def _claims(self) -> list[_Claim]:
        """Kept places, as many as there are seats; the best claims come first."""
        places = {one.entry: one.rank for one in self.ranked}
        claims: list[_Claim] = []
        for step in self.owing:
            for own in self._kinds(step.trait):
                kept = cut(own, step.number)
                claims += [_Claim(frozenset({one.entry}), 1) for one in kept.selected]
                if kept.at_line:
                    members = frozenset(one.entry for one in kept.at_line)
                    claims.append(_Claim(members, step.number - len(kept.selected)))
        ordered = sorted(set(claims), key=lambda one: min(places[e] for e in one.members))
        found: list[_Claim] = []
        left = self.seats
        for _rank, group in groupby(ordered, lambda one: min(places[e] for e in one.members)):
            equals = list(group)
            wanted = sum(one.places for one in equals)
            if wanted > left:
                members = frozenset(entry for one in equals for entry in one.members)
                return [*found, _Claim(members, left)]
            found += equals
            left -= wanted
        return found

    def _held(self) -> list[_Claim]:
        """Equals across an agency's limit that no later step has thinned out."""
        live = (_Claim(one.members - self.barred.keys(), one.places) for one in self.held)
        return [one for one in live if len(one.members) > one.places]

    def draw(self) -> "_Drawn":
        """The list as the steps so far leave it: whole ranks from the top, kept places, ties."""
        claims, held = self._claims(), self._held()
        sure = {e for one in claims if len(one.members) == one.places for e in one.members}

        def outstanding(taken: set[int]) -> int:
            missing = (one.places - len(one.members & (taken | sure)) for one in claims)
            return len(sure - taken) + sum(max(places, 0) for places in missing)

        taken: set[int] = set()
        at_line: set[int] = set()
        used = free = 0
        for _rank, group in groupby(self._standing(), lambda one: one.rank):
            members = {one.entry for one in group}
            spare = (max(len(one.members & members) - one.places, 0) for one in held)
            room = len(members) - sum(spare)
            if used + room + outstanding(taken | members) > self.seats:
                free = self.seats - used - outstanding(taken)
                at_line = members if free else set()
                break
            taken |= members
            used += room
        for one in claims:
            if one.places > len(one.members & (taken | sure)):
                at_line |= one.members - taken
        undecided = {entry for one in held for entry in one.members}
        at_line = (at_line - sure) | ((taken | sure) & undecided)
        drawn = self._cut((taken | sure) - undecided, at_line)
        return _Drawn(drawn, frozenset(sure - taken), self._reach(taken) + free)

    def _reach(self, taken: Collection[int]) -> int:
        """How many stand above and with the last of those taken by rank."""
        places = (place for place, one in enumerate(self.ranked, 1) if one.entry in taken)
        return max(places, default=0)

    def _cut(self, selected: set[int], at_line: set[int]) -> Cut:
        return Cut(
            tuple(one for one in self.ranked if one.entry in selected),
            tuple(one for one in self.ranked if one.entry in at_line),
            tuple(one for one in self.ranked if one.entry not in selected | at_line),
        )

    def report(self, step: Step, before: Cut, drawn: "_Drawn") -> StepReport:
        """What a step changed between two lists."""
        old = {one.entry for one in before.selected}
        new = {one.entry for one in drawn.cut.selected}
        tied = {one.entry for one in drawn.cut.at_line}
        return StepReport(
            step,
            came_in=tuple(
                Change(one.entry, Reason.OWED if one.entry in drawn.owed else Reason.MOVED_UP)
                for one in drawn.cut.selected
                if one.entry not in old
            ),
            went_out=tuple(
                Change(one.entry, self._why_out(one.entry, tied))
                for one in before.selected
                if one.entry not in new
            ),
        )

    def _why_out(self, entry: int, tied: set[int]) -> Reason:
        if entry in self.barred:
            return Reason.BARRED
        return Reason.TIED if entry in tied else Reason.DISPLACED


@dataclass(frozen=True)
class _Drawn:
    """A list, and who stands in it for a kept place and not for the rank."""

    cut: Cut
    owed: frozenset[int]
    line_at: int


FEWEST_VOTERS = 2


@dataclass(frozen=True)
class Tally:
    """An open vote counted; `eligible` are those present who may vote on the motion."""

    in_favour: int
    against: int
    abstained: int
    eligible: int

    @property
    def cast(self) -> int:
        """How many voted, abstentions included."""
        return self.in_favour + self.against + self.abstained

    @property
    def is_quorate(self) -> bool:
        """Whether at least half of the eligible voted, and more people than one may."""
        return self.eligible >= FEWEST_VOTERS and 2 * self.cast >= self.eligible

    @property
    def is_carried(self) -> bool:
        """Whether the motion is carried: quorate, and more for it than against."""
        return self.is_quorate and self.in_favour > self.against
