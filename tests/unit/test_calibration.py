"""Severity of judges, calibrated scores, agreement, and how sure a place is."""

from decimal import Decimal
from fractions import Fraction
from random import Random
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.calibration import (
    Agreement,
    Calibration,
    NotConnected,
    Outlook,
    Sheet,
    agreement,
    calibrate,
    is_open,
    outlooks,
    parts_of,
    rounded,
    severity,
)
from tests.unit.columns import columns_of


def sheet(entry: int, evaluator: int, total: float | str) -> Sheet:
    return Sheet(entry, evaluator, Decimal(str(total)))


def field(seed: int, entries: int = 60, judges: int = 7, readers: int = 3) -> list[Sheet]:
    """A season whose truth is known: quality, severity, error."""
    random = Random(seed)
    quality = [random.gauss(65, 8) for _ in range(entries)]
    leaning = [random.gauss(0, 4) for _ in range(judges)]
    return [
        sheet(e, 100 + j, round(quality[e] + leaning[j] + random.gauss(0, 3), 6))
        for e in range(entries)
        for j in random.sample(range(judges), readers)
    ]


def test_a_judge_ten_points_higher_is_found_and_taken_out() -> None:
    sheets = [sheet(1, 8, 60), sheet(1, 9, 70), sheet(2, 8, 50), sheet(2, 9, 60)]
    fit = calibrate(sheets)
    assert fit.effects == {8: Decimal(-5), 9: Decimal(5)}
    assert fit.scores == {1: Decimal(65), 2: Decimal(55)}
    assert fit.residual_variance == 0.0


def test_an_entry_with_the_severe_judges_overtakes() -> None:
    sheets = [
        sheet(1, 7, 80),
        sheet(1, 8, 80),
        sheet(2, 8, 80),
        sheet(2, 9, 60),
        sheet(3, 7, 80),
        sheet(3, 9, 60),
    ]
    fit = calibrate(sheets)
    assert fit.effects[9] == rounded(Fraction(-40, 3))
    # By raw means entry 1 leads by ten points; the whole distance is judge 9.
    assert fit.scores[1] == fit.scores[2] == fit.scores[3] == rounded(Fraction(220, 3))


@pytest.mark.parametrize("seed", range(5))
def test_the_exact_fit_is_the_least_squares_fit(seed: int) -> None:
    sheets = field(seed)
    fit = calibrate(sheets)
    entries, judges = list(fit.scores), list(fit.effects)
    design = np.zeros((len(sheets) + 1, len(entries) + len(judges)))
    for row, one in enumerate(sheets):
        design[row, entries.index(one.entry)] = 1
        design[row, len(entries) + judges.index(one.evaluator)] = 1
    design[-1, len(entries) :] = 1
    totals = np.array([float(one.total) for one in sheets] + [0.0])
    answer, *_rest = np.linalg.lstsq(design, totals, rcond=None)
    assert np.allclose(answer[: len(entries)], [float(v) for v in fit.scores.values()])
    assert np.allclose(answer[len(entries) :], [float(v) for v in fit.effects.values()])
    squares = float(np.sum((design @ answer - totals) ** 2))
    freedom = len(sheets) - len(entries) - len(judges) + 1
    assert fit.residual_variance == pytest.approx(squares / freedom)


@given(st.integers(0, 50), st.integers(-2000, 2000))
def test_points_added_to_all_of_a_judges_sheets_move_no_entry(seed: int, hundredths: int) -> None:
    sheets, gift = field(seed, entries=12, judges=4), Decimal(hundredths) / 100
    gifted = [
        Sheet(s.entry, s.evaluator, s.total + gift if s.evaluator == 100 else s.total)
        for s in sheets
    ]
    before, after = calibrate(sheets), calibrate(gifted)
    # Effects sum to zero, so that the gift's mean moves every entry alike.
    moved = {after.scores[entry] - before.scores[entry] for entry in before.scores}
    assert max(moved) - min(moved) <= Decimal("2e-12")


def test_the_order_of_sheets_is_of_no_matter() -> None:
    sheets = field(3)
    assert calibrate(sheets) == calibrate(sorted(sheets, key=lambda s: (s.total, s.entry)))


def test_two_sheets_of_one_judge_on_one_entry_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^an evaluator has two sheets on one entry$"):
        calibrate([sheet(1, 8, 60), sheet(1, 8, 61)])


