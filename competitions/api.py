"""Public API of the contest, read-only: figures counted from rows, announced results."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate

from competitions.models import Criterion, Edition, PublishedFigure, Result, Stage
from competitions.queries.figures import funnel, published_figures
from competitions.queries.results_public import (
    announcement_of,
    is_announced,
    published_editions,
    winners,
)
from competitions.queries.trends import funnels
from sinovik.api import Pages

router = Router(tags=["competitions"])


class CriterionOut(Schema):  # type: ignore[misc]
    """What judges mark in a stage; weights of a stage add up to 100."""

    key: str
    name: str
    question: str
    weight: Decimal
    scale_maximum: int


class StageOut(Schema):  # type: ignore[misc]
    """A step of an edition's schedule. `closes_at` as first published, `deadline` as it holds."""

    slug: str
    name: str
    kind: str
    state: str
    opens_at: datetime
    closes_at: datetime
    deadline: datetime
    seats: int | None
    criteria: list[CriterionOut]


class EditionOut(Schema):  # type: ignore[misc]
    """An edition with its schedule."""

    year: int
    name: str
    theme: str
    simulated: bool
    source: str
    note: str
    stages: list[StageOut]

    @staticmethod
    def resolve_simulated(edition: Edition) -> bool:
        return edition.is_simulated

    @staticmethod
    def resolve_stages(edition: Edition) -> list[Stage]:
        return sorted(edition.stages.all(), key=lambda stage: stage.position)


class CitedOut(Schema):  # type: ignore[misc]
    """A figure as somebody published it; sources may disagree. Few have decimals, two at most."""

    metric: str
    group: str
    value: int | float
    source: str
    note: str

    @staticmethod
    def resolve_value(figure: PublishedFigure) -> int | float:
        whole = int(figure.value)
        return whole if whole == figure.value else float(figure.value)


class PublishedOut(CitedOut):
    """A published figure with the year that it is about."""

    year: int


class YearOut(Schema):  # type: ignore[misc]
    """An edition's chain counted from rows; null is what the public may not know yet."""

    year: int
    agencies: int | None
    recorded: int | None
    submitted: int | None
    passed: int | None
    bands: dict[str, int | None]
    simulated: int


class FunnelOut(Schema):  # type: ignore[misc]
    """From record to award; null is what the public may not know yet. Bands by their slug."""

    agencies: int | None
    recorded: int | None
    submitted: int | None
    passed: int | None
    bands: dict[str, int | None]
    simulated: bool
    sources: list[CitedOut]


class ResultOut(Schema):  # type: ignore[misc]
    """An announced winner."""

    title: str
    slug: str
    agency: str
    agency_type: str
    category: str | None
    simulated: bool
    source: str

    @staticmethod
    def resolve_title(result: Result) -> str:
        return result.entry.innovation.title

    @staticmethod
    def resolve_slug(result: Result) -> str:
        return result.entry.innovation.slug

    @staticmethod
    def resolve_agency(result: Result) -> str:
        return result.entry.agency.name

    @staticmethod
    def resolve_agency_type(result: Result) -> str:
        return result.entry.agency.agency_type

    @staticmethod
    def resolve_category(result: Result) -> str | None:
        category = result.entry.innovation.category
        return category.name if category else None

    @staticmethod
    def resolve_simulated(result: Result) -> bool:
        return result.entry.edition.is_simulated or result.entry.innovation.is_simulated

    @staticmethod
    def resolve_source(result: Result) -> str:
        innovation = result.entry.innovation
        # What an invented edition awards stands in no source, though the dossier may.
        is_borrowed = result.entry.edition.is_simulated and not innovation.is_simulated
        return "" if is_borrowed else innovation.source


class ResultsOut(Schema):  # type: ignore[misc]
    """A band's list. Before the announced instant it says when, and nothing else."""

    year: int
    band: str
    announced: bool
    announced_at: datetime | None
    decree_number: str | None
    decree_dated_on: date | None
    results: list[ResultOut]


def _stages() -> "Prefetch[str, Any, str]":
    criteria = Prefetch("criteria", Criterion.objects.order_by("position"))
    return Prefetch("stages", Stage.objects.with_deadline().prefetch_related(criteria))


def _edition(year: int) -> Edition:
    return get_object_or_404(Edition.objects.published(), year=year)


@router.get("/editions", response=list[EditionOut], summary="Editions, newest first")
@paginate(Pages, by="-year")
def editions(request: HttpRequest) -> QuerySet[Edition]:
    """Editions whose page is open to the public."""
    return Edition.objects.published().prefetch_related(_stages())


@router.get("/editions/{int:year}", response=EditionOut, summary="One edition")
def edition(request: HttpRequest, year: int) -> Edition:
    """An edition with its schedule and the criteria that its judges mark by."""
    return get_object_or_404(Edition.objects.published().prefetch_related(_stages()), year=year)


@router.get(
    "/editions/{int:year}/funnel",
    response=FunnelOut,
    summary="From record to award, counted from rows",
)
def edition_funnel(request: HttpRequest, year: int) -> dict[str, Any]:
    """The edition's chain; null is what the public may not know yet."""
    row = _edition(year)
    counted = funnel(row)
    sources = [figure for figure in published_figures(year) if figure.group == "all"]
    return {
        "agencies": counted.agencies,
        "recorded": counted.recorded,
        "submitted": counted.submitted,
        "passed": counted.passed,
        "bands": counted.bands,
        "simulated": row.is_simulated or counted.simulated > 0,
        "sources": sources,
    }


@router.get("/editions/{int:year}/results", response=ResultsOut, summary="Winners of a band")
def results(request: HttpRequest, year: int, band: str = "top-45") -> dict[str, Any]:
    """Announced winners by agency and title (`?band=top-99`)."""
    row = _edition(year)
    stages = Stage.objects.select_related("cut_off__announcement")
    stage = stages.filter(edition=row, slug=band, seats__isnull=False).first()
    if stage is None:
        raise Http404
    announcement = announcement_of(stage)
    announced = is_announced(stage)
    decree = announcement if announced else None
    found = winners(stage)
    for result in found:
        result.entry.edition = row
    return {
        "year": year,
        "band": band,
        "announced": announced,
        "announced_at": announcement.announce_at if announcement else None,
        "decree_number": decree.decree_number if decree else None,
        "decree_dated_on": decree.decree_dated_on if decree else None,
        "results": found,
    }


@router.get("/statistics/editions", response=list[YearOut], summary="All years' chains")
def edition_statistics(request: HttpRequest) -> list[dict[str, Any]]:
    """From record to award, an edition a row, the newest first."""
    counted = funnels(published_editions())
    return [{"year": year, **vars(counts)} for year, counts in counted.items()]


@router.get("/statistics/published", response=list[PublishedOut], summary="Published figures")
def published_statistics(request: HttpRequest) -> list[PublishedFigure]:
    """What ministries, reports and newspapers published, each with its source."""
    return published_figures()
