"""The ranking board: rows around the line, ties, zone, composition. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from agencies.enums import AgencyType
from agencies.models import User
from competitions.calibration import GREY, is_open
from competitions.enums import SheetState
from competitions.models import CutOff, Objection, Result, Scoresheet, Stage
from competitions.queries.conflicts import hidden_in
from competitions.queries.listed import Listed, Place, listed, ranking_field
from competitions.queries.objections import WINDOW_FIRST, over_at, still_running
from competitions.queries.policy import (
    ToldStep,
    moved_by,
    notes_of,
    steps_told,
)
from competitions.queries.ranking import scoring_stage
from competitions.queries.ranking_runs import entries_by_pk
from competitions.queries.sheets import totals_by_entry
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared

ZONE = Decimal("0.5")
WIDE_GAP = Decimal(20)
TOP_ROWS = 5
AROUND_LINE = 15
ZONE_REACH = 40


@dataclass(frozen=True)
class Line:
    """Where the cut-off runs: behind the last result above it; `field` is what ranks."""

    rank: int
    entry_id: int
    score: Decimal
    field: str = "score"

    def is_above(self, place: Place | Listed) -> bool:
        """Whether the score alone puts the result above the line."""
        return (place.rank, place.entry_id) <= (self.rank, self.entry_id)

    def in_zone(self, value: Decimal | None) -> bool:
        """Whether a score that ranks lies within the zone that the plenary weighs."""
        return value is not None and abs(value - self.score) <= ZONE


@dataclass(frozen=True)
class Chance:
    """How likely the marks alone put a result above one of the lines."""

    seats: int
    share: Decimal

    @property
    def is_grey(self) -> bool:
        """Whether the marks leave it open."""
        return is_open(float(self.share))


@dataclass(frozen=True)
class BoardRow:
    """A result as the board shows it."""

    result: Listed
    totals: list[Decimal] = field(default_factory=list)
    is_above: bool = False
    in_zone: bool = False
    starts_below: bool = False
    follows_gap: bool = False
    chances: list[Chance] = field(default_factory=list)
    by_policy: list[str] = field(default_factory=list)

    @property
    def gap(self) -> Decimal:
        """Distance between the highest and the lowest sheet."""
        return self.result.highest - self.result.lowest

    @property
    def is_wide(self) -> bool:
        """Whether the sheets differ so much that somebody should look."""
        return self.gap >= WIDE_GAP


def hidden_from(reader: User, stage: Stage) -> frozenset[int]:
    """Entries of the stage's edition that the reader is in conflict with: on no board."""
    return hidden_in(stage.edition_id, reader)


def results_of(cut_off: CutOff, hidden: Collection[int]) -> QuerySet[Result]:
    """The list in order of rank, with what a row shows; without what is hidden."""
    return (
        cut_off.results.exclude(entry__in=hidden)
        .select_related(
            "entry__edition",
            "entry__agency__region__province",
            "entry__innovation__category",
            "motion",
        )
        .defer("entry__innovation__sections")
        .order_by("rank", "entry_id")
    )


def line_of(cut_off: CutOff, places: Sequence[Place]) -> Line | None:
    """The last position above the line; None on an empty list."""
    if not places:
        return None
    last = places[min(cut_off.line_position, len(places)) - 1]
    return Line(last.rank, last.entry_id, last.score, ranking_field(cut_off))


def window(
    cut_off: CutOff, line: Line | None, places: Sequence[Place], hidden: Collection[int]
) -> tuple[list[Listed], int]:
    """The top of the list, the line's neighbours and its zone; and how many are the top.

    The zone is followed for ZONE_REACH rows each way: a flat list has no end of it. One query.
    """
    at = cut_off.line_position
    start = max(at - ZONE_REACH, 0)
    near = [
        (position, place)
        for position, place in enumerate(places[start : at + ZONE_REACH], start)
        if at - AROUND_LINE <= position < at + AROUND_LINE
        or (line is not None and line.in_zone(place.score))
    ]
    first = near[0][0] if near else 0
    top = [one.entry_id for one in places[: min(TOP_ROWS, first)] if one.entry_id not in hidden]
    close = [one.entry_id for _position, one in near if one.entry_id not in hidden]
    return listed(cut_off, [*top, *close]), len(top) if first > TOP_ROWS else 0


