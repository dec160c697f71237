"""Computing a ranking with how sure it is, and reading the ones that were kept."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, TypedDict

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.enums import AgencyType
from competitions.calibration import Sheet, is_open, parts_of
from competitions.enums import RunBasis
from competitions.models import Entry, RankingRun, Stage
from competitions.queries.policy import StepRow, report_rows, step_text, traits_of
from competitions.queries.ranking import ranking_of
from competitions.ranking import Contender, Step, under_policy
from competitions.scoring import stored
from sinovik.web.prepared import OneOf, Prepared

METHOD = "aditif-2"
"""Of the arithmetic below; a new one gets a new name, so that kept runs say what they are."""
COMPARED = 4


class Line(TypedDict):
    """An entry in a run. Scores are text with six decimals; chances 0..1."""

    entry: int
    rank: int
    tied: bool
    selected: bool
    raw: str
    calibrated: str | None
    best: int | None
    worst: int | None
    chance: float | None


class Figures(TypedDict):
    """What a run holds. `lines` is empty where calibrated scores span more parts than one."""

    parts: int
    short: int
    steps: list[StepRow]
    lines: list[Line]


@dataclass(frozen=True)
class Terms:
    """What a run is asked to assume."""

    seats: int
    basis: str = RunBasis.RAW
    steps: tuple[Step, ...] = ()

    @property
    def policy(self) -> list[dict[str, Any]]:
        """The steps as a run keeps them and a job is given them."""
        return [asdict(one) for one in self.steps]


def inputs(found: Iterable[Contender], sheets: Iterable[Sheet], terms: Terms) -> dict[str, object]:
    """All that a run depends on, as its hash sees it."""
    return {
        "method": METHOD,
        "seats": terms.seats,
        "basis": str(terms.basis),
        "policy": terms.policy,
        "sheets": [[one.entry, one.evaluator, str(one.total)] for one in sheets],
        "tie_breaks": [[one.entry, *map(str, one.tie_breaks)] for one in found],
    }


def compute(
    found: Sequence[Contender], short: int, sheets: Sequence[Sheet], terms: Terms
) -> Figures:
    """The figures of a run; pure but for the traits that steps go by, one query."""
    parts = len(parts_of(sheets))
    figures = Figures(parts=parts, short=short, steps=[], lines=[])
    if terms.basis == RunBasis.CALIBRATED and parts > 1:
        return figures
    ranking = ranking_of(found, sheets, ranks_by=terms.basis, lines=[terms.seats])
    traits = traits_of([one.entry for one in found]) if terms.steps else {}
    listed = under_policy(ranking.ranked, terms.seats, terms.steps, traits)
    figures["steps"] = report_rows(listed)
    selected = {one.entry for one in listed.cut.selected}
    fit, sure = ranking.fit, ranking.outlooks
    figures["lines"] = [
        Line(
            entry=one.entry,
            rank=one.rank,
            tied=one.is_tied,
            selected=one.entry in selected,
            raw=str(stored(ranking.raw[one.entry])),
            calibrated=str(stored(fit.scores[one.entry])) if fit.is_connected else None,
            best=sure[one.entry].best_rank if sure else None,
            worst=sure[one.entry].worst_rank if sure else None,
            chance=round(sure[one.entry].chances[0], 4) if sure else None,
        )
        for one in ranking.ranked
    ]
    return figures


def runs_of(stage: Stage) -> "QuerySet[RankingRun]":
    """Kept runs of a stage, the newest first."""
    return RankingRun.objects.filter(stage=stage).select_related("made_by")


@dataclass(frozen=True)
class RunLine:
    """An entry of a run as its page shows it."""

    entry: Entry
    line: Line

    @property
    def raw(self) -> Decimal:
        """The mean of its sheets."""
        return Decimal(self.line["raw"])

    @property
    def calibrated(self) -> Decimal | None:
        """The same without what its judges are severe or mild by."""
        return Decimal(self.line["calibrated"]) if self.line["calibrated"] else None

    @property
    def is_grey(self) -> bool:
        """Whether the plenary should weigh it."""
        return is_grey(self.line)


def is_grey(line: Line) -> bool:
    """Whether chance decides on which side of the line the entry is."""
    return line["chance"] is not None and is_open(line["chance"])


def lines_of(run: RankingRun, hidden: Collection[int], *, only_grey: bool) -> list[Line]:
    """The run's lines in order of rank, without what the reader may not see."""
    lines: list[Line] = run.figures["lines"]
    return [
        line for line in lines if line["entry"] not in hidden and (is_grey(line) or not only_grey)
    ]


def entries_by_pk(pks: Collection[int]) -> dict[int, Entry]:
    """Entries with what a line shows."""
    return {row.pk: row for row in _ENTRIES.all(pks=[*pks])}


_ENTRIES = Prepared(
    lambda pks: (
        Entry.objects.filter(OneOf("pk", pks))
        .select_related("agency__region__province", "innovation__category", "edition")
        .defer("innovation__sections")
        .order_by()
    ),
    "pks",
)


@dataclass(frozen=True)
class Column:
    """A run beside others: its numbers, and who it selects that the first one doesn't."""

    run: RankingRun
    ranked: int
    selected: int
    grey: int
    came_in: list[Entry]
    went_out: list[Entry]
    steps: list[str]


@dataclass(frozen=True)
class Group:
    """How many of a kind each run selects."""

    label: str
    counts: list[int]


@dataclass(frozen=True)
class Composition:
    """The selected of each run by one trait."""

    title: str
    groups: list[Group]


def beside(
    runs: Sequence[RankingRun], hidden: Collection[int]
) -> tuple[list[Column], list[Composition]]:
    """Runs side by side; one query for the entries that any of them selects."""
    lists = [lines_of(run, hidden, only_grey=False) for run in runs]
    chosen = [[line["entry"] for line in lines if line["selected"]] for lines in lists]
    entries = entries_by_pk({entry for one in chosen for entry in one})
    first = set(chosen[0]) if chosen else set()
    columns = [
        Column(
            run=run,
            ranked=len(lines),
            selected=len(selected),
            grey=sum(map(is_grey, lines)),
            came_in=[entries[pk] for pk in selected if pk not in first],
            went_out=[entries[pk] for pk in chosen[0] if pk not in set(selected)],
            steps=[step_text(Step(**one)) for one in run.policy],
        )
        for run, lines, selected in zip(runs, lists, chosen, strict=True)
    ]
    return columns, _compositions([[entries[pk] for pk in one] for one in chosen])


def _compositions(chosen: Sequence[Sequence[Entry]]) -> list[Composition]:
    traits = [
        (_("Jenis instansi"), lambda one: str(AgencyType(one.agency.agency_type).label)),
        (_("Wilayah"), _province),
        (_("Kategori"), lambda one: str(one.innovation.category or _("Tanpa kategori"))),
    ]
    found = []
    for title, trait in traits:
        counted = [Counter(map(trait, entries)) for entries in chosen]
        labels = sorted({label for one in counted for label in one})
        groups = [Group(label, [one[label] for one in counted]) for label in labels]
        found.append(Composition(title, groups))
    return found


def _province(entry: Entry) -> str:
    region = entry.agency.region
    return region.province_or_self.name if region else _("Pusat")