def test_an_empty_field_fits_and_says_nothing() -> None:
    assert calibrate([]) == Calibration({}, {}, (), None)


def test_parts_that_share_no_judge_are_told_apart() -> None:
    sheets = [sheet(1, 8, 60), sheet(2, 8, 70), sheet(3, 9, 60), sheet(4, 9, 90), sheet(5, 7, 1)]
    parts = parts_of(reversed(sheets))
    assert [sorted(part.entries) for part in parts] == [[1, 2], [3, 4], [5]]
    fit = calibrate(sheets)
    assert not fit.is_connected
    assert set(fit.effects.values()) == {Decimal(0)}
    with pytest.raises(NotConnected, match="3 parts"):
        outlooks(sheets, fit, lines=[1], by_calibrated=True, seed=1)


def test_one_sheet_that_joins_two_parts_joins_them() -> None:
    sheets = [sheet(1, 8, 60), sheet(2, 9, 70), sheet(1, 9, 65)]
    assert len(parts_of(sheets)) == 1


def test_rounding_is_half_to_even_in_the_twelfth_place() -> None:
    assert rounded(Fraction(5, 10**13)) == 0
    assert rounded(Fraction(15, 10**13)) == Decimal("2e-12")
    assert rounded(Fraction(1, 3)) == Decimal("0.333333333333")


def test_the_intraclass_correlation_is_that_of_shrout_and_fleiss() -> None:
    # Shrout and Fleiss 1979, table 2: six targets, four judges; ICC(1,1) is .17.
    ratings = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
    sheets = [sheet(t, j, mark) for t, row in enumerate(ratings) for j, mark in enumerate(row)]
    found = agreement(sheets, Decimal(7))
    assert found.intraclass == pytest.approx(0.166, abs=0.001)
    assert (found.pairs, found.far_apart) == (36, 1)
    assert found.share_far_apart == pytest.approx(1 / 36)


def test_two_entries_are_enough_for_an_intraclass_correlation() -> None:
    # Mean squares: 400 between the entries, 50 within them.
    sheets = [sheet(1, 8, 60), sheet(1, 9, 70), sheet(2, 8, 80), sheet(2, 9, 90)]
    assert agreement(sheets, Decimal(10)).intraclass == pytest.approx(350 / 450)


def test_a_pair_apart_by_exactly_the_threshold_counts() -> None:
    sheets = [sheet(1, 8, 60), sheet(1, 9, "74.99"), sheet(2, 8, 60), sheet(2, 9, 75)]
    assert agreement(sheets, Decimal(15)).far_apart == 1


def test_agreement_has_no_sense_without_pairs_or_differences() -> None:
    assert agreement([], Decimal(15)) == Agreement(None, 0, 0)
    assert agreement([], Decimal(15)).share_far_apart == 0.0
    assert agreement([sheet(1, 8, 60), sheet(2, 8, 70)], Decimal(15)).intraclass is None
    same = [sheet(e, j, 60) for e in (1, 2) for j in (8, 9)]
    assert agreement(same, Decimal(15)).intraclass is None


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 5)), unique=True), st.randoms())
def test_severity_is_the_effects_of_the_fit(pairs: list[tuple[int, int]], random: Random) -> None:
    sheets = [sheet(entry, judge, random.randrange(101)) for entry, judge in pairs]
    fit, quick = calibrate(sheets), severity(columns_of(sheets))
    assert quick.is_connected == fit.is_connected
    assert quick.effects == pytest.approx({one: float(fit.effects[one]) for one in fit.effects})


@pytest.mark.parametrize("by_calibrated", [True, False])
def test_chances_fill_exactly_the_seats_and_follow_the_scores(by_calibrated: bool) -> None:
    sheets = field(1)
    fit = calibrate(sheets)
    found = outlooks(sheets, fit, lines=[10, 20], by_calibrated=by_calibrated, seed=7, draws=400)
    for line, seats in enumerate((10, 20)):
        assert sum(one.chances[line] for one in found.values()) == pytest.approx(seats)
    assert all(one.chances[0] <= one.chances[1] for one in found.values())
    assert all(1 <= one.best_rank <= one.worst_rank <= 60 for one in found.values())
    leader = max(fit.scores, key=lambda entry: fit.scores[entry])
    last = min(fit.scores, key=lambda entry: fit.scores[entry])
    assert found[leader].chances[0] > 0.9 > 0.1 > found[last].chances[0]


