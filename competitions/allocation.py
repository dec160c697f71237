"""Who reads what: free of conflict, balanced by reading minutes, expertise preferred. Pure.

A linear programme over the allowed pairs (HiGHS through scipy): every entry gets its number
of readers, a judge's minutes may leave the target by a little for nothing and by more at
a rising price, and reading outside one's categories costs its minutes. Its corner solutions
leave at most some dozens of entries undecided; those are settled by an integer programme.
The same arguments give the same answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, permutations
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 0.008
"""Share of the target by which minutes may differ for nothing: under 2 % between two judges."""

STEPS = ((0.04, 50.0), (0.15, 200.0), (np.inf, 1000.0))
"""Beyond the tolerance: width of a step as a share of the target, price of a minute in it.

Higher than what expertise can save, so that balance comes first; rising, so that many small
deviations are better than one large one.
"""
NODES = 2000
"""Branches of the integer programme at most: a limit in seconds would not be repeatable."""

SWAPS_TRIED = 50
"""Pairs of entries tried before two components are left apart."""

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Need:
    """An entry that wants `readers` judges more, none of `barred`; reading takes `minutes`.

    `barred` holds those in conflict and those who read the entry already; `experts` are
    judges whose field it is. An `is_anchor` entry is read by every judge who may, and first.
    """

    entry: int
    readers: int
    barred: frozenset[int] = frozenset()
    minutes: float = 1.0
    experts: frozenset[int] = frozenset()
    is_anchor: bool = False


@dataclass(frozen=True)
class Allocation:
    """`readers`: entry -> its new judges, sorted. `reading_order`: judge -> entries.

    `minutes` are those of each judge with what was held before; `by_experts` counts new
    readings inside the reader's field.
    """

    readers: Mapping[int, tuple[int, ...]]
    reading_order: Mapping[int, tuple[int, ...]]
    minutes: Mapping[int, float]
    by_experts: int


class Shortage(ValueError):
    """Entries that can't get their number of judges; `missing` maps entry to how many."""

    def __init__(self, missing: Mapping[int, int]) -> None:
        self.missing = dict(missing)
        super().__init__(f"{len(self.missing)} entries lack judges")


@dataclass
class _Board:
    """The allocation while it is made."""

    allowed: dict[int, list[int]]
    minutes: dict[int, float]
    readers: dict[int, set[int]] = field(default_factory=dict)


def allocate(
    needs: Sequence[Need],
    judges: Sequence[int],
    *,
    seed: int,
    loads: Mapping[int, float] | None = None,
) -> Allocation:
    """Give each entry its judges; `loads` are the minutes that judges hold already.

    Raises Shortage when an entry has too few judges without a conflict.
    """
    random = Random(f"allocation:{seed}")  # noqa: S311  (fair, not secret)
    allowed = {need.entry: [one for one in judges if one not in need.barred] for need in needs}
    held = {judge: float((loads or {}).get(judge, 0)) for judge in judges}
    _check(needs, allowed)
    board = _Board(allowed, {need.entry: need.minutes for need in needs})
    anchors = [need for need in needs if need.is_anchor]
    board.readers = {need.entry: set(allowed[need.entry]) for need in anchors}
    for need in anchors:
        for judge in allowed[need.entry]:
            held[judge] += need.minutes
    others = [need for need in needs if not need.is_anchor and need.readers > 0]
    board.readers |= {need.entry: set() for need in needs if need.entry not in board.readers}
    board.readers |= _solve(others, allowed, held, random)
    _level_out(board, others, held)
    _join_components(board, random)
    return _result(board, needs, judges, seed, loads or {})


def _check(needs: Sequence[Need], allowed: Mapping[int, Sequence[int]]) -> None:
    missing = {
        need.entry: need.readers - len(allowed[need.entry])
        for need in needs
        if len(allowed[need.entry]) < need.readers
    }
    if missing:
        raise Shortage(missing)


def _result(
    board: _Board,
    needs: Sequence[Need],
    judges: Sequence[int],
    seed: int,
    loads: Mapping[int, float],
) -> Allocation:
    shelves: dict[int, list[int]] = {judge: [] for judge in judges}
    minutes = {judge: float(loads.get(judge, 0)) for judge in judges}
    by_experts = 0
    for need in needs:
        readers = board.readers[need.entry]
        by_experts += len(readers & need.experts)
        for judge in readers:
            shelves[judge].append(need.entry)
            minutes[judge] += need.minutes
    anchors = {need.entry for need in needs if need.is_anchor}
    return Allocation(
        readers={need.entry: tuple(sorted(board.readers[need.entry])) for need in needs},
        reading_order={one: _shuffled(shelf, anchors, seed, one) for one, shelf in shelves.items()},
        minutes=minutes,
        by_experts=by_experts,
    )


