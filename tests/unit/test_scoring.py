"""From marks to a score."""

from decimal import ROUND_UP, Decimal, localcontext

import pytest

from competitions.enums import NoteRule
from competitions.scoring import (
    Incomplete,
    Quartiles,
    RubricInvalid,
    RubricLine,
    Standing,
    check_rubric,
    entry_score,
    marks_out_of_scale,
    mean,
    missing_marks,
    missing_notes,
    needs_note,
    provisional_total,
    quartiles,
    sheet_total,
    shown,
    standing,
    stored,
)

KIPP = [
    RubricLine(key, Decimal(weight), 5)
    for key, weight in {
        "background": 10,
        "novelty": 15,
        "implementation": 5,
        "significance": 30,
        "adaptability": 20,
        "resources": 5,
        "sustainability": 15,
    }.items()
]
THIRDS = [
    RubricLine("a", Decimal("33.33"), 3),
    RubricLine("b", Decimal("33.33"), 3),
    RubricLine("c", Decimal("33.34"), 3),
]


def all_marks(mark: int | None) -> dict[str, int | None]:
    return {line.key: mark for line in KIPP}


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({}, "60"),
        ({"significance": 5}, "72"),
        ({"background": 1, "novelty": 2}, "53"),
        ({line.key: 5 for line in KIPP}, "100"),
        ({line.key: 1 for line in KIPP}, "20"),
    ],
)
def test_sheet_total_weighs_each_mark(changes: dict[str, int], total: str) -> None:
    assert sheet_total(all_marks(3) | changes, KIPP) == Decimal(total)


def test_sheet_total_with_thirds_loses_nothing() -> None:
    assert sheet_total({"a": 3, "b": 3, "c": 3}, THIRDS) == Decimal(100)
    uneven = [RubricLine("a", Decimal(50), 3), RubricLine("b", Decimal(50), 6)]
    assert sheet_total({"a": 1, "b": 4}, uneven) == Decimal(50)


def test_sheet_total_without_a_mark_names_the_criteria() -> None:
    with pytest.raises(Incomplete) as refusal:
        sheet_total(all_marks(3) | {"resources": None, "novelty": None}, KIPP)
    assert refusal.value.keys == ("novelty", "resources")
    assert str(refusal.value) == "novelty, resources"


def test_provisional_total_counts_what_is_there() -> None:
    assert provisional_total({"significance": 5}, KIPP) == Decimal(30)
    assert provisional_total({}, KIPP) == 0
    assert provisional_total({"significance": 0}, KIPP) == 0
    assert missing_marks({"significance": 5}, KIPP[3:5]) == ("adaptability",)


@pytest.mark.parametrize(
    ("marks", "wrong"),
    [
        ({"background": 5, "novelty": None, "resources": 1}, ()),
        ({"background": 6}, ("background",)),
        ({"background": 0}, ("background",)),
        ({"taste": 3}, ("taste",)),
    ],
)
def test_marks_out_of_scale_are_named(marks: dict[str, int | None], wrong: tuple[str]) -> None:
    assert marks_out_of_scale(marks, KIPP) == wrong


def test_rubric_must_sum_to_one_hundred_exactly() -> None:
    check_rubric(KIPP)
    check_rubric(THIRDS)
    with pytest.raises(RubricInvalid, match=r"99\.99"):
        check_rubric([RubricLine("a", Decimal("99.99"), 5)])
    with pytest.raises(RubricInvalid, match=r"^a criterion occurs twice$"):
        check_rubric([RubricLine("a", Decimal(50), 5), RubricLine("a", Decimal(50), 5)])
    with pytest.raises(RubricInvalid, match=r"^weights sum to 0, not 100$"):
        check_rubric([])


@pytest.mark.parametrize(
    ("mark", "scale", "needed"),
    [
        (None, 5, False),
        (1, 5, True),
        (2, 5, True),
        (3, 5, False),
        (4, 5, False),
        (5, 5, True),
        (1, 2, True),
        (2, 2, True),
        (40, 100, True),
        (41, 100, False),
        (99, 100, False),
        (100, 100, True),
    ],
)
def test_note_is_needed_at_the_extremes(mark: int | None, scale: int, needed: bool) -> None:
    assert needs_note(mark, scale) is needed


