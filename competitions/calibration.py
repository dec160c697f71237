"""How severe each judge is, and what the scores would be without that. Pure and exact.

Model (shared judging rules, "From marks to a score"): total = mu + entry + evaluator + error,
least squares, evaluator effects summing to zero. The fit is solved in fractions, not in
floating point: who recomputes it gets the same digits on any machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import lcm
from statistics import mean
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

# scipy takes 50 MB and a second: it is loaded by who computes, not by every process.
if TYPE_CHECKING:
    from scipy.sparse import csr_array

PLACES = 12
"""Decimals of a calibrated score: enough that different fractions stay different."""

DRAWS = 2000
BLOCK = 250
"""Draws done at once: bounds the memory to some ten megabytes."""

MILLION = 10**6
"""A sheet's total has six decimals."""

Matrix = NDArray[np.float64]


class Sheet(NamedTuple):
    """A final scoresheet: `total` is 0..100, unrounded."""

    entry: int
    evaluator: int
    total: Decimal


@dataclass(frozen=True)
class Part:
    """Entries and evaluators that share sheets, directly or through others."""

    entries: frozenset[int]
    evaluators: frozenset[int]


@dataclass(frozen=True)
class Calibration:
    """The fit. Scores of different parts can't be compared: nobody read in both.

    `scores` are mu + entry effect to twelve decimals, by entry; `effects` say by how many
    points an evaluator's totals lie above what the entries deserve, by evaluator;
    `residual_variance` is None where no sheet is left to estimate it from.
    """

    scores: Mapping[int, Decimal]
    effects: Mapping[int, Decimal]
    parts: Sequence[Part]
    residual_variance: float | None

    @property
    def is_connected(self) -> bool:
        """Whether one scale spans all entries, so that calibrated scores may rank."""
        return len(self.parts) <= 1


@dataclass(frozen=True)
class Agreement:
    """How far judges agree. `intraclass` is ICC(1), one reader; None where it has no sense.

    `far_apart` of `pairs` pairs of sheets on one entry differ by the threshold or more.
    """

    intraclass: float | None
    pairs: int
    far_apart: int

    @property
    def share_far_apart(self) -> float:
        """Share of pairs that differ by the threshold or more, 0..1."""
        return self.far_apart / self.pairs if self.pairs else 0.0


@dataclass(frozen=True)
class Outlook:
    """How sure a place is: the middle 90 % of ranks, and the chance above each line, 0..1."""

    best_rank: int
    worst_rank: int
    chances: tuple[float, ...]


GREY = (0.05, 0.95)
"""Chances between these leave a place open (shared judging rules, "Grey zone")."""


def is_open(chance: float) -> bool:
    """Whether the marks alone neither seat nor refuse an entry with this chance."""
    return GREY[0] <= chance <= GREY[1]


class NotConnected(ValueError):
    """Scores were to be compared across parts that no evaluator joins."""


def calibrate(sheets: Sequence[Sheet]) -> Calibration:
    """Fit the model part by part. Raises ValueError for two sheets of a judge on one entry."""
    if len({(sheet.entry, sheet.evaluator) for sheet in sheets}) != len(sheets):
        raise ValueError("an evaluator has two sheets on one entry")
    parts = parts_of(sheets)
    scores: dict[int, Fraction] = {}
    effects: dict[int, Fraction] = {}
    for part in parts:
        own = [sheet for sheet in sheets if sheet.entry in part.entries]
        part_effects = _effects(own, sorted(part.evaluators))
        effects |= part_effects
        scores |= _entry_means(own, part_effects)
    return Calibration(
        scores={entry: rounded(scores[entry]) for entry in sorted(scores)},
        effects={judge: rounded(effects[judge]) for judge in sorted(effects)},
        parts=parts,
        residual_variance=_residual_variance(sheets, scores, effects, len(parts)),
    )


def parts_of(sheets: Iterable[Sheet]) -> tuple[Part, ...]:
    """The connected parts of the graph of entries and evaluators, by smallest entry."""
    groups: list[tuple[set[int], set[int]]] = []
    for sheet in sheets:
        entries, judges = {sheet.entry}, {sheet.evaluator}
        apart = []
        for group in groups:
            if group[0].isdisjoint(entries) and group[1].isdisjoint(judges):
                apart.append(group)
            else:
                entries |= group[0]
                judges |= group[1]
        groups = [*apart, (entries, judges)]
    ordered = sorted(groups, key=lambda group: min(group[0]))
    return tuple(Part(frozenset(entries), frozenset(judges)) for entries, judges in ordered)


def rounded(value: Fraction) -> Decimal:
    """To twelve decimals, half to even, without passing through floating point."""
    return Decimal(round(value * 10**PLACES)).scaleb(-PLACES)


def agreement(sheets: Sequence[Sheet], threshold: Decimal) -> Agreement:
    """ICC(1) from the one-way analysis of variance, and pairs that differ by `threshold`.

    Formula: Shrout and Fleiss 1979, case 1, with Snedecor's mean group size for unequal
    numbers of readers.
    """
    by_entry = _totals_by_entry(sheets)
    pairs = far = 0
    for totals in by_entry.values():
        for one, other in combinations(totals, 2):
            pairs += 1
            far += abs(one - other) >= threshold
    return Agreement(_intraclass(list(by_entry.values())), pairs, far)