def _shuffled(shelf: Iterable[int], anchors: set[int], seed: int, judge: int) -> tuple[int, ...]:
    """A stable random order of the judge's own, anchors before the rest."""
    order = sorted(shelf)
    Random(f"reading:{seed}:{judge}").shuffle(order)  # noqa: S311
    return tuple(sorted(order, key=lambda entry: entry not in anchors))


@dataclass(frozen=True)
class _Programme:
    """The pairs that may be chosen, and what binds them: matrices over pairs and slacks."""

    entry: NDArray[np.int64]  # row of each pair
    judge: NDArray[np.int64]  # column of each pair
    cost: Vector
    minutes: Vector  # of each pair
    wanted: Vector  # readers of each entry
    room: Vector  # target of each judge less what is held
    target: float

    @property
    def slack_cost(self) -> Vector:
        """Price of a minute above and below the band, step by step."""
        return np.concatenate([np.full(2 * len(self.room), price) for _width, price in STEPS])

    @property
    def upper(self) -> Vector:
        """Upper bounds: one for a pair, the width of its step for a slack."""
        widths = [np.full(2 * len(self.room), width * self.target) for width, _price in STEPS]
        return np.concatenate([np.ones(len(self.cost)), *widths])

    def constraints(self) -> tuple[Any, Any, Vector]:
        """Readers per entry (equal to `wanted`); minutes per judge (at most the vector)."""
        from scipy.sparse import coo_array, vstack  # 50 MB: loaded by who computes alone

        pairs, count = len(self.cost), len(self.room)
        width = pairs + 2 * count * len(STEPS)
        order = np.arange(pairs)
        equal = coo_array((np.ones(pairs), (self.entry, order)), shape=(len(self.wanted), width))
        load = coo_array((self.minutes, (self.judge, order)), shape=(count, width))
        slack_rows = np.tile(np.arange(2 * count), len(STEPS))
        slack = coo_array(
            (-np.ones(len(slack_rows)), (slack_rows, pairs + np.arange(len(slack_rows)))),
            shape=(2 * count, width),
        )
        band = TOLERANCE * self.target
        most = np.concatenate([self.room + band, band - self.room])
        return equal, vstack([load, -load]) + slack, most


def _programme(
    needs: Sequence[Need],
    allowed: Mapping[int, Sequence[int]],
    held: Mapping[int, float],
    level: float,
    random: Random,
) -> _Programme:
    column = {judge: place for place, judge in enumerate(held)}
    pairs = [(row, judge) for row, need in enumerate(needs) for judge in allowed[need.entry]]
    # A trifle by lot decides between what is equal, so that no order of rows does.
    cost = [
        (0.0 if judge in needs[row].experts else needs[row].minutes) + random.random() / 100
        for row, judge in pairs
    ]
    return _Programme(
        entry=np.array([row for row, _judge in pairs]),
        judge=np.array([column[judge] for _row, judge in pairs]),
        cost=np.array(cost),
        minutes=np.array([needs[row].minutes for row, _judge in pairs]),
        wanted=np.array([float(need.readers) for need in needs]),
        room=np.array([max(level, minutes) - minutes for minutes in held.values()]),
        target=level,
    )


def _level(total: float, held: Iterable[float]) -> float:
    """Minutes that `total` fills the judges up to, the emptiest first."""
    heights = sorted(held)
    for count in range(len(heights), 0, -1):
        level = (total + sum(heights[:count])) / count
        if level >= heights[count - 1]:
            return level
    return total


def _solve(
    needs: Sequence[Need],
    allowed: Mapping[int, Sequence[int]],
    held: dict[int, float],
    random: Random,
) -> dict[int, set[int]]:
    """The linear programme, then the integer one over what it leaves undecided."""
    from scipy.optimize import linprog

    if not needs:
        return {}
    level = _level(sum(need.minutes * need.readers for need in needs), held.values())
    programme = _programme(needs, allowed, held, level, random)
    equal, at_most, most = programme.constraints()
    answer = linprog(
        np.concatenate([programme.cost, programme.slack_cost]),
        A_ub=at_most,
        b_ub=most,
        A_eq=equal,
        b_eq=programme.wanted,
        bounds=np.column_stack([np.zeros(len(programme.upper)), programme.upper]),
        method="highs-ds",
    )
    share = answer.x[: len(programme.cost)]
    open_rows = set(programme.entry[(share > 1e-6) & (share < 1 - 1e-6)].tolist())
    readers = _chosen(needs, programme, share, open_rows, list(held))
    loads = dict(held)
    for need in needs:
        for judge in readers.get(need.entry, ()):
            loads[judge] += need.minutes
    rest = [need for row, need in enumerate(needs) if row in open_rows]
    return readers | _settle(rest, _programme(rest, allowed, loads, level, random), list(held))


