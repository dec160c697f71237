"""Who reads what: balanced, conflict-free, seeded. Pure.

Greedy, then repaired: as long as a chain of single moves leads from a judge to one with at
least two fewer entries, it is taken. Where no such chain is left, no other allocation is
better balanced (loads of a bipartite graph with fixed degrees form an M-convex set, where
a local optimum is global).
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from random import Random

SWAPS_TRIED = 50
"""Pairs of entries tried before two components are left apart."""


@dataclass(frozen=True)
class Need:
    """An entry that wants `readers` judges more, none of `barred`.

    `barred` holds those in conflict and those who read the entry already.
    """

    entry: int
    readers: int
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Allocation:
    """`readers`: entry -> its new judges, sorted. `reading_order`: judge -> entries."""

    readers: Mapping[int, tuple[int, ...]]
    reading_order: Mapping[int, tuple[int, ...]]


class Shortage(ValueError):
    """Entries that can't get their number of judges; `missing` maps entry to how many."""

    def __init__(self, missing: Mapping[int, int]) -> None:
        self.missing = dict(missing)
        super().__init__(f"{len(self.missing)} entries lack judges")


@dataclass
class _Board:
    """The allocation while it is made."""

    allowed: dict[int, list[int]]
    loads: dict[int, int]
    readers: dict[int, set[int]] = field(default_factory=dict)
    shelves: dict[int, set[int]] = field(default_factory=dict)

    def give(self, entry: int, judge: int) -> None:
        self.readers[entry].add(judge)
        self.shelves[judge].add(entry)
        self.loads[judge] += 1

    def take(self, entry: int, judge: int) -> None:
        self.readers[entry].remove(judge)
        self.shelves[judge].remove(entry)
        self.loads[judge] -= 1


def allocate(
    needs: Sequence[Need],
    judges: Sequence[int],
    *,
    seed: int,
    loads: Mapping[int, int] | None = None,
) -> Allocation:
    """Give each entry its judges; `loads` counts what the judges hold already.

    The same arguments give the same answer. Raises Shortage when an entry has too few
    judges without a conflict.
    """
    random = Random(f"allocation:{seed}")  # noqa: S311  (fair, not secret)
    allowed = {need.entry: [one for one in judges if one not in need.barred] for need in needs}
    missing = {
        need.entry: need.readers - len(allowed[need.entry])
        for need in needs
        if len(allowed[need.entry]) < need.readers
    }
    if missing:
        raise Shortage(missing)
    board = _Board(allowed, {judge: (loads or {}).get(judge, 0) for judge in judges})
    board.readers = {need.entry: set() for need in needs}
    board.shelves = {judge: set() for judge in judges}
    _deal(board, needs, random)
    while _move_one(board):
        pass
    _join_components(board, random)
    return Allocation(
        {entry: tuple(sorted(readers)) for entry, readers in board.readers.items()},
        {judge: _shuffled(shelf, seed, judge) for judge, shelf in board.shelves.items()},
    )


def _shuffled(shelf: set[int], seed: int, judge: int) -> tuple[int, ...]:
    order = sorted(shelf)
    Random(f"reading:{seed}:{judge}").shuffle(order)  # noqa: S311
    return tuple(order)


def _deal(board: _Board, needs: Sequence[Need], random: Random) -> None:
    """Least loaded first, the most constrained entries first, ties by lot."""
    dealt = list(needs)
    random.shuffle(dealt)
    dealt.sort(key=lambda need: len(board.allowed[need.entry]))
    for need in dealt:
        lots = {judge: random.random() for judge in board.allowed[need.entry]}
        choice = sorted(lots, key=lambda one: (board.loads[one], lots[one]))
        for judge in choice[: need.readers]:
            board.give(need.entry, judge)


def _move_one(board: _Board) -> bool:
    """Shift one entry along a chain from a fuller judge to an emptier one, if it helps."""
    lightest = min(board.loads.values(), default=0)
    heavy = [one for one, load in board.loads.items() if load >= lightest + 2]
    for start in sorted(heavy, key=lambda one: (-board.loads[one], one)):
        chain = _chain(board, start)
        if chain:
            for entry, giver, taker in chain:
                board.take(entry, giver)
                board.give(entry, taker)
            return True
    return False


def _chain(board: _Board, start: int) -> list[tuple[int, int, int]]:
    """Moves (entry, from, to) from `start` to a judge with two fewer entries or more."""
    came: dict[int, tuple[int, int]] = {}
    waiting = deque([start])
    while waiting:
        giver = waiting.popleft()
        for entry in sorted(board.shelves[giver]):
            for taker in board.allowed[entry]:
                if taker == start or taker in came or taker in board.readers[entry]:
                    continue
                came[taker] = (entry, giver)
                if board.loads[taker] + 2 <= board.loads[start]:
                    return _unwind(came, start, taker)
                waiting.append(taker)
    return []


def _unwind(
    came: Mapping[int, tuple[int, int]], start: int, last: int
) -> list[tuple[int, int, int]]:
    moves = []
    taker = last
    while taker != start:
        entry, giver = came[taker]
        moves.append((entry, giver, taker))
        taker = giver
    return moves


def components(readers: Mapping[int, Sequence[int] | set[int]]) -> list[frozenset[int]]:
    """Judges grouped by whom they share entries with, directly or through others."""
    groups: list[set[int]] = []
    for judges in readers.values():
        joined = set(judges)
        apart = []
        for group in groups:
            if group.isdisjoint(joined):
                apart.append(group)
            else:
                joined |= group
        groups = [*apart, joined] if joined else apart
    return sorted((frozenset(group) for group in groups), key=min)


def _join_components(board: _Board, random: Random) -> None:
    """Swap judges between components while that leaves fewer of them; loads stay."""
    parts = components(board.readers)
    while len(parts) > 1:
        joined = _swap_between(board, parts[0], parts[1:], random)
        if not joined:
            return
        parts = joined


def _swap_between(
    board: _Board, part: frozenset[int], others: Sequence[frozenset[int]], random: Random
) -> list[frozenset[int]]:
    """The components after one helpful swap between `part` and another; empty if none is."""
    before = 1 + len(others)
    here = sorted(entry for entry, judges in board.readers.items() if judges & part)
    there = sorted(entry for entry, judges in board.readers.items() if judges and not judges & part)
    random.shuffle(here)
    random.shuffle(there)
    for ours, theirs in islice(zip(here, there, strict=False), SWAPS_TRIED):
        for giver in sorted(board.readers[ours]):
            for taker in sorted(board.readers[theirs]):
                if taker not in board.allowed[ours] or giver not in board.allowed[theirs]:
                    continue
                _swap(board, ours, giver, theirs, taker)
                after = components(board.readers)
                if len(after) < before:
                    return after
                _swap(board, ours, taker, theirs, giver)
    return []


def _swap(board: _Board, ours: int, giver: int, theirs: int, taker: int) -> None:
    board.take(ours, giver)
    board.take(theirs, taker)
    board.give(ours, taker)
    board.give(theirs, giver)
