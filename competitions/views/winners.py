"""Winners of all years on one page: by year, band, region, kind of agency and field."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agencies.enums import AgencyType
from agencies.queries.tiles import map_of
from competitions.queries.calendar import stages_by_position
from competitions.queries.figures import band_stages
from competitions.queries.results_public import is_announced, published_editions
from competitions.queries.winners import (
    Winners,
    WinnerTerms,
    announced_bands,
    bands_by_name,
    by_province,
    highest_awards,
    totals_of,
    winners_by_place,
    with_dossier,
)
from competitions.views.public_figures import result_href
from competitions.views.results import CSV_HEADER
from innovations.models import Award, Category
from innovations.queries.cards import card_of
from sinovik.exports import CSV_TYPE, XLSX_TYPE, csv_bytes, xlsx_bytes
from sinovik.web.access import public
from sinovik.web.prepared import Prepared
from sinovik.web.reference import read_table
from sinovik.web.routes import query_of
from sinovik.web.shared import shared
from sinovik.web.templatetags.web import sourced

PAGE_SIZE = 24
_CATEGORIES = Prepared(lambda: Category.objects.order_by("position"))
PARAMETERS = {
    "tahun": "year",
    "penghargaan": "band",
    "provinsi": "province",
    "jenis": "agency_type",
    "kategori": "category",
}
# What a year that is none is read as: PostgreSQL can compare it, and nobody won in it.
NO_YEAR = "0000"
DOCUMENTED_BANDS = {
    "top40": gettext_lazy("Top 40"),
    "top45": gettext_lazy("Top 45"),
    "top99": gettext_lazy("Top 99"),
    "finalis": gettext_lazy("Finalis"),
    "terpuji": gettext_lazy("Terpuji"),
}


def _terms(request: HttpRequest) -> WinnerTerms:
    # PostgreSQL has no NUL in text; nobody types one by accident.
    typed = {field: request.GET.get(name, "") for name, field in PARAMETERS.items()}
    terms = {field: value.replace("\x00", "")[:80] for field, value in typed.items()}
    year = terms["year"]
    if year and not (year.isascii() and year.isdigit() and len(year) <= 4):
        year = NO_YEAR
    return WinnerTerms(**terms | {"year": year})


def _heading(terms: WinnerTerms) -> str:
    if not terms.year:
        return _("Pemenang semua tahun")
    if terms.year == NO_YEAR:
        return _("Pemenang: tahun tidak dikenal")
    return _("Pemenang %(year)s") % {"year": terms.year}


def _query(terms: WinnerTerms) -> str:
    return query_of((name, getattr(terms, field)) for name, field in PARAMETERS.items())


@cache
def _documented() -> tuple[dict[str, str], ...]:
    """Winners that open sources name, of years that may not be in the register."""
    return tuple(read_table("competitions", "kipp_winners"))


def documented_winners(terms: WinnerTerms, known: set[str]) -> list[dict[str, Any]]:
    """Those of years without a list here; their region and field are not known."""
    if terms.province or terms.category:
        return []
    return [
        row | {"band": DOCUMENTED_BANDS.get(row["rank_band"], row["rank_band"])}
        for row in _documented()
        if row["year"] not in known
        and terms.year in ("", row["year"])
        and terms.agency_type in ("", row["agency_type"])
        and terms.band.replace("-", "") in ("", row["rank_band"])
    ]


def _told(row: dict[str, Any]) -> tuple[str, ...]:
    return row["title"], row["agency"], f"{row['band']} {row['year']}", sourced(row["source"])


def _card(award: Award) -> dict[str, Any]:
    innovation = award.innovation
    return card_of(innovation, innovation.agency, _(award.band_name), award.year)


def _years(terms: WinnerTerms, known: set[str]) -> list[dict[str, Any]]:
    base = reverse("competitions:winner_list")
    years = sorted(known | {row["year"] for row in _documented()}, reverse=True)
    return [
        {
            "text": year or _("Semua tahun"),
            "href": base + _query(terms.of_year(year)),
            "current": year == terms.year,
        }
        for year in ("", *years)
    ]


def _official_lists() -> list[dict[str, Any]]:
    """Announced lists, each with its addresses. Two queries."""
    return [
        {
            "edition": edition,
            "name": _(stage.name),
            "year": edition.year,
            "slug": stage.slug,
            "href": result_href(edition.year, stage.slug),
        }
        for edition in published_editions()
        for stage in reversed(band_stages(stages_by_position(edition)))
        if is_announced(stage)
    ]


@public
@shared
@require_safe
def winner_list(request: HttpRequest) -> HttpResponse:
    """Announced winners of every edition, and those that only open sources name."""
    terms = _terms(request)
    bands = announced_bands()
    known = {str(year) for year, _band, _name in bands}
    places = winners_by_place(terms)
    totals = totals_of(terms, places)
    paginator = Paginator(Winners(terms, totals.all), PAGE_SIZE)
    counts = by_province(places)
    address = reverse("competitions:winner_list")
    base = WinnerTerms(terms.year, terms.band, "", terms.agency_type, terms.category)
    joint = "&" if _query(base) else "?"
    tiles = map_of(counts, lambda code: f"{address}{_query(base)}{joint}provinsi={code}")
    page = paginator.get_page(request.GET.get("page"))
    documented = documented_winners(terms, known)
    # Nobody knows where they are from: a filter by that says nothing about them.
    anywhere = replace(terms, province="", category="")
    context = {
        "terms": terms,
        "heading": _heading(terms),
        "totals": totals,
        "known_count": totals.all - totals.simulated,
        "page_obj": page,
        "winners": [_card(award) for award in page.object_list],
        "years": _years(terms, known),
        "bands": [(slug, _(name)) for slug, name in bands_by_name(bands).items()],
        "provinces": [(tile.code, tile.name) for tile in tiles.tiles],
        "kinds": AgencyType.choices,
        "categories": [(one.slug, _(one.name)) for one in _CATEGORIES.all()],
        "tile_map": tiles,
        "heads": [_("Inovasi"), _("Instansi"), _("Penghargaan"), _("Sumber")],
        "documented": [_told(row) for row in documented],
        "unplaced": [] if documented else documented_winners(anywhere, known),
        "anywhere_href": address + _query(anywhere),
        "row_count": totals.all + len(documented),
        "lists": _official_lists(),
        "query": _query(terms),
    }
    return render(request, "competitions/winner_list.html", context)


def _rows(request: HttpRequest) -> Iterator[Sequence[object]]:
    terms = _terms(request)
    for award in with_dossier(highest_awards(terms)):
        yield _row(award)
    known = {str(year) for year, _band, _name in announced_bands()}
    for row in documented_winners(terms, known):
        kind = AgencyType(row["agency_type"]).label if row["agency_type"] else ""
        yield [
            row["year"], row["band"], row["title"], row["agency"], kind, "", "", _("tidak"),
            row["source"], "",
        ]  # fmt: skip


def _row(award: Award) -> list[object]:
    innovation, agency = award.innovation, award.innovation.agency
    return [
        award.year,
        _(award.band_name),
        innovation.title,
        agency.name,
        agency.get_agency_type_display(),
        agency.region.province_or_self.name if agency.region else "",
        _(innovation.category.name) if innovation.category else "",
        _("ya") if innovation.is_simulated else _("tidak"),
        innovation.source,
        settings.SITE_ADDRESS + innovation.get_absolute_url(),
    ]


@public
@shared
@require_safe
def winner_csv(request: HttpRequest) -> HttpResponse:
    """The page's list whole, as CSV."""
    response = HttpResponse(csv_bytes(CSV_HEADER, _rows(request)), content_type=CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="pemenang.csv"'
    return response


@public
@shared
@require_safe
def winner_xlsx(request: HttpRequest) -> HttpResponse:
    """The page's list whole, as a workbook."""
    octets = xlsx_bytes("pemenang", CSV_HEADER, _rows(request))
    response = HttpResponse(octets, content_type=XLSX_TYPE)
    response["Content-Disposition"] = 'attachment; filename="pemenang.xlsx"'
    return response
