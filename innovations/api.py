"""Public API of the register, read-only: published dossiers and announced awards alone."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.pagination import paginate

from innovations.enums import InnovationState
from innovations.filters import MAXIMUM_TEXT
from innovations.models import (
    Attestation,
    IndicatorValue,
    Innovation,
    MysteryCheck,
    Replication,
    SatisfactionFigure,
)
from innovations.queries.dossiers import public_innovation, start_shown, withdrawn_sentence
from innovations.queries.hits import settled
from innovations.queries.overview import register_at_a_glance, winner_count
from innovations.queries.search import innovations_in_order
from innovations.queries.terms import FACETS, Terms
from innovations.queries.told import (
    told_attestations,
    told_checks,
    told_replications,
    told_satisfaction,
    told_values,
)
from sinovik.api import GONE, Pages, Rows, problem

router = Router(tags=["innovations"])


class AwardOut(Schema):  # type: ignore[misc]
    """An announced award."""

    year: int
    band: str
    name: str
    announced_at: datetime
    simulated: bool
    source: str

    @staticmethod
    def resolve_name(award: Any) -> str:
        return str(award.band_name)

    @staticmethod
    def resolve_simulated(award: Any) -> bool:
        return bool(award.is_simulated)


class InnovationOut(Schema):  # type: ignore[misc]
    """A dossier in a list."""

    code: str
    slug: str
    title: str
    agency: str
    agency_slug: str
    category: str | None
    summary: str
    published_at: datetime
    life: str
    awards: list[AwardOut]
    simulated: bool
    source: str

    @staticmethod
    def resolve_agency(innovation: Innovation) -> str:
        return innovation.agency.name

    @staticmethod
    def resolve_agency_slug(innovation: Innovation) -> str:
        return innovation.agency.slug

    @staticmethod
    def resolve_category(innovation: Innovation) -> str | None:
        return innovation.category.name if innovation.category else None

    @staticmethod
    def resolve_life(innovation: Innovation) -> str:
        return str(innovation.life_now)

    @staticmethod
    def resolve_awards(innovation: Any) -> Sequence[Any]:
        return list(innovation.announced_awards)

    @staticmethod
    def resolve_simulated(innovation: Innovation) -> bool:
        return innovation.is_simulated


class DossierOut(InnovationOut):
    """A whole dossier. `sections` maps a section's key to its text."""

    unit: str | None
    location: str | None
    novelty_kind: str
    novelty_form: str
    benefit: str
    started_on: date | None
    goals: list[int]
    sections: dict[str, str]

    @staticmethod
    def resolve_unit(innovation: Innovation) -> str | None:
        return innovation.unit.name if innovation.unit else None

    @staticmethod
    def resolve_location(innovation: Innovation) -> str | None:
        return innovation.location.name if innovation.location else None

    @staticmethod
    def resolve_started_on(innovation: Innovation) -> date | None:
        return start_shown(innovation)

    @staticmethod
    def resolve_goals(innovation: Any) -> list[int]:
        return [goal["number"] for goal in innovation.goal_rows]


class AttestationOut(Schema):  # type: ignore[misc]
    """What an agency said of its innovation on a day; the last one speaks."""

    innovation: str
    state: str
    stopped_on: date | None
    reason: str
    lessons: str
    note: str
    link: str
    attested_at: datetime
    simulated: bool
    source: str

    @staticmethod
    def resolve_innovation(row: Attestation) -> str:
        return row.innovation.slug

    @staticmethod
    def resolve_simulated(row: Attestation) -> bool:
        return row.is_simulated


class IndicatorValueOut(Schema):  # type: ignore[misc]
    """A baseline, target or measurement in force; `direction` says what is better."""

    innovation: str
    indicator: str
    unit: str
    direction: str
    kind: str
    value: Decimal
    dated_on: date
    is_year_only: bool
    measured_by: str
    simulated: bool
    source: str

    @staticmethod
    def resolve_innovation(row: IndicatorValue) -> str:
        return row.indicator.innovation.slug

    @staticmethod
    def resolve_indicator(row: IndicatorValue) -> str:
        return row.indicator.name

    @staticmethod
    def resolve_unit(row: IndicatorValue) -> str:
        return row.indicator.unit

    @staticmethod
    def resolve_direction(row: IndicatorValue) -> str:
        return row.indicator.direction

    @staticmethod
    def resolve_simulated(row: IndicatorValue) -> bool:
        return row.is_simulated


class ObservationOut(Schema):  # type: ignore[misc]
    """What an observer from outside the agency filed; it is never the agency's to change."""

    innovation: str
    dated_on: date
    is_year_only: bool
    observed_by: str
    note: str
    simulated: bool
    source: str

    @staticmethod
    def resolve_innovation(row: Any) -> str:
        return str(row.innovation.slug)

    @staticmethod
    def resolve_simulated(row: Any) -> bool:
        return bool(row.is_simulated)


class MysteryCheckOut(ObservationOut):
    """An observer used the service like anybody else."""

    place: str
    result: str
    waiting_minutes: Decimal | None


class SatisfactionOut(ObservationOut):
    """What a survey of the public found: an index of 0 to 100, the part rated worst, or both."""

    survey: str
    value: Decimal | None
    weakest_part: str