def board_rows(
    results: Sequence[Listed],
    cut_off: CutOff,
    line: Line | None,
    *,
    gap_after: int = 0,
    continues: bool = False,
) -> list[BoardRow]:
    """Results with their counting sheets' totals (one query) and their place at the line.

    `gap_after` is the number of leading rows behind which rows were left out; a page that
    `continues` another and starts below the line doesn't draw it again.
    """
    stage = cut_off.stage
    totals = totals_by_entry(scoring_stage(stage), [result.entry_id for result in results])
    policy = notes_of(cut_off.policy)
    rows = []
    was_above = not (continues and results and line and not line.is_above(results[0]))
    for index, result in enumerate(results):
        above = line.is_above(result) if line else False
        rows.append(
            BoardRow(
                result=result,
                totals=totals.get(result.entry_id, []),
                is_above=above,
                in_zone=line.in_zone(getattr(result, line.field)) if line else False,
                starts_below=was_above and not above,
                follows_gap=gap_after > 0 and index == gap_after,
                chances=list(map(Chance, cut_off.lines, result.chances)),
                by_policy=policy.get(result.entry_id, []),
            )
        )
        was_above = above
    return rows


def policy_of(cut_off: CutOff, hidden: Collection[int]) -> list[ToldStep]:
    """The list's policy steps with who came in and went out; one query where there are any."""
    if not cut_off.policy:
        return []
    entries = entries_by_pk(moved_by(cut_off.policy))
    return steps_told(cut_off.policy, entries, hidden)


@dataclass(frozen=True)
class Tie:
    """Entries that share a rank."""

    rank: int
    entries: list[int]
    free_seats: int | None = None

    @property
    def at_line(self) -> bool:
        """Whether the line runs through the tie."""
        return self.free_seats is not None


def ties_of(cut_off: CutOff, places: Iterable[Place], hidden: Collection[int]) -> list[Tie]:
    """Every tie that can be seen; the one at the line says how many seats are left for it."""
    groups: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        if place.is_tied:
            groups[place.rank].append(place)
    ties = []
    free = free_seats(cut_off) if groups else 0
    for rank, tied in groups.items():
        crosses = any(place.is_at_line for place in tied)
        seen = [place.entry_id for place in tied if place.entry_id not in hidden]
        if len(seen) > 1:
            ties.append(Tie(rank, seen, free if crosses else None))
    return ties


def free_seats(cut_off: CutOff) -> int:
    """Seats that arithmetic left to the plenary, whatever the plenary has moved since."""
    sessions = cut_off.plenaries.filter(draw_number=cut_off.draw_number).order_by("number")
    first = sessions.values_list("list_before", flat=True).first()
    if first is not None:
        return cut_off.seats - len(first)
    return cut_off.seats - cut_off.results.filter(is_selected=True).count()


def untie(results: Iterable[Result | Listed], ties: Iterable[Tie]) -> None:
    """Take the tie off rows that share a rank with hidden ones only: it would tell a score."""
    seen = {tie.rank for tie in ties}
    for result in results:
        result.is_tied = result.rank in seen


@dataclass(frozen=True)
class BoardNumbers:
    """What the head of the board says in one line each.

    `is_full` is of the whole list: as many selected as there are seats, hidden ones included.
    """

    ranked: int
    selected: int
    in_zone: int
    grey: int
    wide: int
    moved: int
    is_full: bool


@dataclass(frozen=True)
class Share:
    """How many of a kind of agency were ranked and selected."""

    label: str
    ranked: int
    selected: int

    @property
    def percent(self) -> str:
        """Selected among ranked, as people read it."""
        return f"{number_format(100 * self.selected / self.ranked, 1)}%"


