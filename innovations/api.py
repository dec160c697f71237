"""Public API of the register, read-only: published dossiers and announced awards alone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate

from innovations.filters import MAXIMUM_TEXT
from innovations.models import Innovation
from innovations.queries.dossiers import public_innovations, start_shown
from innovations.queries.facets import count_facets
from innovations.queries.search import Found, Terms
from sinovik.api import Pages

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
    def resolve_goals(innovation: Innovation) -> list[int]:
        return [goal.number for goal in innovation.goals.all()]


@router.get("/innovations", response=list[InnovationOut], summary="Search published dossiers")
@paginate(Pages)
def innovations(
    request: HttpRequest,
    q: str = "",
    category: str = "",
    band: str = "",
    province: str = "",
) -> list[Innovation]:
    """Full-text search in Indonesian (`?q=`), narrowed by field, band or province code."""
    chosen = {"bidang": category, "penghargaan": band, "provinsi": province}
    facets = {name: (value.replace("\x00", ""),) for name, value in chosen.items() if value}
    terms = Terms(text=q.replace("\x00", "").strip()[:MAXIMUM_TEXT], facets=facets)
    # A lazy sequence: the shell reads its length and one slice of it.
    return Found(terms, count_facets(terms).total)  # type: ignore[return-value]


@router.get("/innovations/{slug}", response=DossierOut, summary="One published dossier")
def innovation(request: HttpRequest, slug: str) -> Innovation:
    """A published dossier; drafts and archived ones are 404."""
    return get_object_or_404(public_innovations().published(), slug=slug)
