"""A part of the register, as its page counts it: one agency, one province or one field.

A part is a set of dossiers. Awards count from their announced instant on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.translation import gettext as _

from agencies.enums import AgencyType
from agencies.models import Agency, Region
from innovations.enums import InnovationState, Life
from innovations.models import Award, Category, Innovation
from innovations.models.innovation import InnovationQuerySet
from innovations.queries.overview import PROVINCE, PUBLISHED
from innovations.queries.search import announced_awards
from sinovik.web.zones import WIB, ZONES

LEADING = 10
"""So many agencies or provinces stand in a short list."""


@dataclass(frozen=True)
class PartFigures:
    """Counted from published dossiers and announced awards; `withdrawn` from archived ones."""

    innovations: int
    simulated: int
    agencies: int
    winners: int
    simulated_winners: int
    withdrawn: int


@dataclass(frozen=True)
class Line:
    """One bar: `key` is what a search narrows by, `winners` of the `count` have an award."""

    key: str
    label: str
    count: int
    winners: int


@dataclass(frozen=True)
class Cell:
    """Published dossiers of a part that are alike in everything its bars tell apart."""

    year: int
    category: str | None
    agency_type: str
    life: str
    has_won: bool
    count: int


@dataclass(frozen=True)
class ProvinceLine:
    """A province: its dossiers, and how many of its governments have one."""

    province: Region
    innovations: int
    simulated: int
    winners: int
    agencies: int
    active: int


def in_province(code: str) -> InnovationQuerySet:
    """Dossiers of a province: where they run, else where their agency is; any state."""
    return Innovation.objects.annotate(province=PROVINCE).filter(province=code)


def newest(part: InnovationQuerySet) -> InnovationQuerySet:
    """The part as the public lists it, the newest first, with what a row shows. Two queries."""
    rows = part.published().for_list().prefetch_related(announced_awards())
    return rows.order_by("-published_at", "title")


def winners_first(part: InnovationQuerySet) -> InnovationQuerySet:
    """The same with the highest awards first, documented titles before simulated ones."""
    awards = Award.objects.announced().filter(innovation=OuterRef("pk")).order_by("seats")
    ranked = newest(part).annotate(best=Subquery(awards.values("seats")[:1]))
    return ranked.order_by(F("best").asc(nulls_last=True), "is_simulated", "-published_at", "title")


def figures_of(part: InnovationQuerySet) -> PartFigures:
    """Count a part. One query."""
    is_public = Q(state=InnovationState.PUBLISHED)
    is_simulated = is_public & Q(is_simulated=True)
    counted = _with_award(part).aggregate(
        innovations=Count("pk", filter=is_public),
        simulated=Count("pk", filter=is_simulated),
        agencies=Count("agency", distinct=True, filter=is_public),
        winners=Count("pk", filter=is_public & Q(has_won=True)),
        simulated_winners=Count("pk", filter=is_simulated & Q(has_won=True)),
        withdrawn=Count("pk", filter=Q(state=InnovationState.ARCHIVED)),
    )
    return PartFigures(**counted)


def cells_of(part: InnovationQuerySet) -> list[Cell]:
    """Count a part by all that its bars tell apart, in one pass. One query."""
    year = ExtractYear("published_at", tzinfo=ZONES[WIB])
    rows = _with_award(part.published().with_life()).order_by()
    keys = (year, F("category__slug"), F("agency__agency_type"), F("life"), F("has_won"))
    return [Cell(*row) for row in rows.values_list(*keys).annotate(count=Count("pk"))]


def by_year(cells: Sequence[Cell]) -> list[Line]:
    """By the year in which dossiers were published, the oldest first; no query."""
    years = sorted({cell.year for cell in cells})
    return [_line(cells, "year", year, str(year)) for year in years]


def by_category(cells: Sequence[Cell]) -> list[Line]:
    """By field, all fields in their order. One query."""
    fields = Category.objects.order_by("position").values_list("slug", "name")
    return [_line(cells, "category", slug, _(name)) for slug, name in fields]


def by_type(cells: Sequence[Cell]) -> list[Line]:
    """By kind of agency, all kinds in their order; no query."""
    return [_line(cells, "agency_type", kind.value, str(kind.label)) for kind in AgencyType]


def by_life(cells: Sequence[Cell]) -> list[Line]:
    """By what is known of their life now, in the order of `Life`; no query."""
    return [_line(cells, "life", life.value, str(life.label)) for life in Life]


def _line(cells: Sequence[Cell], name: str, key: object, label: str) -> Line:
    own = [cell for cell in cells if getattr(cell, name) == key]
    winners = sum(cell.count for cell in own if cell.has_won)
    return Line(str(key), label, sum(cell.count for cell in own), winners)


def by_province(part: InnovationQuerySet) -> dict[str, int]:
    """Dossiers by province code. One query."""
    rows = part.published().order_by().values_list(PROVINCE).annotate(count=Count("pk"))
    return {code: count for code, count in rows if code}


def leading_agencies(part: InnovationQuerySet) -> list[tuple[Agency, int]]:
    """Agencies with the most dossiers of a part, and how many. Two queries."""
    own = part.published().order_by().values("agency").annotate(count=Count("pk"))
    counts = {row["agency"]: row["count"] for row in own.order_by("-count", "agency")[:LEADING]}
    agencies = Agency.objects.in_bulk(list(counts))
    return [(agencies[pk], count) for pk, count in counts.items()]


def province_lines() -> list[ProvinceLine]:
    """Every province in code order with what the register holds of it. Three queries."""
    dossiers = _with_award(Innovation.objects.published()).order_by()
    counted = dossiers.values_list(PROVINCE).annotate(
        innovations=Count("pk"),
        simulated=Count("pk", filter=Q(is_simulated=True)),
        winners=Count("pk", filter=Q(has_won=True)),
    )
    held = {code: numbers for code, *numbers in counted}
    present = {place: numbers for place, *numbers in _governments()}
    return [
        ProvinceLine(
            province, *held.get(province.code, (0, 0, 0)), *present.get(province.code, (0, 0))
        )
        for province in Region.objects.provinces()
    ]


def categories_in_full() -> list[Any]:
    """Fields in order: `slug`, `name`, `dossiers`, `winners`, `simulated`. One query."""
    won = Award.objects.announced().values("innovation")
    counted = Category.objects.order_by("position").values("slug", "name")
    return list(
        counted.annotate(
            dossiers=Count("innovations", filter=PUBLISHED),
            simulated=Count("innovations", filter=PUBLISHED & Q(innovations__is_simulated=True)),
            winners=Count("innovations", filter=PUBLISHED & Q(innovations__in=won)),
        )
    )


def _governments() -> Iterable[tuple[str, int, int]]:
    """Province code, governments in it, those of them with a published dossier."""
    own = Exists(Innovation.objects.published().filter(agency=OuterRef("pk")))
    local = Agency.objects.filter(region__isnull=False).annotate(
        place=Coalesce("region__province_id", "region_id"), has_dossier=own
    )
    return (
        local.order_by()
        .values_list("place")
        .annotate(agencies=Count("pk"), active=Count("pk", filter=Q(has_dossier=True)))
    )


def _with_award(part: InnovationQuerySet) -> InnovationQuerySet:
    won = Exists(Award.objects.announced().filter(innovation=OuterRef("pk")))
    return part.annotate(has_won=won)