class ReplicationOut(Schema):  # type: ignore[misc]
    """A replication that both agencies stand by; `replica` once its dossier is public."""

    origin: str
    agency: str
    verified: bool
    agreed_at: datetime | None
    verified_at: datetime | None
    replica: str | None
    simulated: bool

    @staticmethod
    def resolve_origin(row: Replication) -> str:
        return row.origin.slug

    @staticmethod
    def resolve_agency(row: Replication) -> str:
        return row.agency.slug

    @staticmethod
    def resolve_verified(row: Replication) -> bool:
        return row.is_verified

    @staticmethod
    def resolve_replica(row: Replication) -> str | None:
        replica = row.replica
        return replica.slug if replica and replica.state == InnovationState.PUBLISHED else None

    @staticmethod
    def resolve_simulated(row: Replication) -> bool:
        return row.is_simulated


class SearchIn(Schema):  # type: ignore[misc]
    """Words and filters of the search page; a facet may be named more than once."""

    q: str = Field("", description='Words, a "phrase", -excluded')
    penghargaan: list[str] = Field([], description="Bands of announced awards: top-45")
    kategori: list[str] = Field([], description="Categories by slug")
    tahun: list[str] = Field([], description="Years of publication")
    provinsi: list[str] = Field([], description="Province codes: 33")
    jenis: list[str] = Field([], description="Kinds of agency: kabupaten")
    keadaan: list[str] = Field([], description="States of life: berjalan, berhenti, tanpa-kabar")
    tpb: list[str] = Field([], description="Sustainable Development Goals: 1 to 17")
    kebaruan: list[str] = Field([], description="Kinds of novelty")


class RegisterOut(Schema):  # type: ignore[misc]
    """Counts of published dossiers; `simulated` of them are simulated."""

    innovations: int
    agencies: int
    provinces: int
    simulated: int
    winners: int
    by_category: dict[str, int]
    by_province: dict[str, int]


@router.get("/innovations", response=list[InnovationOut], summary="Search published dossiers")
@paginate(Pages)
def innovations(request: HttpRequest, terms: Query[SearchIn]) -> Rows:
    """Published dossiers by number, narrowed like the search page by the same words and filters.

    They come in one order, so there is no `urut`. Where none has all the words, those with some
    of them are given, as on the page.
    """
    facets = {name: tuple(dict.fromkeys(getattr(terms, name))) for name in FACETS}
    wanted = Terms(text=terms.q.strip()[:MAXIMUM_TEXT], facets=facets)
    hits = settled(wanted)
    return Rows(lambda after, number: innovations_in_order(hits.numbers_after(after or 0, number)))


@router.get(
    "/innovations/{slug}",
    response=DossierOut,
    summary="One published dossier",
    openapi_extra=GONE,
)
def innovation(request: HttpRequest, slug: str) -> Any:
    """A published dossier; drafts are 404, withdrawn ones 410 with the day and the reason."""
    try:
        row = public_innovation(slug)
    except Innovation.DoesNotExist:
        raise Http404 from None
    if row.state == InnovationState.ARCHIVED:
        return problem(410, "gone", withdrawn_sentence(row))
    return row


@router.get("/attestations", response=list[AttestationOut], summary="Yearly attestations")
@paginate(Pages)
def attestations(request: HttpRequest, inovasi: str = "") -> QuerySet[Attestation]:
    """Of published dossiers, or of one (`?inovasi=` its slug)."""
    return told_attestations(inovasi)


@router.get("/indicators", response=list[IndicatorValueOut], summary="Outcome indicators")
@paginate(Pages)
def indicators(request: HttpRequest, inovasi: str = "") -> QuerySet[IndicatorValue]:
    """Values in force of published dossiers, or of one (`?inovasi=` its slug)."""
    return told_values(inovasi)


@router.get("/mystery-checks", response=list[MysteryCheckOut], summary="Mystery checks")
@paginate(Pages)
def mystery_checks(request: HttpRequest, inovasi: str = "") -> QuerySet[MysteryCheck]:
    """In force, of published dossiers, or of one (`?inovasi=` its slug)."""
    return told_checks(inovasi)


@router.get("/satisfaction", response=list[SatisfactionOut], summary="Satisfaction figures")
@paginate(Pages)
def satisfaction(request: HttpRequest, inovasi: str = "") -> QuerySet[SatisfactionFigure]:
    """In force, of published dossiers, or of one (`?inovasi=` its slug)."""
    return told_satisfaction(inovasi)


@router.get("/replications", response=list[ReplicationOut], summary="Replications")
@paginate(Pages)
def replications(request: HttpRequest, inovasi: str = "") -> QuerySet[Replication]:
    """Agreed ones of published dossiers, or of one origin (`?inovasi=` its slug)."""
    return told_replications(inovasi)


@router.get("/statistics/register", response=RegisterOut, summary="The register in figures")
def register_statistics(request: HttpRequest) -> dict[str, Any]:
    """Published dossiers and announced awards, counted from rows at this moment."""
    register = register_at_a_glance()
    return {
        **vars(register.totals),
        "winners": winner_count(),
        "by_category": {category.slug: category.count for category in register.categories},
        "by_province": register.provinces,
    }