class SheetColumns(NamedTuple):
    """Thousands of sheets as columns, ordered by entry; totals in millionths of a point."""

    entries: NDArray[np.int64]
    evaluators: NDArray[np.int64]
    millionths: NDArray[np.int64]


@dataclass(frozen=True)
class Severity:
    """What `calibrate` calls effects, in floating point: for screens that must be quick."""

    effects: Mapping[int, float]
    is_connected: bool


def severity(sheets: SheetColumns) -> Severity:
    """By how many points each evaluator lies above what the entries deserve."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    if not len(sheets.entries):
        return Severity({}, is_connected=True)
    entries, rows = np.unique(sheets.entries, return_inverse=True)
    judges, columns = np.unique(sheets.evaluators, return_inverse=True)
    totals = sheets.millionths / MILLION
    readers = np.bincount(rows)
    # Sparse: a dense product of this size keeps every core busy for a few numbers.
    shape = (len(entries), len(judges))
    read = csr_array((np.ones(len(rows)), (rows, columns)), shape)
    shared = csr_array((1 / readers[rows], (rows, columns)), shape)
    together = (read.T @ shared).toarray()
    above = totals - (np.bincount(rows, totals) / readers)[rows]
    parts, labels = connected_components(csr_array(together))
    # With ones for each connected part there is one answer, whose effects sum to zero in it.
    normal = np.diag(np.bincount(columns)) - together + (labels[:, None] == labels)
    effects = np.linalg.solve(normal, np.bincount(columns, above))
    return Severity(
        dict(zip(map(int, judges), map(float, effects), strict=True)), is_connected=parts == 1
    )


def _totals_by_entry(sheets: Iterable[Sheet]) -> dict[int, list[Decimal]]:
    by_entry: dict[int, list[Decimal]] = {}
    for sheet in sheets:
        by_entry.setdefault(sheet.entry, []).append(sheet.total)
    return by_entry


def _intraclass(groups: Sequence[Sequence[Decimal]]) -> float | None:
    number, count = len(groups), sum(map(len, groups))
    if number < 2 or count <= number:
        return None
    grand = mean([total for group in groups for total in group])
    between = within = Decimal()
    for group in groups:
        middle = mean(group)
        between += len(group) * (middle - grand) ** 2 / (number - 1)
        within += sum(((t - middle) ** 2 for t in group), Decimal()) / (count - number)
    size = (count - Decimal(sum(len(group) ** 2 for group in groups)) / count) / (number - 1)
    total = between + (size - 1) * within
    return float((between - within) / total) if total else None


def _effects(sheets: Sequence[Sheet], judges: Sequence[int]) -> dict[int, Fraction]:
    """Evaluator effects of one connected part, summing to zero.

    Entry effects are eliminated first, so that the system has one row a judge. All rows are
    scaled to integers; the last one says that the effects sum to zero.
    """
    readers: dict[int, list[Sheet]] = {}
    for sheet in sheets:
        readers.setdefault(sheet.entry, []).append(sheet)
    scale = lcm(*(len(own) for own in readers.values()))
    column = {judge: place for place, judge in enumerate(judges)}
    size = len(judges)
    rows = [[0] * size for _ in judges]
    right = [Fraction(0) for _ in judges]
    for own in readers.values():
        share = scale // len(own)
        middle = mean([Fraction(sheet.total) for sheet in own])
        for sheet in own:
            place = column[sheet.evaluator]
            rows[place][place] += scale
            right[place] += scale * (Fraction(sheet.total) - middle)
            for other in own:
                rows[place][column[other.evaluator]] -= share
    rows[-1], right[-1] = [1] * size, Fraction(0)
    denominator = lcm(*(value.denominator for value in right))
    solved = _solve(
        [[*row, int(value * denominator)] for row, value in zip(rows, right, strict=True)]
    )
    return {judge: solved[column[judge]] / denominator for judge in judges}


def _solve(matrix: list[list[int]]) -> list[Fraction]:
    """Solve an integer system by Bareiss's elimination: exact, without growing fractions."""
    size, previous = len(matrix), 1
    for step in range(size - 1):
        pivot = next(row for row in range(step, size) if matrix[row][step])
        matrix[step], matrix[pivot] = matrix[pivot], matrix[step]
        for row in range(step + 1, size):
            factor = matrix[row][step]
            matrix[row] = [
                (value * matrix[step][step] - factor * above) // previous
                for value, above in zip(matrix[row], matrix[step], strict=True)
            ]
        previous = matrix[step][step]
    answer = [Fraction(0)] * size
    for row in reversed(range(size)):
        known = sum((matrix[row][c] * answer[c] for c in range(row + 1, size)), Fraction())
        answer[row] = (matrix[row][size] - known) / matrix[row][row]
    return answer


