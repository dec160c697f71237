"""Winners of all editions in one list: awards whose instant has come, and nothing before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from innovations.models import Award
from sinovik.audit import clock
from sinovik.web.prepared import Prepared
from sinovik.web.querysets import Sliced

MOST_STATEMENTS = 64
PLACE = Coalesce("innovation__agency__region__province_id", "innovation__agency__region_id")


@dataclass(frozen=True)
class WinnerTerms:
    """Which winners somebody wants to see; empty strings mean all."""

    year: str = ""
    band: str = ""
    province: str = ""
    agency_type: str = ""
    category: str = ""

    def of_year(self, year: str) -> "WinnerTerms":
        """The same terms for another year."""
        return replace(self, year=year)


@dataclass(frozen=True)
class WinnerTotals:
    """How many winners fit, and how many of them have an invented title."""

    all: int
    simulated: int


def highest_awards(terms: WinnerTerms, now: Any = None) -> QuerySet[Award]:
    """One award a dossier and year, the highest that fits; by year, band, agency and title."""
    fitting = Award.objects.announced(now).filter(_condition(terms))
    best = fitting.order_by("innovation_id", "year", "seats").distinct("innovation_id", "year")
    rows = Award.objects.announced(now).filter(pk__in=best.values("pk"))
    return rows.order_by("-year", "seats", "innovation__agency__name", "innovation__title")


def with_dossier(awards: QuerySet[Award]) -> QuerySet[Award]:
    """With what a row of a table shows."""
    return awards.select_related(
        "innovation__agency__region__province", "innovation__category"
    ).defer("innovation__sections")


class Winners(Sliced[Award]):
    """The highest awards with what a card shows, as a sequence that reads the slice asked for."""

    def __init__(self, terms: WinnerTerms, count: int) -> None:
        super().__init__(count)
        self._terms = terms

    def read(self, start: int, stop: int) -> list[Award]:
        """One query."""
        return _asked(_page, self._terms, start, stop)


def winners_of_year(year: str) -> list[Award]:
    """All with the highest award, agency loaded; one query."""
    return _asked(_whole, WinnerTerms(year=year))


def winners_by_place(terms: WinnerTerms) -> list[tuple[str | None, bool, int]]:
    """How many have the highest award, by province of the agency and whether invented; one query.

    Whichever province was chosen.
    """
    return _asked(_by_place, replace(terms, province=""))


def totals_of(terms: WinnerTerms, places: Sequence[tuple[str | None, bool, int]]) -> WinnerTotals:
    """No query but where a province was chosen: then one."""
    if terms.province:
        rows = highest_awards(terms).order_by().values_list("innovation__is_simulated")
        counted = [(invented, count) for invented, count in rows.annotate(count=Count("pk"))]
    else:
        counted = [(invented, count) for _place, invented, count in places]
    return WinnerTotals(
        all=sum(count for _invented, count in counted),
        simulated=sum(count for invented, count in counted if invented),
    )


def by_province(places: Sequence[tuple[str | None, bool, int]]) -> dict[str, int]:
    """The counts of `winners_by_place` by province code."""
    counts: dict[str, int] = {}
    for code, _invented, count in places:
        if code:
            counts[code] = counts.get(code, 0) + count
    return counts


def announced_bands() -> list[tuple[int, str, str]]:
    """Year, band and its name, each once: the newest first, the highest first. One query."""
    return [(year, band, name) for year, band, name, _seats in _BANDS.all(now=clock.now())]


_BANDS = Prepared(
    lambda now: (
        Award.objects.announced(now)
        .order_by("-year", "seats", "band")
        .values_list("year", "band", "band_name", "seats")
        .distinct()
    ),
    "now",
)


def _page(terms: WinnerTerms, now: Any, start: int, stop: int) -> QuerySet[Award]:
    rows = highest_awards(terms, now).select_related("innovation__agency", "innovation__category")
    return rows.defer("innovation__sections")[start:stop]


def _whole(terms: WinnerTerms, now: Any) -> QuerySet[Award]:
    rows = highest_awards(terms, now).select_related("innovation__agency")
    return rows.defer("innovation__sections", "innovation__summary")


def _by_place(terms: WinnerTerms, now: Any) -> QuerySet[Award, Any]:
    rows = highest_awards(terms, now).order_by().values_list(PLACE, "innovation__is_simulated")
    return rows.annotate(count=Count("pk"))


def _asked(rows: Callable[..., QuerySet[Award, Any]], terms: WinnerTerms, *span: int) -> list[Any]:
    """Ask by a statement that is written once for the terms that are given, whatever they say."""
    given = {name: value for name, value in vars(terms).items() if value}
    return _statement(rows, tuple(given), span).all(now=clock.now(), **given)


@lru_cache(MOST_STATEMENTS)
def _statement(
    rows: Callable[..., QuerySet[Award, Any]], given: tuple[str, ...], span: tuple[int, ...]
) -> Prepared[Any]:
    return Prepared(lambda now, **values: rows(WinnerTerms(**values), now, *span), "now", *given)


def bands_by_name(bands: Sequence[tuple[int, str, str]]) -> dict[str, str]:
    """Names of the bands by their slug, of all years together."""
    return {band: name for _year, band, name in bands}


def _condition(terms: WinnerTerms) -> Q:
    found = Q()
    for value, lookup in (
        (terms.year, "year"),
        (terms.band, "band"),
        (terms.agency_type, "innovation__agency__agency_type"),
        (terms.category, "innovation__category__slug"),
    ):
        if value:
            found &= Q((lookup, value))
    if terms.province:
        found &= Q(innovation__agency__region=terms.province) | Q(
            innovation__agency__region__province=terms.province
        )
    return found
