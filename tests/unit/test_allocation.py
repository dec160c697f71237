"""Balanced, conflict-free, seeded allocation, against brute force on small cases."""

from collections import Counter
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.allocation import (
    Allocation,
    Need,
    Shortage,
    _best_move,
    _Board,
    _join_components,
    _level,
    _level_out,
    allocate,
    components,
)


def loads_of(allocation: Allocation, judges: list[int]) -> list[int]:
    counts = Counter(judge for readers in allocation.readers.values() for judge in readers)
    return [counts[judge] for judge in judges]


def best_imbalance(needs: list[Need], judges: list[int], base: dict[int, int]) -> int | None:
    """Smallest sum of squared loads over every allocation; None when there is none."""
    choices = [
        list(combinations([one for one in judges if one not in need.barred], need.readers))
        for need in needs
    ]
    best = None
    for picked in product(*choices):
        counts = Counter(judge for readers in picked for judge in readers)
        total = sum((counts[judge] + base.get(judge, 0)) ** 2 for judge in judges)
        best = total if best is None else min(best, total)
    return best


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Need], list[int], dict[int, int]]:
    judges = list(range(draw(st.integers(1, 4))))
    needs = [
        Need(
            entry,
            draw(st.integers(0, 3)),
            frozenset(draw(st.sets(st.sampled_from(judges), max_size=len(judges)))),
        )
        for entry in range(draw(st.integers(0, 5)))
    ]
    base = {judge: draw(st.integers(0, 3)) for judge in judges}
    return needs, judges, base


@settings(max_examples=100, deadline=None)
@given(problems(), st.integers(0, 5))
def test_allocation_is_as_feasible_and_balanced_as_brute_force(
    problem: tuple[list[Need], list[int], dict[int, int]], seed: int
) -> None:
    needs, judges, base = problem
    best = best_imbalance(needs, judges, base)
    try:
        allocation = allocate(needs, judges, seed=seed, loads=base)
    except Shortage as shortage:
        assert best is None
        for entry, missing in shortage.missing.items():
            need = needs[entry]
            assert missing == need.readers - len(set(judges) - need.barred) > 0
        return
    for need in needs:
        readers = allocation.readers[need.entry]
        assert len(readers) == len(set(readers)) == need.readers
        assert not need.barred & set(readers)
    counts = loads_of(allocation, judges)
    total = sum((n + base[judge]) ** 2 for n, judge in zip(counts, judges, strict=True))
    assert total == best


def test_same_seed_gives_the_same_answer_and_another_seed_another() -> None:
    needs = [Need(entry, 3) for entry in range(40)]
    judges = list(range(7))
    assert allocate(needs, judges, seed=1) == allocate(needs, judges, seed=1)
    assert allocate(needs, judges, seed=1) != allocate(needs, judges, seed=2)


def test_reading_order_is_shuffled_for_each_judge() -> None:
    needs = [Need(entry, 2) for entry in range(30)]
    order = allocate(needs, [1, 2], seed=3).reading_order
    assert set(order[1]) == set(order[2]) == set(range(30))
    assert order[1] != order[2]
    assert order[1] != tuple(range(30))
    # Everybody reads everything here, so that the order alone can tell the seeds apart.
    assert allocate(needs, [1, 2], seed=3).reading_order == order
    assert allocate(needs, [1, 2], seed=4).reading_order != order


def test_shortage_counts_what_is_missing() -> None:
    needs = [Need(1, 2, frozenset({10})), Need(2, 2), Need(3, 3, frozenset({10, 11}))]
    with pytest.raises(Shortage, match="2 entries") as refusal:
        allocate(needs, [10, 11], seed=1)
    assert refusal.value.missing == {1: 1, 3: 3}


