"""A part of the register, as its page counts it: one agency, one province or one field.

A part is a set of dossiers. Awards count from their announced instant on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
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
from innovations.queries.search import announced_awards, with_announced_awards
from innovations.workflow import ATTESTED_FOR
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared
from sinovik.web.querysets import Sliced
from sinovik.web.zones import WIB, ZONES

MOST_STATEMENTS = 128
LEADING = 10
"""So many agencies or provinces stand in a short list."""


@dataclass(frozen=True)
class Part:
    """A set of dossiers, in any state: those that `of` finds by a key."""

    of: Callable[[Any], InnovationQuerySet]
    key: Any

    def rows(self) -> InnovationQuerySet:
        """The dossiers."""
        return self.of(self.key)

    def ask(self, question: Callable[..., Any], **values: Any) -> list[Any]:
        """Rows of a question about the part, which is written once for parts of its kind."""
        return _statement(question, self.of, tuple(values)).all(key=self.key, **values)


@lru_cache(MOST_STATEMENTS)
def _statement(
    question: Callable[..., Any], of: Callable[[Any], InnovationQuerySet], names: tuple[str, ...]
) -> Prepared[Any]:
    return Prepared(lambda key, **values: question(of(key), **values), "key", *names)


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
    is_simulated: bool
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


def in_province(code: str) -> Part:
    """Dossiers of a province: where they run, else where their agency is."""
    return Part(_in_province, code)


def in_category(pk: int) -> Part:
    """Dossiers of a field."""
    return Part(_in_category, pk)


def of_agency(pk: int) -> Part:
    """Dossiers of an agency."""
    return Part(_of_agency, pk)


def _in_province(code: Any) -> InnovationQuerySet:
    return Innovation.objects.annotate(province=PROVINCE).filter(province=code)


def _in_category(pk: Any) -> InnovationQuerySet:
    return Innovation.objects.filter(category=pk)


def _of_agency(pk: Any) -> InnovationQuerySet:
    return Innovation.objects.filter(agency=pk)


def newest(dossiers: InnovationQuerySet) -> InnovationQuerySet:
    """Those published as a feed lists them, with what a row shows. Two queries."""
    rows = dossiers.published().for_list().prefetch_related(announced_awards())
    return rows.order_by("-published_at", "title")


class WinnersFirst(Sliced[Innovation]):
    """A part as its page lists it, with what a row shows; reads the slice it is asked for.

    The highest awards come first, documented titles before simulated ones.
    """

    def __init__(self, part: Part, count: int) -> None:
        super().__init__(count)
        self._part = part

    def read(self, start: int, stop: int) -> list[Innovation]:
        """Two queries."""
        question = _listed(start, stop)
        return with_announced_awards(self._part.ask(question, now=clock.now()))


@lru_cache(MOST_STATEMENTS)
def _listed(start: int, stop: int) -> Callable[..., InnovationQuerySet]:
    def question(part: InnovationQuerySet, now: Any) -> InnovationQuerySet:
        awards = Award.objects.announced(now).filter(innovation=OuterRef("pk")).order_by("seats")
        ranked = part.published().for_list().annotate(best=Subquery(awards.values("seats")[:1]))
        order = (F("best").asc(nulls_last=True), "is_simulated", "-published_at", "title")
        return ranked.order_by(*order)[start:stop]

    return question


def figures_of(part: Part, cells: Sequence[Cell]) -> PartFigures:
    """Count a part, of which `cells` tell the most. One query."""
    agencies, withdrawn = 0, 0
    for state, count, of_agencies in part.ask(_by_state):
        if state == InnovationState.PUBLISHED:
            agencies = of_agencies
        else:
            withdrawn = count
    return PartFigures(
        innovations=sum(cell.count for cell in cells),
        simulated=sum(cell.count for cell in cells if cell.is_simulated),
        agencies=agencies,
        winners=sum(cell.count for cell in cells if cell.has_won),
        simulated_winners=sum(cell.count for cell in cells if cell.has_won and cell.is_simulated),
        withdrawn=withdrawn,
    )


def _by_state(part: InnovationQuerySet) -> Any:
    told = part.filter(state__in=(InnovationState.PUBLISHED, InnovationState.ARCHIVED)).order_by()
    return told.values_list("state").annotate(
        count=Count("pk"), agencies=Count("agency", distinct=True)
    )


def cells_of(part: Part) -> list[Cell]:
    """Count a part by all that its bars tell apart, in one pass. One query."""
    now = clock.now()
    return [Cell(*row) for row in part.ask(_cells, now=now, quiet_since=now - ATTESTED_FOR)]


def _cells(part: InnovationQuerySet, now: Any, quiet_since: Any) -> Any:
    year = ExtractYear("published_at", tzinfo=ZONES[WIB])
    rows = _with_award(part.published().with_life(quiet_since), now).order_by()
    keys = (year, "category__slug", "agency__agency_type", "life", "has_won", "is_simulated")
    return rows.values_list(*keys).annotate(count=Count("pk"))


def by_year(cells: Sequence[Cell]) -> list[Line]:
    """By the year in which dossiers were published, the oldest first; no query."""
    years = sorted({cell.year for cell in cells})
    return [_line(cells, "year", year, str(year)) for year in years]


def by_category(cells: Sequence[Cell]) -> list[Line]:
    """By field, all fields in their order. One query."""
    return [_line(cells, "category", slug, _(name)) for slug, name in _FIELDS.all()]


_FIELDS = Prepared(lambda: Category.objects.order_by("position").values_list("slug", "name"))


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


def by_province(part: Part) -> dict[str, int]:
    """Dossiers by province code. One query."""
    return {code: count for code, count in part.ask(_by_province) if code}


def _by_province(part: InnovationQuerySet) -> Any:
    return part.published().order_by().values_list(PROVINCE).annotate(count=Count("pk"))


def leading_agencies(part: Part) -> list[tuple[Agency, int]]:
    """Agencies with the most dossiers of a part, and how many. Two queries."""
    counts = dict(part.ask(_leading))
    agencies = {agency.pk: agency for agency in _AGENCIES.all(ids=[*counts])}
    return [(agencies[pk], count) for pk, count in counts.items()]


def _leading(part: InnovationQuerySet) -> Any:
    own = part.published().order_by().values_list("agency").annotate(count=Count("pk"))
    return own.order_by("-count", "agency")[:LEADING]


_AGENCIES = Prepared(lambda ids: Agency.objects.filter(OneOf("pk", ids)).order_by(), "ids")


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


def _with_award(part: InnovationQuerySet, now: Any = None) -> InnovationQuerySet:
    won = Exists(Award.objects.announced(now).filter(innovation=OuterRef("pk")))
    return part.annotate(has_won=won)
