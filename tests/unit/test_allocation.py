"""Balanced, conflict-free, seeded allocation, against brute force on small cases."""

import time
from collections import Counter
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.allocation import Allocation, Need, Shortage, allocate, components


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


@settings(max_examples=300, deadline=None)
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


def test_the_size_of_2019_takes_less_than_a_second() -> None:
    judges = list(range(11))
    needs = [Need(e, 3, frozenset({e % 11, e % 7})) for e in range(1651)]
    began = time.perf_counter()
    allocation = allocate(needs, judges, seed=2019)
    assert time.perf_counter() - began < 1
    counts = loads_of(allocation, judges)
    assert max(counts) - min(counts) <= 1
    assert len(components(allocation.readers)) == 1
