"""Competition ranking, tie-breaks and the line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.ranking import Contender, cut, rank


def contender(
    entry: int, score: str, *breaks: str, lowest: str = "0", highest: str = "0"
) -> Contender:
    return Contender(
        entry,
        Decimal(score),
        tuple(Decimal(value) for value in breaks),
        Decimal(lowest),
        Decimal(highest),
        3,
    )


def places(*contenders: Contender) -> list[tuple[int, int, bool]]:
    return [(one.entry, one.rank, one.is_tied) for one in rank(contenders)]


def test_rank_orders_by_score() -> None:
    assert places(contender(1, "70"), contender(2, "90"), contender(3, "80")) == [
        (2, 1, False),
        (3, 2, False),
        (1, 3, False),
    ]


def test_rank_shares_a_place_and_skips_the_next() -> None:
    equal = [contender(entry, "80") for entry in (4, 2)]
    assert places(contender(1, "90"), *equal, contender(3, "70")) == [
        (1, 1, False),
        (2, 2, True),
        (4, 2, True),
        (3, 4, False),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (contender(2, "80", "4", "3"), contender(1, "80", "3", "5")),
        (contender(2, "80", "4", "4"), contender(1, "80", "4", "3")),
        (
            contender(2, "80", "4", lowest="79", highest="81"),
            contender(1, "80", "4", lowest="70", highest="90"),
        ),
        (contender(2, "80.0000001"), contender(1, "80")),
    ],
    ids=["first criterion", "second criterion", "smaller spread", "unrounded score"],
)
def test_tie_break_chain_decides(one: Contender, other: Contender) -> None:
    assert places(one, other) == [(2, 1, False), (1, 2, False)]


def test_ranking_of_nobody_is_empty() -> None:
    assert rank([]) == ()
    assert cut((), 3).selected == ()


def cut_of(scores: list[str], seats: int) -> tuple[list[int], list[int], list[int]]:
    line = cut(rank(contender(n, score) for n, score in enumerate(scores, start=1)), seats)
    assert line.is_settled is not bool(line.at_line)
    return (
        [one.entry for one in line.selected],
        [one.entry for one in line.at_line],
        [one.entry for one in line.below],
    )


@pytest.mark.parametrize(
    ("scores", "seats", "expected"),
    [
        (["9", "8", "7"], 2, ([1, 2], [], [3])),
        (["9", "8", "7"], 3, ([1, 2, 3], [], [])),
        (["9", "8"], 5, ([1, 2], [], [])),
        (["9", "8", "8", "7"], 2, ([1], [2, 3], [4])),
        (["9", "8", "8", "7"], 3, ([1, 2, 3], [], [4])),
        (["8", "8", "8"], 1, ([], [1, 2, 3], [])),
        (["9", "9", "8"], 2, ([1, 2], [], [3])),
    ],
)
def test_cut_leaves_a_tie_across_the_line_to_the_plenary(
    scores: list[str], seats: int, expected: tuple[list[int], list[int], list[int]]
) -> None:
    assert cut_of(scores, seats) == expected


def test_cut_needs_a_seat() -> None:
    with pytest.raises(ValueError, match=r"^a list needs at least one seat$"):
        cut((), 0)


@given(st.lists(st.integers(0, 6), max_size=30), st.integers(1, 35))
def test_cut_never_splits_a_tie_and_loses_nobody(scores: list[int], seats: int) -> None:
    ranked = rank(contender(n, str(score)) for n, score in enumerate(scores))
    line = cut(ranked, seats)
    assert [*line.selected, *line.at_line, *line.below] == list(ranked)
    groups = [{one.rank for one in part} for part in (line.selected, line.at_line, line.below)]
    assert not groups[0] & groups[1]
    assert not groups[1] & groups[2]
    assert not groups[0] & groups[2]
    assert len(line.selected) <= seats
    for one in ranked:
        better = sum(other.contender.score > one.contender.score for other in ranked)
        assert one.rank == better + 1