@pytest.mark.parametrize("mark", [1, 3, 5])
def test_rule_of_a_criterion_decides_whether_a_note_is_needed(mark: int) -> None:
    assert needs_note(mark, 5, NoteRule.ALWAYS)
    assert not needs_note(None, 5, NoteRule.ALWAYS)
    assert not needs_note(mark, 5, NoteRule.NEVER)
    rubric = [
        RubricLine("a", Decimal(50), 5, NoteRule.ALWAYS),
        RubricLine("b", Decimal(30), 5, NoteRule.NEVER),
        RubricLine("c", Decimal(20), 5),
    ]
    marks = {"a": mark, "b": mark, "c": mark}
    wanted = ("a",) if mark == 3 else ("a", "c")
    assert missing_notes(marks, {}, rubric) == wanted
    assert missing_notes(marks, {"a": "Sebab.", "c": "Sebab."}, rubric) == ()


def test_missing_notes_ignores_blank_text() -> None:
    marks = all_marks(3) | {"background": 1, "novelty": 5, "resources": 2}
    notes = {"background": "  ", "novelty": "Belum pernah ada."}
    assert missing_notes(marks, notes, KIPP) == ("background", "resources")


@pytest.mark.parametrize(
    ("totals", "minimum", "score"),
    [
        (["70", "80", "90"], 3, "80"),
        (["70", "80"], 3, None),
        ([], 0, None),
        (["60"], 1, "60"),
        (["60", "61", "61", "62"], 3, "61"),
    ],
)
def test_entry_score_is_the_mean_of_enough_sheets(
    totals: list[str], minimum: int, score: str | None
) -> None:
    values = [Decimal(total) for total in totals]
    assert entry_score(values, minimum) == (None if score is None else Decimal(score))


def test_equal_sums_have_equal_means_whatever_the_order() -> None:
    one = [Decimal("70.1"), Decimal("80.2"), Decimal("90.3")]
    assert mean(one) == mean(list(reversed(one)))


@pytest.mark.parametrize(
    ("value", "text"), [("72.125", "72.12"), ("72.135", "72.14"), ("72.1251", "72.13")]
)
def test_shown_rounds_half_to_even(value: str, text: str) -> None:
    assert str(shown(Decimal(value))) == text


def test_stored_keeps_six_decimals() -> None:
    assert str(stored(Decimal(100) / 3)) == "33.333333"


def test_rounding_is_the_same_whatever_else_the_process_computes() -> None:
    with localcontext(rounding=ROUND_UP):
        assert str(shown(Decimal("72.125"))) == "72.12"
        assert str(stored(Decimal("0.0000005"))) == "0.000000"


@pytest.mark.parametrize(
    ("values", "low", "middle", "high"),
    [
        (["7"], "7", "7", "7"),
        (["2", "1"], "1.25", "1.5", "1.75"),
        (["8", "1", "4", "2"], "1.75", "3", "5"),
        (["1", "2", "4", "8", "16"], "2", "4", "8"),
        ([str(n) for n in range(1, 11)], "3.25", "5.5", "7.75"),
    ],
)
def test_quartiles_are_those_of_hyndman_and_fan(
    values: list[str], low: str, middle: str, high: str
) -> None:
    found = quartiles([Decimal(value) for value in values])
    assert found == Quartiles(Decimal(low), Decimal(middle), Decimal(high))
    assert found.spread == Decimal(high) - Decimal(low)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("19.99", Standing.BOTTOM_QUARTER),
        ("20", Standing.LOWER_HALF),
        ("49.99", Standing.LOWER_HALF),
        ("50", Standing.MIDDLE),
        ("50.01", Standing.UPPER_HALF),
        ("80", Standing.UPPER_HALF),
        ("80.01", Standing.TOP_QUARTER),
    ],
)
def test_a_value_at_a_percentile_stands_within_it(value: str, place: Standing) -> None:
    field = Quartiles(Decimal(20), Decimal(50), Decimal(80))
    assert standing(Decimal(value), field) is place


def test_where_all_are_equal_everybody_stands_in_the_middle() -> None:
    field = quartiles([Decimal(70)] * 6)
    assert field.spread == 0
    assert standing(Decimal(70), field) is Standing.MIDDLE