def _chosen(
    needs: Sequence[Need],
    programme: _Programme,
    share: Vector,
    left_out: set[int],
    judges: Sequence[int],
) -> dict[int, set[int]]:
    readers: dict[int, set[int]] = {
        need.entry: set() for row, need in enumerate(needs) if row not in left_out
    }
    is_settled = (share > 0.5) & ~np.isin(programme.entry, list(left_out))
    for row, column in zip(
        programme.entry[is_settled].tolist(), programme.judge[is_settled].tolist(), strict=True
    ):
        readers[needs[row].entry].add(judges[column])
    return readers


def _settle(
    needs: Sequence[Need], programme: _Programme, judges: Sequence[int]
) -> dict[int, set[int]]:
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not needs:
        return {}
    equal, at_most, most = programme.constraints()
    answer = milp(
        np.concatenate([programme.cost, programme.slack_cost]),
        integrality=np.arange(len(programme.upper)) < len(programme.cost),
        bounds=Bounds(np.zeros(len(programme.upper)), programme.upper),
        constraints=[
            LinearConstraint(equal, programme.wanted, programme.wanted),
            LinearConstraint(at_most, -np.inf, most),
        ],
        options={"node_limit": NODES, "mip_rel_gap": 0.01},
    )
    return _chosen(needs, programme, answer.x[: len(programme.cost)], set(), judges)


def _level_out(board: _Board, needs: Sequence[Need], held: Mapping[int, float]) -> None:
    """Single moves that bring two judges closer, where they are further apart than the band.

    Each move lowers the sum of squared minutes, so there is an end to them.
    """
    loads = dict(held)
    for need in needs:
        for judge in board.readers[need.entry]:
            loads[judge] += need.minutes
    band = 2 * TOLERANCE * sum(loads.values()) / max(len(loads), 1)
    while move := _best_move(board, needs, loads, band):
        entry, giver, taker = move
        board.readers[entry].remove(giver)
        board.readers[entry].add(taker)
        loads[giver] -= board.minutes[entry]
        loads[taker] += board.minutes[entry]


def _best_move(
    board: _Board, needs: Sequence[Need], loads: Mapping[int, float], band: float
) -> tuple[int, int, int] | None:
    """(entry, from, to) for the pair furthest apart that a move brings closer."""
    pairs = [(loads[giver] - loads[taker], giver, taker) for giver, taker in permutations(loads, 2)]
    for gap, giver, taker in sorted((pair for pair in pairs if pair[0] > band), reverse=True):
        moves = [
            (abs(need.minutes - gap / 2), need.entry)
            for need in needs
            if need.minutes < gap
            and giver in board.readers[need.entry]
            and taker not in board.readers[need.entry]
            and taker in board.allowed[need.entry]
        ]
        if moves:
            return min(moves)[1], giver, taker
    return None


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
    """Swap judges between components while that leaves fewer of them."""
    parts = components(board.readers)
    while len(parts) > 1:
        joined = _swap_between(board, parts[0], parts[1:], random)
        if not joined:
            return
        parts = joined


def _swap_between(
    board: _Board, part: frozenset[int], others: Sequence[frozenset[int]], random: Random
) -> list[frozenset[int]]:
    """The components after one helpful swap between `part` and another; empty if none is.

    Entries that take about as long to read are tried first: the loads hardly move.
    """
    before = 1 + len(others)
    here = [entry for entry, judges in sorted(board.readers.items()) if judges & part]
    there = [
        entry for entry, judges in sorted(board.readers.items()) if judges and not judges & part
    ]
    random.shuffle(here)
    random.shuffle(there)
    here.sort(key=lambda entry: board.minutes[entry])
    there.sort(key=lambda entry: board.minutes[entry])
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
    board.readers[ours].remove(giver)
    board.readers[ours].add(taker)
    board.readers[theirs].remove(taker)
    board.readers[theirs].add(giver)