@pytest.mark.parametrize("by_calibrated", [True, False])
def test_ninety_per_cent_of_ranks_are_those_that_the_chances_name(by_calibrated: bool) -> None:
    sheets = field(4, entries=20)
    fit = calibrate(sheets)
    lines = range(21)
    found = outlooks(sheets, fit, lines=lines, by_calibrated=by_calibrated, seed=3, draws=300)
    for one in found.values():
        assert one.chances[one.best_rank - 1] < 0.05 <= one.chances[one.best_rank]
        assert one.chances[one.worst_rank - 1] < 0.95 <= one.chances[one.worst_rank]
        # As many draws as were asked for.
        assert all((chance * 300) == pytest.approx(round(chance * 300)) for chance in one.chances)


@pytest.mark.parametrize("seed", [1, 2])
def test_where_errors_are_nothing_ranks_are_those_of_the_calibrated_scores(seed: int) -> None:
    # Entries with one to three readers: each counts with its own number of them.
    random = Random(seed)
    sheets = [one for one in field(seed, entries=30) if random.random() < 0.8]
    fit = calibrate(sheets)
    order = sorted(fit.scores, key=lambda entry: -fit.scores[entry])
    sure = Calibration(fit.scores, fit.effects, fit.parts, 1e-18)
    found = outlooks(sheets, sure, lines=[1], by_calibrated=True, seed=seed, draws=5)
    assert len({len([s for s in sheets if s.entry == entry]) for entry in order}) > 1
    assert {e: (one.best_rank, one.worst_rank) for e, one in found.items()} == {
        entry: (place, place) for place, entry in enumerate(order, 1)
    }


@pytest.mark.parametrize(
    ("by_calibrated", "above"),
    [
        # Mean of three totals around 60 against one around 56 + 6; variance 16 / 3 + 16.
        (False, NormalDist(2, (64 / 3) ** 0.5).cdf(0)),
        # Only the judge of both tells them apart: 60 against 56, variance 16 + 16.
        (True, NormalDist(-4, 32**0.5).cdf(0)),
    ],
)
def test_a_chance_is_that_of_the_normal_law(by_calibrated: bool, above: float) -> None:
    sheets = [sheet(1, 7, 66), sheet(1, 8, 57), sheet(1, 9, 57), sheet(2, 7, 62)]
    effects = {7: Decimal(6), 8: Decimal(-3), 9: Decimal(-3)}
    scores = {1: Decimal(60), 2: Decimal(56)}
    fit = Calibration(scores, effects, parts_of(sheets), 16.0)
    found = outlooks(sheets, fit, lines=[1], by_calibrated=by_calibrated, seed=5, draws=4000)
    assert found[1].chances[0] == pytest.approx(above, abs=0.025)
    assert found[1].chances[0] + found[2].chances[0] == pytest.approx(1)


def test_the_same_seed_gives_the_same_outlook_and_another_one_does_not() -> None:
    sheets = field(2)
    fit = calibrate(sheets)

    def look(seed: int) -> dict[int, Outlook]:
        return outlooks(sheets, fit, lines=[10], by_calibrated=True, seed=seed, draws=300)

    assert look(1) == look(1)
    assert look(1) != look(2)


def test_a_field_without_error_is_sure_of_every_place() -> None:
    sheets = [sheet(e, j, 50 + 10 * e + j) for e in (1, 2, 3) for j in (1, 2)]
    fit = calibrate(sheets)
    found = outlooks(sheets, fit, lines=[1], by_calibrated=True, seed=1, draws=50)
    assert found[3] == Outlook(1, 1, (1.0,))
    assert found[1] == Outlook(3, 3, (0.0,))


def test_without_a_sheet_to_spare_no_outlook_is_given() -> None:
    sheets = [sheet(1, 8, 60), sheet(2, 8, 70)]
    assert outlooks(sheets, calibrate(sheets), lines=[1], by_calibrated=True, seed=1) == {}


@pytest.mark.parametrize(
    ("chance", "grey"), [(0.0, False), (0.049, False), (0.05, True), (0.95, True), (0.951, False)]
)
def test_place_is_open_between_five_and_ninety_five_percent(chance: float, grey: bool) -> None:
    assert is_open(chance) is grey