def census(
    cut_off: CutOff, line: Line | None, hidden: Collection[int]
) -> tuple[BoardNumbers, list[Share]]:
    """The list's numbers, and its composition in the order of KIPP's own tables; one query."""
    # Without a line there is no row to count.
    around = line.score if line else Decimal(0)
    counted = _CENSUS[ranking_field(cut_off)].all(
        cut_off=cut_off.pk, hidden=[*hidden], low=around - ZONE, high=around + ZONE
    )
    rows = {kind: dict(zip(COUNTED, counts, strict=True)) for kind, *counts in counted}
    totals = {name: sum(row[name] for row in rows.values()) for name in COUNTED[:-1]}
    shares = [
        Share(str(kind.label), rows[kind.value]["ranked"], rows[kind.value]["selected"])
        for kind in AgencyType
        if kind.value in rows and rows[kind.value]["ranked"]
    ]
    is_full = sum(row["all_selected"] for row in rows.values()) == cut_off.seats
    return BoardNumbers(**totals, is_full=is_full), shares


COUNTED = ("ranked", "selected", "in_zone", "grey", "wide", "moved", "all_selected")


def _census(field: str) -> "Prepared[tuple[Any, ...]]":
    def ask(cut_off: Any, hidden: Any, low: Any, high: Any) -> "QuerySet[Any, tuple[Any, ...]]":
        seen, selected = ~Q(OneOf("entry_id", hidden)), Q(is_selected=True)
        near = Q(**{f"{field}__range": (low, high)})
        grey = Q(chances__0__range=tuple(Decimal(str(chance)) for chance in GREY))
        kinds = (
            Result.objects.filter(cut_off=cut_off).order_by().values("entry__agency__agency_type")
        )
        return kinds.annotate(
            ranked=Count("pk", filter=seen),
            selected=Count("pk", filter=seen & selected),
            in_zone=Count("pk", filter=seen & near),
            grey=Count("pk", filter=seen & grey),
            wide=Count("pk", filter=seen & Q(highest__gte=F("lowest") + WIDE_GAP)),
            moved=Count("pk", filter=seen & Q(motion__isnull=False)),
            all_selected=Count("pk", filter=selected),
        ).values_list("entry__agency__agency_type", *COUNTED)

    return Prepared(ask, "cut_off", "hidden", "low", "high")


_CENSUS = {field: _census(field) for field in ("score", "calibrated")}


def cut_off_of(stage: Stage) -> CutOff | None:
    """The stage's list with all that the board says of it; one query."""
    return _CUT_OFF.first(stage=stage.pk)


def _with_what_is_said(stage: Any) -> "QuerySet[CutOff]":
    rows = CutOff.objects.select_related(
        "stage__edition",
        "stage__ranks_from",
        "stage__objection_window",
        "applied_by",
        "lock_proposed_by",
        "locked_by",
        "announcement",
    )
    unanswered = Objection.objects.unanswered().filter(stage=OuterRef("stage"))
    return rows.annotate(is_objected=Exists(unanswered)).filter(stage=stage).order_by()


_CUT_OFF = Prepared(_with_what_is_said, "stage")


def why_list_waits(cut_off: CutOff) -> str:
    """Why the objection window keeps a list of `cut_off_of` from being locked; no query."""
    window = getattr(cut_off.stage, "objection_window", None)
    if window is None:
        return str(WINDOW_FIRST) if cut_off.stage.objection_days else ""
    if cut_off.is_objected:  # type: ignore[attr-defined]
        return str(_("Masih ada sanggahan yang belum dijawab dua orang. Jawab lebih dahulu."))
    return still_running(window) if clock.now() < over_at(window) else ""


def unsent_sheets(stage: Stage, hidden: Collection[int]) -> int:
    """Drafts that would still change the list, those of hidden entries not counted."""
    drafts = Scoresheet.objects.filter(
        assignment__stage=scoring_stage(stage),
        assignment__entry__stage_entries__stage=stage,
        assignment__abstention=None,
        state=SheetState.DRAFT,
    )
    return drafts.exclude(assignment__entry__in=hidden).count()
