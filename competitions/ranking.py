"""From scores to a list: competition ranking, declared tie-breaks, the line. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

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


@dataclass(frozen=True)
class Limited:
    """A list under the rule "at most n per agency": who came in and who went out by it."""

    cut: Cut
    came_in: tuple[int, ...]
    went_out: tuple[int, ...]


def limit_per_agency(
    ranked: Sequence[Ranked], seats: int, agencies: Mapping[int, int], limit: int
) -> Limited:
    """Pass over whoever has `limit` better entries of the same agency, then draw the line.

    Equals of one agency keep the order of rank and entry. `agencies` is agency by entry.
    """
    held: dict[int, int] = {}
    kept = []
    for one in ranked:
        agency = agencies[one.entry]
        held[agency] = held.get(agency, 0) + 1
        if held[agency] <= limit:
            kept.append(one)
    before = {one.entry for one in cut(ranked, seats).selected}
    limited = cut(kept, seats)
    after = {one.entry for one in limited.selected}
    return Limited(
        limited,
        came_in=tuple(one.entry for one in ranked if one.entry in after - before),
        went_out=tuple(one.entry for one in ranked if one.entry in before - after),
    )