def test_chain_of_moves_balances_where_greedy_can_not() -> None:
    needs = [Need(e, 1, frozenset({3})) for e in range(6)]
    needs += [Need(e, 1, frozenset({1})) for e in range(6, 12)]
    allocation = allocate(needs, [1, 2, 3], seed=5)
    assert loads_of(allocation, [1, 2, 3]) == [4, 4, 4]
    held = allocate(needs, [1, 2, 3], seed=5, loads={1: 6})
    assert sorted(loads_of(held, [1, 2, 3])) == [0, 6, 6]


def test_two_islands_are_joined_when_a_swap_can() -> None:
    north, south = frozenset({3, 4}), frozenset({1, 2})
    needs = [Need(1, 2, north), Need(2, 2, south), Need(3, 2), Need(4, 2)]
    allocation = allocate(needs, [1, 2, 3, 4], seed=0)
    assert len(components(allocation.readers)) == 1
    for seed in range(30):
        small = allocate([Need(1, 2), Need(2, 2), Need(3, 2)], [1, 2, 3, 4], seed=seed)
        assert len(components(small.readers)) == 1
        assert max(loads_of(small, [1, 2, 3, 4])) == 2


def test_islands_that_no_swap_can_join_stay() -> None:
    needs = [Need(e, 2, frozenset({3, 4})) for e in range(3)]
    needs += [Need(e, 2, frozenset({1, 2})) for e in range(3, 6)]
    allocation = allocate(needs, [1, 2, 3, 4], seed=1)
    assert components(allocation.readers) == [frozenset({1, 2}), frozenset({3, 4})]
    single = allocate([Need(e, 1) for e in range(4)], [1, 2], seed=1)
    assert len(components(single.readers)) == 2


def test_components_join_transitively() -> None:
    assert components({1: (1, 2), 2: (3, 4), 3: (2, 3), 4: ()}) == [frozenset({1, 2, 3, 4})]
    assert components({1: (3, 4), 2: (1, 2)}) == [frozenset({1, 2}), frozenset({3, 4})]


