"""The years side by side: editions counted from rows, and figures that others published.

Nothing is told of an edition before its registration has closed, of who passed before the
administrative selection has, of a band before its instant.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, TextField
from django.db.models.expressions import Expression
from django.db.models.functions import Cast, Coalesce

from agencies.enums import AgencyType
from competitions.enums import Outcome, StageKind
from competitions.models import Edition, Entry, PublishedFigure, Result, StageEntry
from competitions.queries.calendar import stages_by_position
from competitions.queries.figures import Counts, band_stages, is_over
from competitions.queries.results_public import is_announced
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared

STEPS = ("registered", "submitted", "passed_admin", "top99", "top45", "top40")
"""Measures of the chain from record to award that sources publish."""
WHOLE = "all"
KINDS = frozenset({*AgencyType.values, "bumd", "kementerian_lembaga"})
GROUPS = frozenset({"kelompok_umum", "kelompok_replikasi", "kelompok_khusus"})


@dataclass(frozen=True)
class Published:
    """A measure of one year as published: every value found, the first one drawn.

    `is_sum`: no source gives the whole, so the parts of one source are added up.
    """

    values: tuple[int, ...]
    is_sum: bool = False

    @property
    def is_disputed(self) -> bool:
        """Whether sources disagree."""
        return len(self.values) > 1


def counted_editions(editions: Iterable[Edition]) -> list[Edition]:
    """Those whose registration is over; stages prefetched, no query."""
    return [e for e in editions if is_over(stages_by_position(e), StageKind.REGISTRATION)]


def funnels(editions: Sequence[Edition]) -> dict[int, Counts]:
    """The chain of each edition that may be counted, by year. Two queries for all."""
    counted = {edition.pk: edition for edition in counted_editions(editions)}
    rows = _CHAINS.all(editions=[*counted])
    winners = dict(_WINNERS.all(editions=[*counted], now=clock.now()))
    found: dict[int, Any] = {row["edition"]: row for row in rows}
    return {
        edition.year: _counts(edition, found.get(edition.pk, {}), winners)
        for edition in counted.values()
    }


def _chains(editions: Any) -> Any:
    passed = StageEntry.objects.filter(
        entry=OuterRef("pk"), stage__kind=StageKind.ADMINISTRATIVE, outcome=Outcome.PASSED
    )
    return (
        Entry.objects.filter(OneOf("edition", editions))
        .order_by()
        .annotate(has_passed=Exists(passed))
        .values("edition")
        .annotate(
            agencies=Count("agency", distinct=True),
            recorded=Count("pk"),
            submitted=Count("submitted_at"),
            passed=Count("pk", filter=Q(has_passed=True)),
            simulated=Count("pk", filter=Q(innovation__is_simulated=True)),
        )
    )


def _winners(editions: Any, now: Any) -> Any:
    won = Result.objects.announced(now).filter(OneOf("cut_off__stage__edition", editions))
    return won.order_by().values_list("cut_off__stage").annotate(count=Count("pk"))


_CHAINS = Prepared(_chains, "editions")
_WINNERS = Prepared(_winners, "editions", "now")


def _counts(edition: Edition, row: Mapping[str, int], winners: dict[int, int]) -> Counts:
    stages = stages_by_position(edition)
    return Counts(
        agencies=row.get("agencies", 0),
        recorded=row.get("recorded", 0),
        submitted=row.get("submitted", 0),
        passed=row.get("passed", 0) if is_over(stages, StageKind.ADMINISTRATIVE) else None,
        simulated=row.get("simulated", 0),
        bands={
            stage.slug: winners.get(stage.pk, 0) if is_announced(stage) else None
            for stage in band_stages(stages)
        },
    )


PARTS: Mapping[str, Expression | F] = {
    "type": F("agency__agency_type"),
    "province": Coalesce("agency__region__province_id", "agency__region_id"),
    "category": F("innovation__category__slug"),
    "goal": Cast("innovation__goals", TextField()),
}
"""What the recorded dossiers of an edition are told apart by."""


def parts_by_year(editions: Sequence[Edition], part: str) -> dict[str, dict[int, int]]:
    """Recorded dossiers by a part's key and the year, of editions that may be counted.

    One query; those without the part stand under the empty key. `part` is a key of PARTS.
    """
    years = {edition.pk: edition.year for edition in counted_editions(editions)}
    found: dict[str, dict[int, int]] = {}
    for edition, key, count in _by_part(part).all(editions=[*years]):
        found.setdefault(key or "", {})[years[edition]] = count
    return found


@cache
def _by_part(part: str) -> Prepared[Any]:
    def question(editions: Any) -> Any:
        rows = Entry.objects.filter(OneOf("edition", editions)).order_by()
        return rows.values_list("edition", PARTS[part]).annotate(count=Count("pk"))

    return Prepared(question, "editions")


def published_steps(figures: Sequence[PublishedFigure]) -> dict[int, dict[str, Published]]:
    """Published measures of the chain by year; no query."""
    years: dict[int, dict[str, list[PublishedFigure]]] = {}
    for figure in figures:
        if figure.metric in STEPS:
            years.setdefault(figure.year, {}).setdefault(figure.metric, []).append(figure)
    found = {
        year: {metric: told for metric, rows in measures.items() if (told := _told(rows))}
        for year, measures in sorted(years.items())
    }
    return {year: measures for year, measures in found.items() if measures}


def _told(figures: Sequence[PublishedFigure]) -> Published | None:
    whole = tuple(dict.fromkeys(int(row.value) for row in figures if row.group == WHOLE))
    if whole:
        return Published(whole)
    for groups in (KINDS, GROUPS):
        parts = [int(row.value) for row in figures if row.group in groups]
        if parts:
            return Published((sum(parts),), is_sum=True)
    return None
