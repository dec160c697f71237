"""What an edition lays open about its judging: figures of announced lists, and no person.

A list's figures come from rows that are frozen at its locking, so they are kept in the cache
under the hash of the locked list. Whether they may be shown is asked of the clock each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Prefetch

from competitions.calibration import Agreement, Outlook, agreement, calibrate, is_open, outlooks
from competitions.enums import MotionState, MoveReason, RunBasis
from competitions.models import Criterion, CutOff, Edition, Motion, Result, Stage
from competitions.queries.figures import band_stages
from competitions.queries.policy import step_text, terms_of
from competitions.queries.results_public import is_announced
from competitions.queries.sheets import calibration_sheets
from competitions.ranking import Step, Tally

FAR_APART = Decimal(20)
"""Points by which two sheets on one entry must differ to be counted as far apart."""
STEP = 5
"""Points that a column of the distribution spans."""
FEWEST = 3
"""Fewer losers than this could be told apart, and are not shown."""


@dataclass(frozen=True)
class Bin:
    """How many entries scored from `low` up to, but not with, `low + STEP`; 100 is in the last."""

    low: int
    count: int
    selected: int


@dataclass(frozen=True)
class Move:
    """What the plenary voted on; who was meant stays in the pseudonyms. A rank is None where
    the motion moves nobody that way, and tied where others have it too."""

    rank_in: int | None
    rank_out: int | None
    is_tied_in: bool
    is_tied_out: bool
    reason: str
    is_carried: bool
    tally: Tally

    @property
    def why(self) -> str:
        """The reason's code as people read it."""
        return str(MoveReason(self.reason).label)


@dataclass(frozen=True)
class StepCount:
    """What a policy step changed; whom stays in the pseudonyms."""

    step: Step
    came_in: int
    went_out: int

    @property
    def text(self) -> str:
        """The step in the reader's language."""
        return step_text(self.step)


@dataclass(frozen=True)
class ListFigures:
    """One announced list in figures. `open_places` is None where the sheets tell no variance."""

    contenders: int
    selected: int
    bins: Sequence[Bin]
    agreement: Agreement
    sheets: int
    judges: int
    open_places: int | None
    moves: Sequence[Move]
    steps: Sequence[StepCount]


@dataclass(frozen=True)
class Rate:
    """How many of a line's proposals passed; `passed` is None where losers could be told."""

    label: str
    submitted: int
    passed: int | None

    @property
    def share(self) -> float | None:
        """Share that passed, 0..1."""
        return None if self.passed is None else self.passed / self.submitted


def opened_edition(year: int) -> Edition | None:
    """A published edition with its rules and its stages whole; five queries, None if unknown."""
    criteria = Prefetch("criteria", Criterion.objects.order_by("position"))
    stages = Stage.objects.order_by("position").select_related("cut_off__announcement")
    return (
        Edition.objects.published()
        .filter(year=year)
        .prefetch_related(
            "rules", Prefetch("stages", stages.prefetch_related(criteria, "policy_steps"))
        )
        .first()
    )


def open_lists(stages: Sequence[Stage]) -> list[tuple[Stage, ListFigures]]:
    """Announced lists with their figures, the widest first; four queries each, if not cached."""
    by_pk = {stage.pk: stage for stage in stages}
    return [
        (stage, _kept_figures(stage, by_pk[stage.ranks_from_id or stage.pk]))
        for stage in band_stages(stages)
        if is_announced(stage)
    ]


def _kept_figures(stage: Stage, source: Stage) -> ListFigures:
    cut_off: CutOff = stage.cut_off
    key = f"transparency:3:{cut_off.pk}:{cut_off.content_hash}"
    found: ListFigures | None = cache.get(key)
    if found is None:
        found = figures_of(cut_off, source)
        cache.set(key, found)
    return found


def figures_of(cut_off: CutOff, source: Stage) -> ListFigures:
    """Count a locked list; `source` is the stage whose sheets rank it. Four queries."""
    results = list(cut_off.results.order_by("rank", "entry"))
    sheets = calibration_sheets(source, [result.entry_id for result in results])
    chances = outlooks(
        sheets,
        calibrate(sheets),
        lines=[cut_off.seats],
        by_calibrated=cut_off.ranks_by == RunBasis.CALIBRATED,
        seed=int(cut_off.content_hash[:8], 16),
    )
    return ListFigures(
        contenders=len(results),
        selected=sum(result.is_selected for result in results),
        bins=bins_of(results),
        agreement=agreement(sheets, FAR_APART),
        sheets=len(sheets),
        judges=len({sheet.evaluator for sheet in sheets}),
        open_places=open_places(list(chances.values())),
        moves=_moves(cut_off, {result.entry_id: result for result in results}),
        steps=[
            StepCount(step, len(row["came_in"]), len(row["went_out"]))
            for row, step in zip(cut_off.policy, terms_of(cut_off.policy), strict=True)
        ],
    )


def _moves(cut_off: CutOff, results: dict[int, Result]) -> list[Move]:
    """Motions that were voted on, in order; two queries."""
    return [
        Move(
            rank_in=results[row.entry_in_id].rank if row.entry_in_id else None,
            rank_out=results[row.entry_out_id].rank if row.entry_out_id else None,
            is_tied_in=results[row.entry_in_id].is_tied if row.entry_in_id else False,
            is_tied_out=results[row.entry_out_id].is_tied if row.entry_out_id else False,
            reason=row.reason,
            is_carried=row.state == MotionState.CARRIED,
            tally=row.tally(),
        )
        for row in Motion.objects.decided_on(cut_off).prefetch_related("votes")
    ]


def open_places(found: Sequence[Outlook]) -> int | None:
    """How many entries the marks alone neither seat nor refuse; None without an estimate."""
    if not found:
        return None
    return sum(is_open(outlook.chances[0]) for outlook in found)


def bins_of(results: Sequence[Result]) -> list[Bin]:
    """The distribution of scores from the lowest to the highest column that has any."""
    top = 100 - STEP
    columns = [min(int(result.score) // STEP * STEP, top) for result in results]
    if not columns:
        return []
    chosen = [low for low, row in zip(columns, results, strict=True) if row.is_selected]
    return [
        Bin(low, columns.count(low), chosen.count(low))
        for low in range(min(columns), max(columns) + STEP, STEP)
    ]


def rates(lines: Sequence[tuple[str, int, int]]) -> list[Rate]:
    """Pass rates of (label, submitted, passed), those left out that would tell a loser.

    A line is veiled when one or two of its proposals failed, or all of them. Where that veils
    a single line, the total would tell it: the line with the next fewest losers goes too.
    """
    given = [line for line in lines if line[1]]
    losers = [submitted - passed for _label, submitted, passed in given]
    veiled = {
        place
        for place, (_label, submitted, _passed) in enumerate(given)
        if 0 < losers[place] < FEWEST or losers[place] == submitted
    }
    others = [place for place in range(len(given)) if losers[place] and place not in veiled]
    if len(veiled) == 1 and others:
        veiled.add(min(others, key=losers.__getitem__))
    return [
        Rate(label, submitted, None if place in veiled else passed)
        for place, (label, submitted, passed) in enumerate(given)
    ]
