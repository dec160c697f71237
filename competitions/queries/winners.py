"""Winners of all editions in one list: awards whose instant has come, and nothing before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from innovations.models import Award


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


def highest_awards(terms: WinnerTerms) -> QuerySet[Award]:
    """One award a dossier and year, the highest that fits; by year, band, agency and title."""
    fitting = Award.objects.announced().filter(_condition(terms))
    best = fitting.order_by("innovation_id", "year", "seats").distinct("innovation_id", "year")
    rows = Award.objects.announced().filter(pk__in=best.values("pk"))
    return rows.order_by("-year", "seats", "innovation__agency__name", "innovation__title")


def with_dossier(awards: QuerySet[Award]) -> QuerySet[Award]:
    """With what a card or a row of a table shows."""
    return awards.select_related(
        "innovation__agency__region__province", "innovation__category"
    ).defer("innovation__sections")


def totals_of(awards: QuerySet[Award]) -> WinnerTotals:
    """One query."""
    counted = awards.aggregate(
        all=Count("pk"), simulated=Count("pk", filter=Q(innovation__is_simulated=True))
    )
    return WinnerTotals(**counted)


def winners_by_province(terms: WinnerTerms) -> dict[str, int]:
    """Winners by the province of their agency, whichever province was chosen. One query."""
    place = Coalesce("innovation__agency__region__province_id", "innovation__agency__region_id")
    rows = highest_awards(replace(terms, province="")).order_by().values_list(place)
    return {code: count for code, count in rows.annotate(count=Count("pk")) if code}


def announced_bands() -> list[tuple[int, str, str]]:
    """Year, band and its name, each once: the newest first, the highest first. One query."""
    rows = Award.objects.announced().order_by("-year", "seats", "band")
    return list(rows.values_list("year", "band", "band_name").distinct())


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