def pairs_apart(number: int) -> dict[int, set[int]]:
    """Two entries for each of `number` islands of two judges: 1 and 2, 3 and 4 ..."""
    return {entry: {(n := entry // 2 * 2) + 1, n + 2} for entry in range(2 * number)}


def test_islands_are_joined_one_after_another() -> None:
    for seed in range(4):
        allowed = {entry: list(range(1, 9)) for entry in range(8)}
        board = _Board(allowed, dict.fromkeys(allowed, 1.0), pairs_apart(4))
        _join_components(board, Random(seed))
        assert len(components(board.readers)) == 1
        assert all(len(readers) == 2 for readers in board.readers.values())


def test_a_swap_that_joins_makes_no_conflict() -> None:
    # Of the judges of both islands 2 and 4 alone may be exchanged.
    allowed = {0: [1, 2, 4], 1: [1, 2, 4], 2: [2, 3, 4], 3: [2, 3, 4]}
    for seed in range(4):
        board = _Board(allowed, dict.fromkeys(allowed, 1.0), pairs_apart(2))
        _join_components(board, Random(seed))
        assert len(components(board.readers)) == 1
        assert all(readers <= set(allowed[entry]) for entry, readers in board.readers.items())
    # And where the one may and the other may not, nothing is exchanged.
    half = {0: [1, 2, 3, 4], 1: [1, 2, 3, 4], 2: [3, 4], 3: [3, 4]}
    board = _Board(half, dict.fromkeys(half, 1.0), pairs_apart(2))
    _join_components(board, Random(1))
    assert board.readers == pairs_apart(2)


@pytest.mark.parametrize("minutes", [(5.0, 30.0, 30.0, 5.0), (30.0, 5.0, 5.0, 30.0)])
def test_a_swap_exchanges_entries_that_take_as_long(minutes: tuple[float, ...]) -> None:
    allowed = {entry: [1, 2, 3, 4] for entry in range(4)}
    board = _Board(allowed, dict(enumerate(minutes)), pairs_apart(2))
    _join_components(board, Random(1))
    assert len(components(board.readers)) == 1
    loads = Counter[int]()
    for entry, readers in board.readers.items():
        loads.update(dict.fromkeys(readers, int(minutes[entry])))
    assert set(loads.values()) == {35}


def move(
    loads: dict[int, float], minutes: list[float], band: float, readers: list[int] | None = None
) -> tuple[int, int, int] | None:
    """The best move among entries that judge 1 reads alone, or the readers named."""
    needs = [Need(entry, 1, minutes=one) for entry, one in enumerate(minutes)]
    board = _Board(
        {need.entry: list(loads) for need in needs},
        {need.entry: need.minutes for need in needs},
        {need.entry: {(readers or [1] * len(needs))[need.entry]} for need in needs},
    )
    return _best_move(board, needs, loads, band)


def test_the_best_move_is_between_those_furthest_apart_and_halves_the_gap() -> None:
    assert move({1: 30.0, 2: 20.0, 3: 10.0}, [6.0, 9.0, 15.0], band=1.0) == (1, 1, 3)
    assert move({3: 10.0, 2: 20.0, 1: 30.0}, [6.0, 9.0, 19.0], band=1.0) == (1, 1, 3)
    # The pair furthest apart has nothing to exchange, the next one has.
    assert move({1: 40.0, 2: 30.0, 3: 10.0}, [5.0], band=1.0, readers=[2]) == (0, 2, 3)


def test_no_move_where_the_gap_is_within_the_band_or_the_entry_as_long_as_the_gap() -> None:
    assert move({1: 12.0, 2: 10.0}, [1.0], band=2.0) is None
    assert move({1: 12.1, 2: 10.0}, [1.0], band=2.0) == (0, 1, 2)
    assert move({1: 20.0, 2: 10.0}, [10.0], band=1.0) is None


def minutes_of(needs: list[Need], allocation: Allocation, judge: int) -> float:
    return sum(need.minutes for need in needs if judge in allocation.readers[need.entry])


def test_minutes_are_balanced_where_numbers_would_not_be() -> None:
    needs = [Need(e, 1, minutes=30 if e < 4 else 10) for e in range(16)]
    allocation = allocate(needs, [1, 2], seed=1)
    assert minutes_of(needs, allocation, 1) == minutes_of(needs, allocation, 2) == 120
    assert allocation.minutes == {1: 120, 2: 120}


def test_minutes_held_before_count() -> None:
    needs = [Need(e, 1, minutes=10) for e in range(6)]
    allocation = allocate(needs, [1, 2, 3], seed=1, loads={1: 40, 2: 5, 3: 5})
    assert allocation.minutes == {1: 40, 2: 35, 3: 35}
    needs = [Need(e, 1) for e in range(6)]
    for seed in range(6):
        assert allocate(needs, [1, 2], seed=seed, loads={1: 2}).minutes == {1: 4, 2: 4}


def test_experts_are_preferred_and_balance_comes_first() -> None:
    needs = [Need(e, 1, experts=frozenset({e % 2})) for e in range(20)]
    fair = allocate(needs, [0, 1], seed=1)
    assert fair.by_experts == 20
    assert all(readers == (entry % 2,) for entry, readers in fair.readers.items())
    needs = [Need(e, 1, experts=frozenset({0})) for e in range(20)]
    assert allocate(needs, [0, 1], seed=1).by_experts == 10


def test_an_anchor_is_read_first_by_everybody_without_a_conflict() -> None:
    needs = [Need(e, 1) for e in range(12)]
    needs += [Need(50, 2, is_anchor=True), Need(51, 2, frozenset({2}), is_anchor=True)]
    allocation = allocate(needs, [1, 2, 3], seed=4)
    assert allocation.readers[50] == (1, 2, 3)
    assert allocation.readers[51] == (1, 3)
    assert set(allocation.reading_order[1][:2]) == {50, 51}
    assert allocation.reading_order[2][0] == 50
    # Seventeen readings in all: two judges read six, one reads five.
    assert sorted(allocation.minutes.values()) == [5, 6, 6]


def test_minutes_of_an_anchor_count_with_what_was_held() -> None:
    anchor = Need(50, 1, frozenset({2}), minutes=6, is_anchor=True)
    needs = [anchor, *(Need(e, 1) for e in range(6))]
    assert allocate(needs, [1, 2], seed=1).minutes == {1: 6, 2: 6}
    needs += [Need(e, 1) for e in range(6, 10)]
    found = allocate(needs, [1, 2], seed=1, loads={1: 4})
    assert found.minutes == {1: 10, 2: 10}
    assert found.readers[0] == (2,)


def test_an_entry_that_wants_nobody_gets_nobody() -> None:
    allocation = allocate([Need(1, 0), Need(2, 1)], [5], seed=1)
    assert allocation.readers == {1: (), 2: (5,)}
    assert allocate([], [], seed=1) == Allocation({}, {}, {}, 0)


@pytest.mark.parametrize("number", [11, 40])
def test_a_season_is_balanced_within_two_per_cent_and_of_one_piece(number: int) -> None:
    random = Random(number)
    judges = list(range(number))
    fields = [set(random.sample(range(10), 3)) for _ in judges]
    needs = [
        Need(
            entry,
            3,
            barred=frozenset(judge for judge in judges if random.random() < 0.08),
            minutes=random.randint(6, 24),
            experts=frozenset(judge for judge in judges if entry % 10 in fields[judge]),
        )
        for entry in range(1651)
    ]
    allocation = allocate(needs, judges, seed=2019)
    minutes = list(allocation.minutes.values())
    assert (max(minutes) - min(minutes)) * number <= 0.02 * sum(minutes)
    assert len(components(allocation.readers)) == 1
    reachable = sum(min(3, len(need.experts - need.barred)) for need in needs)
    assert allocation.by_experts > 0.9 * reachable
    for need in needs:
        readers = allocation.readers[need.entry]
        assert len(set(readers)) == 3
        assert need.barred.isdisjoint(readers)


@pytest.mark.parametrize(
    ("held", "readers"),
    [
        # A band of 1.6 % around a hundred minutes each: two apart are brought closer.
        ({1: 100.5, 2: 99.5}, {2}),
        ({1: 100.25, 2: 99.75}, {1}),
    ],
)
def test_judges_are_brought_within_the_band_and_no_closer(
    held: dict[int, float], readers: set[int]
) -> None:
    need = Need(0, 1, minutes=1.0)
    board = _Board({0: [1, 2]}, {0: 1.0}, {0: {1}})
    _level_out(board, [need], held)
    assert board.readers == {0: readers}


def test_the_level_fills_the_emptiest_first() -> None:
    assert _level(10, [0, 0]) == 5
    assert _level(10, [0, 4]) == 7
    assert _level(2, [0, 4]) == 2
    assert _level(0, []) == 0
    assert _level(2, [3, 40]) == 5
    assert _level(2, [0, 1, 40]) == 1.5


@pytest.mark.parametrize("seed", range(3))
def test_some_hundred_entries_are_balanced_within_two_per_cent(seed: int) -> None:
    random = Random(seed)
    judges = list(range(9))
    needs = [
        Need(
            entry,
            3,
            barred=frozenset(judge for judge in judges if random.random() < 0.1),
            minutes=random.randint(6, 24),
            experts=frozenset(random.sample(judges, 3)),
        )
        for entry in range(150)
    ]
    loads = {0: 100.0, 1: 40.0}
    allocation = allocate(needs, judges, seed=seed, loads=loads)
    minutes = list(allocation.minutes.values())
    assert sum(minutes) == 140 + sum(3 * need.minutes for need in needs)
    assert (max(minutes) - min(minutes)) * 9 <= 0.02 * sum(minutes)
    reachable = sum(len(need.experts - need.barred) for need in needs)
    assert allocation.by_experts > 0.9 * reachable
