"""Does calibration find the true Top 99? Raw means, z-scores, the additive model, shrinkage.

    python -m bench.calibration [--seasons 20]

Each season invents 1,651 entries with a true quality, evaluators with a severity, and an
error for each reading; half of the seasons hand entries out at random, half by category.
Printed is the share of the true Top 99 that each way of scoring selects. Everything is
simulated and says nothing about any real contest.
"""

import argparse
from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random
from statistics import fmean, pstdev

from competitions.calibration import Sheet, calibrate

ENTRIES, SEATS, JUDGES, CATEGORIES = 1651, 99, 11, 10
QUALITY, SEVERITY, ERROR = 8.0, 5.0, 6.0  # standard deviations, in points of 100
CATEGORY = 4.0  # and of the mean quality of categories

Scores = dict[int, float]


def season(random: Random, readers: int, by_category: bool) -> tuple[Scores, list[Sheet]]:
    """True qualities by entry, and the sheets of one invented season."""
    levels = [random.gauss(65, CATEGORY) for _ in range(CATEGORIES)]
    category = [random.randrange(CATEGORIES) for _ in range(ENTRIES)]
    truth = {e: random.gauss(levels[category[e]], QUALITY) for e in range(ENTRIES)}
    severity = [random.gauss(0, SEVERITY) for _ in range(JUDGES)]
    # By category: each field has a home of judges, with one who reads everywhere.
    homes = [random.sample(range(JUDGES), readers + 1) for _ in range(CATEGORIES)]
    sheets = []
    for entry in range(ENTRIES):
        pool = homes[category[entry]] if by_category else range(JUDGES)
        for judge in random.sample(pool, readers):
            total = truth[entry] + severity[judge] + random.gauss(0, ERROR)
            sheets.append(Sheet(entry, judge, Decimal(f"{min(100, max(0, total)):.2f}")))
    return truth, sheets


def raw(sheets: Sequence[Sheet]) -> Scores:
    """Mean of the totals."""
    by_entry: dict[int, list[float]] = {}
    for sheet in sheets:
        by_entry.setdefault(sheet.entry, []).append(float(sheet.total))
    return {entry: fmean(totals) for entry, totals in by_entry.items()}


def z_scores(sheets: Sequence[Sheet]) -> Scores:
    """Mean of totals that were standardised judge by judge, as one product does."""
    by_judge: dict[int, list[float]] = {}
    for sheet in sheets:
        by_judge.setdefault(sheet.evaluator, []).append(float(sheet.total))
    centre = {judge: (fmean(totals), pstdev(totals)) for judge, totals in by_judge.items()}
    by_entry: dict[int, list[float]] = {}
    for sheet in sheets:
        middle, spread = centre[sheet.evaluator]
        by_entry.setdefault(sheet.entry, []).append((float(sheet.total) - middle) / spread)
    return {entry: fmean(values) for entry, values in by_entry.items()}


def additive(sheets: Sequence[Sheet]) -> Scores:
    """The product's own: evaluator effects by least squares taken out."""
    return {entry: float(score) for entry, score in calibrate(sheets).scores.items()}


def shrunken(sheets: Sequence[Sheet]) -> Scores:
    """Evaluator effects of least squares, drawn towards zero by how sure they are."""
    fit = calibrate(sheets)
    counts: dict[int, int] = {}
    for sheet in sheets:
        counts[sheet.evaluator] = counts.get(sheet.evaluator, 0) + 1
    error = fit.residual_variance or 0.0
    between = max(0.0, pstdev([float(v) for v in fit.effects.values()]) ** 2 - error / ENTRIES)
    effects = {
        judge: float(effect) * between / (between + error / counts[judge])
        for judge, effect in fit.effects.items()
    }
    by_entry: dict[int, list[float]] = {}
    for sheet in sheets:
        corrected = float(sheet.total) - effects[sheet.evaluator]
        by_entry.setdefault(sheet.entry, []).append(corrected)
    return {entry: fmean(values) for entry, values in by_entry.items()}


WAYS: dict[str, Callable[[Sequence[Sheet]], Scores]] = {
    "raw mean": raw,
    "z-score": z_scores,
    "additive": additive,
    "shrunken": shrunken,
}


def top(scores: Scores) -> set[int]:
    """The best SEATS entries."""
    return set(sorted(scores, key=lambda entry: (-scores[entry], entry))[:SEATS])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seasons", type=int, default=20)
    seasons = parser.parse_args().seasons
    print(f"{seasons} simulated seasons each; share of the true Top {SEATS} that is selected, %")
    print(f"{'readers':>7}  {'handed out':<12}" + "".join(f"{way:>10}" for way in WAYS))
    for readers in (2, 3, 5):
        for by_category in (False, True):
            found: dict[str, list[float]] = {way: [] for way in WAYS}
            for number in range(seasons):
                truth, sheets = season(Random(f"{number}:{readers}"), readers, by_category)
                best = top(truth)
                for way, score in WAYS.items():
                    found[way].append(100 * len(best & top(score(sheets))) / SEATS)
            kind = "by category" if by_category else "at random"
            print(
                f"{readers:>7}  {kind:<12}" + "".join(f"{fmean(v):>10.1f}" for v in found.values())
            )


if __name__ == "__main__":
    main()