def _entry_means(sheets: Sequence[Sheet], effects: Mapping[int, Fraction]) -> dict[int, Fraction]:
    sums: dict[int, Fraction] = {}
    counts: dict[int, int] = {}
    for sheet in sheets:
        corrected = Fraction(sheet.total) - effects[sheet.evaluator]
        sums[sheet.entry] = sums.get(sheet.entry, Fraction()) + corrected
        counts[sheet.entry] = counts.get(sheet.entry, 0) + 1
    return {entry: total / counts[entry] for entry, total in sums.items()}


def _residual_variance(
    sheets: Sequence[Sheet],
    scores: Mapping[int, Fraction],
    effects: Mapping[int, Fraction],
    parts: int,
) -> float | None:
    """Sum of squares over degrees of freedom: sheets - entries - evaluators + parts."""
    freedom = len(sheets) - len(scores) - len(effects) + parts
    if freedom < 1:
        return None
    squares = 0.0
    for sheet in sheets:
        error = float(sheet.total) - float(scores[sheet.entry]) - float(effects[sheet.evaluator])
        squares += error * error
    return squares / freedom


def outlooks(
    sheets: Sequence[Sheet],
    fit: Calibration,
    *,
    lines: Sequence[int],
    by_calibrated: bool,
    seed: int,
    draws: int = DRAWS,
) -> dict[int, Outlook]:
    """Redo the judging `draws` times with new errors and look where each entry lands.

    A parametric bootstrap: the totals are drawn anew from the fit with its residual
    variance, scored as the stage does (raw means or calibrated) and ranked. `lines` are
    numbers of seats. This is advice for the plenary; it decides nothing, so floating point
    will do. Without an estimate of the variance there is none to give: empty.
    Raises NotConnected where calibrated scores span more than one part.
    """
    if by_calibrated and not fit.is_connected:
        raise NotConnected(f"{len(fit.parts)} parts")
    if fit.residual_variance is None:
        return {}
    design = _Design.of(sheets, fit)
    random = np.random.default_rng(seed)
    deviation = fit.residual_variance**0.5
    ranks = [
        design.ranks(
            design.expected[:, None]
            + deviation * random.standard_normal((len(sheets), min(BLOCK, draws - done))),
            by_calibrated=by_calibrated,
        )
        for done in range(0, draws, BLOCK)
    ]
    table = np.concatenate(ranks, axis=1)
    best, worst = np.percentile(table, (5, 95), axis=1, method="inverted_cdf")
    chances = np.stack([(table <= line).mean(axis=1) for line in lines], axis=1)
    return {
        entry: Outlook(int(best[row]), int(worst[row]), tuple(map(float, chances[row])))
        for row, entry in enumerate(design.entries)
    }


@dataclass(frozen=True)
class _Design:
    """Who read what, as matrices: I entries, J evaluators, N sheets."""

    entries: Sequence[int]
    expected: Matrix  # N totals of the fit
    entry_mean: "csr_array"  # I x N: takes totals to raw means
    judge_sum: "csr_array"  # J x N: takes totals to sums by evaluator
    read: Matrix  # I x J: 1 where the evaluator read the entry
    inverse: Matrix  # J x J: pseudo-inverse of the normal equations; its answers sum to zero

    @classmethod
    def of(cls, sheets: Sequence[Sheet], fit: Calibration) -> "_Design":
        """The design of a fit."""
        from scipy.sparse import csr_array

        entries = list(fit.scores)
        row = {entry: place for place, entry in enumerate(entries)}
        column = {judge: place for place, judge in enumerate(fit.effects)}
        rows = [row[sheet.entry] for sheet in sheets]
        columns = [column[sheet.evaluator] for sheet in sheets]
        ones, order = np.ones(len(sheets)), np.arange(len(sheets))
        read = np.zeros((len(row), len(column)))
        read[rows, columns] = 1
        readers = read.sum(axis=1)
        return cls(
            entries=entries,
            expected=np.array(
                [float(fit.scores[s.entry]) + float(fit.effects[s.evaluator]) for s in sheets]
            ),
            entry_mean=csr_array((1 / readers[rows], (rows, order))),
            judge_sum=csr_array((ones, (columns, order))),
            read=read,
            inverse=np.linalg.pinv(
                np.diag(read.sum(axis=0)) - read.T @ (read / readers[:, None]), hermitian=True
            ),
        )

    def ranks(self, totals: Matrix, *, by_calibrated: bool) -> NDArray[np.int64]:
        """Ranks (I x draws, 1 is best) that `totals` (N x draws) lead to."""
        scores = self.entry_mean @ totals
        if by_calibrated:
            effects = self.inverse @ (self.judge_sum @ totals - self.read.T @ scores)
            scores -= self.read / self.read.sum(axis=1, keepdims=True) @ effects
        places = np.arange(1, len(self.entries) + 1)[:, None]
        ranks = np.empty(scores.shape, dtype=np.int64)
        np.put_along_axis(ranks, np.argsort(-scores, axis=0), places, axis=0)
        return ranks
