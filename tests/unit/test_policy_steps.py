"""Policy steps: who comes in, who goes out, why; what is tied stays for the plenary."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.enums import PolicyKind, PolicyTrait
from competitions.ranking import Contender, Listed, Reason, Step, cut, rank, rescored, under_policy

GRADE, TYPE = PolicyKind.PASSING_GRADE, PolicyKind.NOMINEES_PER_TYPE
AGENCY, REGION = PolicyKind.MOST_PER_AGENCY, PolicyKind.LEAST_PER_REGION
PROVINCE, GROUP = PolicyTrait.PROVINCE, PolicyTrait.GROUP
Row = tuple[int, str, str, str]


def listed(rows: list[Row], seats: int, *steps: Step) -> Listed:
    """Rows are score, agency, type, province; entries are numbered from 1."""
    ranked = rank(
        Contender(entry, Decimal(score), (), Decimal(0), Decimal(0), 3)
        for entry, (score, *_traits) in enumerate(rows, 1)
    )
    traits = {
        entry: {"agency": agency, "type": kind, "province": province, "group": "umum"}
        for entry, (_score, agency, kind, province) in enumerate(rows, 1)
    }
    return under_policy(ranked, seats, steps, traits)


def shape(found: Listed) -> tuple[list[int], list[int]]:
    return [one.entry for one in found.cut.selected], [one.entry for one in found.cut.at_line]


def changes(found: Listed, place: int = 0) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    report = found.reports[place]
    return (
        [(one.entry, one.reason) for one in report.came_in],
        [(one.entry, one.reason) for one in report.went_out],
    )


ROWS: list[Row] = [
    (90, "a", "kota", "31"),
    (80, "a", "kota", "31"),
    (70, "a", "kota", "31"),
    (60, "b", "kota", "32"),
    (50, "c", "lembaga", ""),
    (40, "d", "kota", "91"),
]


def test_passing_grade_bars_and_fills_no_seat() -> None:
    found = listed(ROWS, 5, Step(GRADE, 60))
    assert shape(found) == ([1, 2, 3, 4], [])
    assert changes(found) == ([], [(5, Reason.BARRED)])
    assert found.barred == {5: Step(GRADE, 60), 6: Step(GRADE, 60)}
    assert shape(listed(ROWS, 5, Step(GRADE, 61)))[0] == [1, 2, 3]


def test_limit_per_agency_lets_the_next_in() -> None:
    found = listed(ROWS, 3, Step(AGENCY, 1))
    assert shape(found) == ([1, 4, 5], [])
    came_in, went_out = changes(found)
    assert came_in == [(4, Reason.MOVED_UP), (5, Reason.MOVED_UP)]
    assert went_out == [(2, Reason.BARRED), (3, Reason.BARRED)]
    assert found.line_at == 5
    assert found.barred == {2: Step(AGENCY, 1), 3: Step(AGENCY, 1)}


def test_equals_across_an_agencys_limit_are_for_the_plenary() -> None:
    rows = [(90, "a", "kota", "31"), (80, "b", "kota", "31"), (80, "b", "kota", "31"), *ROWS[3:]]
    found = listed(rows, 3, Step(AGENCY, 1))
    assert shape(found) == ([1, 5], [2, 3])
    assert changes(found)[1] == [(2, Reason.TIED), (3, Reason.TIED)]
    # Nothing is left to decide where the seats end above them.
    assert shape(listed(rows, 1, Step(AGENCY, 1))) == ([1], [])


def test_a_later_step_that_leaves_one_of_the_equals_settles_an_agencys_limit() -> None:
    rows: list[Row] = [
        (90, "a", "kota", "31"),
        (89, "c", "kota", "31"),
        (80, "b", "kota", "31"),
        (10, "d", "kota", "31"),
        (80, "b", "lembaga", "31"),
        (5, "e", "lembaga", "31"),
    ]
    limit, nominees = Step(AGENCY, 1), Step(TYPE, 1)
    assert shape(listed(rows, 3, limit)) == ([1, 2], [3, 5])
    found = listed(rows, 3, limit, nominees)
    assert shape(found) == ([1, 2, 5], [])
    assert found.barred == {3: nominees, 4: nominees, 6: nominees}
    assert [one.step for one in found.reports] == [limit, nominees]
    assert listed(rows, 3, Step(AGENCY, 1), Step(GRADE, 20)).barred[4].kind == GRADE


def test_nominees_are_a_types_share_of_the_seats_and_keep_equals() -> None:
    rows: list[Row] = [(90 - n, f"k{n}", "kota", "31") for n in range(6)]
    rows += [(50 - n, f"p{n}", "provinsi", "32") for n in range(6)]
    # Each type has 6 of 12, so 2 of 4 seats.
    assert shape(listed(rows, 4, Step(TYPE, 2)))[0] == [1, 2, 3, 4]
    found = listed(rows, 4, Step(TYPE, 1))
    assert shape(found)[0] == [1, 2, 7, 8]
    assert changes(found)[1] == [(3, Reason.BARRED), (4, Reason.BARRED)]
    rows[2] = (rows[1][0], *rows[2][1:])
    barred = listed(rows, 4, Step(TYPE, 1)).barred
    assert barred == dict.fromkeys((4, 5, 6, 9, 10, 11, 12), Step(TYPE, 1))


def test_kept_places_displace_the_last_and_go_to_the_best_of_a_region() -> None:
    found = listed(ROWS, 3, Step(REGION, 1, PROVINCE))
    assert shape(found) == ([1, 4, 6], [])
    came_in, went_out = changes(found)
    assert came_in == [(4, Reason.OWED), (6, Reason.OWED)]
    assert went_out == [(2, Reason.DISPLACED), (3, Reason.DISPLACED)]
    assert found.line_at == 1


def test_kept_places_beyond_the_seats_go_by_rank() -> None:
    assert shape(listed(ROWS, 2, Step(REGION, 1, PROVINCE)))[0] == [1, 4]
    tied: list[Row] = [(90, "a", "kota", "31"), (50, "b", "kota", "32"), (50, "c", "kota", "33")]
    assert shape(listed(tied, 2, Step(REGION, 1, PROVINCE))) == ([1], [2, 3])
    assert shape(listed(tied[1:], 1, Step(REGION, 1, PROVINCE))) == ([], [1, 2])
    lone = [*tied, (40, "d", "kota", "34")]
    assert shape(listed(lone[1:], 2, Step(REGION, 1, PROVINCE)))[0] == [1, 2]


def test_equals_for_a_kept_place_are_for_the_plenary_unless_both_rank_in() -> None:
    rows = [*ROWS[:3], (40, "d", "kota", "91"), (40, "e", "kota", "91"), (30, "f", "kota", "32")]
    found = listed(rows, 3, Step(REGION, 1, PROVINCE))
    assert shape(found) == ([1, 6], [4, 5])
    assert shape(listed(rows, 6, Step(REGION, 1, PROVINCE))) == ([1, 2, 3, 4, 5, 6], [])
    two = listed(rows, 5, Step(REGION, 1, PROVINCE), Step(REGION, 1, GROUP))
    assert shape(two) == ([1, 2, 3, 6], [4, 5])


def test_of_two_kept_places_one_may_be_sure_and_one_between_equals() -> None:
    rows: list[Row] = [(95, "a", "kota", "31"), (94, "b", "kota", "31"), (93, "c", "kota", "31")]
    rows += [(50, "d", "kota", "91"), (40, "e", "kota", "91"), (40, "f", "kota", "91")]
    assert shape(listed(rows, 4, Step(REGION, 2, PROVINCE))) == ([1, 2, 4], [5, 6])
    # One place is kept for the three equals, not one for each: nobody else makes way for them.
    rows.append((40, "g", "kota", "91"))
    assert shape(listed(rows, 6, Step(REGION, 2, PROVINCE))) == ([1, 2, 3, 4], [5, 6, 7])


def test_regions_that_are_equals_take_the_last_seats_each_for_its_own() -> None:
    rows: list[Row] = [(50, "a", "kota", "91"), (50, "b", "kota", "91"), (50, "c", "kota", "92")]
    assert shape(listed(rows, 2, Step(REGION, 1, PROVINCE))) == ([3], [1, 2])
    rows = [
        (90, "z", "kota", "31"),
        *((40, "a", "kota", "91"),) * 2,
        *((30, "b", "kota", "92"),) * 2,
    ]
    assert shape(listed(rows, 3, Step(REGION, 1, PROVINCE))) == ([1], [2, 3, 4, 5])


def test_who_is_owed_a_place_twice_leaves_nothing_to_decide() -> None:
    rows = [*ROWS[:3], (40, "d", "lembaga", "91"), (40, "e", "kota", "91")]
    assert shape(listed(rows, 3, Step(REGION, 1, PROVINCE))) == ([1, 2], [4, 5])
    found = listed(rows, 3, Step(REGION, 1, PROVINCE), Step(REGION, 1, "type"))
    assert shape(found) == ([1, 2, 4], [])


def test_steps_work_on_what_the_steps_before_left() -> None:
    found = listed(ROWS, 3, Step(AGENCY, 1), Step(REGION, 1, PROVINCE), Step(GRADE, 45))
    assert changes(found, 1) == ([(6, Reason.OWED)], [(5, Reason.DISPLACED)])
    assert changes(found, 2) == ([(5, Reason.MOVED_UP)], [(6, Reason.BARRED)])
    assert shape(found)[0] == [1, 4, 5]


def test_no_seat_is_no_list_and_other_scores_keep_what_breaks_ties() -> None:
    with pytest.raises(ValueError, match=r"^a list needs at least one seat$"):
        under_policy((), 0, [], {})
    one = Contender(1, Decimal(1), (Decimal(3),), Decimal(1), Decimal(2), 2)
    (other,) = rescored([one], {1: Decimal(9)})
    assert (other.score, other.tie_breaks, other.spread) == (9, (3,), 1)


STEPS = st.lists(
    st.sampled_from(
        [Step(GRADE, 3), Step(TYPE, 1), Step(TYPE, 2), Step(AGENCY, 1), Step(AGENCY, 2)]
        + [Step(REGION, 1, PROVINCE), Step(REGION, 2, PROVINCE), Step(REGION, 1, GROUP)]
    ),
    max_size=4,
    unique_by=lambda step: (step.kind, step.trait),
)
FIELD = st.lists(
    st.tuples(
        st.integers(0, 6), st.sampled_from("abc"), st.sampled_from("kl"), st.sampled_from("123 ")
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=300, deadline=None)
@given(FIELD, st.integers(1, 15), STEPS, st.randoms(use_true_random=False))
def test_lists_hold_their_seats_give_reasons_and_know_no_order_of_rows(
    rows: list[Row], seats: int, steps: list[Step], source: random.Random
) -> None:
    rows = [(score, agency, kind, place.strip()) for score, agency, kind, place in rows]
    found = listed(rows, seats, *steps)
    selected, at_line = map(set, shape(found))
    assert len(selected) <= seats
    assert not selected & at_line
    assert not (selected | at_line) & set(found.barred)
    # Nobody is in or out without a step that says so.
    expected = {one.entry for one in listed(rows, seats).cut.selected}
    for report in found.reports:
        came_in, went_out = (
            {one.entry for one in side} for side in (report.came_in, report.went_out)
        )
        assert not came_in & expected
        assert went_out <= expected
        expected = expected - went_out | came_in
    assert expected == selected
    assert max((one.entry for one in found.cut.below), default=0) <= len(rows)
    for step in steps:
        if step.kind == AGENCY:
            agencies = [rows[entry - 1][1] for entry in selected]
            assert max(map(agencies.count, agencies), default=0) <= step.number
        if step.kind == GRADE:
            assert all(rows[entry - 1][0] >= step.number for entry in selected | at_line)
    # The same rows in another order give the same list.
    order = list(range(len(rows)))
    source.shuffle(order)
    again = listed([rows[place] for place in order], seats, *steps)
    for side, other in zip(shape(found), shape(again), strict=True):
        assert set(side) == {order[entry - 1] + 1 for entry in other}


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.integers(1, 35))
def test_without_steps_the_line_is_that_of_the_ranking(scores: list[int], seats: int) -> None:
    rows: list[Row] = [(score, "a", "k", "") for score in scores]
    ranked = [
        Contender(n, Decimal(s), (), Decimal(0), Decimal(0), 3) for n, s in enumerate(scores, 1)
    ]
    assert listed(rows, seats).cut == cut(rank(ranked), seats)
    assert listed(rows, seats).line_at == min(seats, len(scores))
