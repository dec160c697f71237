"""An edition in figures; every chart has a table and a CSV."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.enums import AgencyType
from agencies.queries.tiles import map_of
from competitions.models import Edition, PublishedFigure, Stage
from competitions.queries.calendar import stages_by_position, year_to_show
from competitions.queries.figures import Breakdown, breakdown, goals_of, published_figures
from competitions.queries.results_public import published_editions
from competitions.views import public_figures as shown
from innovations.queries.directory import DirectoryTerms, counts_by_type
from sinovik.audit import clock
from sinovik.exports import table_file
from sinovik.web.access import public
from sinovik.web.attachments import attached
from sinovik.web.routes import address_of
from sinovik.web.shared import shared

LOCAL_TYPES = (AgencyType.PROVINCE, AgencyType.REGENCY, AgencyType.CITY)


def _chosen(request: HttpRequest, editions: list[Edition]) -> Edition | None:
    year = request.GET.get("tahun", "")
    if not year:
        return year_to_show(editions)
    for edition in editions:
        if str(edition.year) == year:
            return edition
    raise Http404


def _pills(editions: list[Edition], chosen: Edition) -> list[dict[str, Any]]:
    base = reverse("competitions:statistics")
    return [
        {"text": str(e.year), "href": f"{base}?tahun={e.year}", "current": e.pk == chosen.pk}
        for e in editions
    ]


@public
@shared
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Figures of one edition (`?tahun=`), and the years side by side."""
    editions = published_editions()
    edition = _chosen(request, editions)
    if edition is None:
        return render(request, "competitions/statistics_empty.html", {"trend": _trend()})
    stages = stages_by_position(edition)
    figures = breakdown(edition, stages)
    published = published_figures()
    of_year = [figure for figure in published if figure.year == edition.year]
    context = {
        "edition": edition,
        "years": _pills(editions, edition),
        "year_query": f"?tahun={edition.year}",
        "total": figures.total,
        "steps": shown.funnel_steps(figures.total, stages),
        "columns": shown.columns_of(figures.total, stages),
        "trend": shown.trend(published),
        "conflicts": shown.conflicts(of_year),
        "sources": shown.source_rows(of_year),
        "counted_at": clock.now(),
    }
    if figures.total.recorded:
        context |= _parts(figures) | _goals(edition, stages, figures)
    return render(request, "competitions/statistics.html", context)


def _trend() -> dict[str, Any]:
    return shown.trend(published_figures())


def _province_href(code: str) -> str:
    return address_of("innovations:province_detail", code)


def _parts(figures: Breakdown) -> dict[str, Any]:
    """Charts of the edition's parts, and who is missing."""
    recorded = {code: counts.recorded or 0 for code, counts in figures.by_province.items() if code}
    tiles = map_of(recorded, _province_href)
    types = shown.type_lines(figures)
    existing = counts_by_type(DirectoryTerms())
    present = {line["key"]: line["counts"].agencies or 0 for line in types}
    return {
        "tile_map": tiles,
        "central": figures.by_province.get(""),
        "types": types,
        "types_maximum": max(line["value"] for line in types),
        "categories": (fields := shown.category_lines(figures)),
        "categories_maximum": max(line["value"] for line in fields),
        "missing_provinces": tiles.missing,
        "participation": [
            {
                "label": kind.label,
                "value": present.get(kind.value, 0),
                "all": existing.get(kind.value, 0),
                "absent": existing.get(kind.value, 0) - present.get(kind.value, 0),
            }
            for kind in LOCAL_TYPES
        ],
    }


def _goals(edition: Edition, stages: list[Stage], figures: Breakdown) -> dict[str, Any]:
    simulated = figures.total.simulated > 0
    lines = shown.goal_lines(goals_of(edition, stages), simulated=simulated)
    return {
        "goals": lines,
        "goals_maximum": max((line["value"] for line in lines), default=0),
        "goal_columns": [_("Terdaftar"), _("Diajukan")],
    }


Rows = tuple[list[str], list[list[object]]]


def _table(lines: list[dict[str, Any]], name: str, headings: list[str]) -> Rows:
    mark = {True: _("ya"), False: _("tidak")}
    # An empty cell would say that nobody knows.
    told = [[_("disamarkan") if one is None else one for one in line["values"]] for line in lines]
    rows = [
        [line["label"], *values, mark[line["simulated"]]]
        for line, values in zip(lines, told, strict=True)
    ]
    return [name, *headings, "simulasi"], rows


def _funnel_table(figures: Breakdown, stages: list[Stage]) -> Rows:
    mark = _("ya") if figures.total.simulated else _("tidak")
    steps = shown.funnel_steps(figures.total, stages)
    return ["tahap", "jumlah", "simulasi"], [[s["label"], s["value"], mark] for s in steps]


def _goal_table(edition: Edition, stages: list[Stage], figures: Breakdown) -> Rows:
    found = _goals(edition, stages, figures)
    counted = found["goals"] if figures.total.recorded else []
    return _table(counted, "tujuan_pembangunan_berkelanjutan", ["terdaftar", "diajukan"])


def _source_table(published: list[PublishedFigure]) -> Rows:
    rows = [[f.year, f.metric, f.group, int(f.value), f.source, f.note] for f in published]
    return ["tahun", "ukuran", "kelompok", "nilai", "sumber", "catatan"], rows


@public
@require_safe
def statistics_csv(request: HttpRequest, table: str) -> HttpResponse:
    """One table of the page as CSV (`/statistik/provinsi.csv?tahun=2019`)."""
    edition = _chosen(request, published_editions())
    if edition is None:
        raise Http404
    stages = stages_by_position(edition)
    figures = breakdown(edition, stages)
    headings = shown.heads_of(figures.total)
    tables: dict[str, Callable[[], Rows]] = {
        "corong": lambda: _funnel_table(figures, stages),
        "jenis-instansi": lambda: _table(shown.type_lines(figures), "jenis_instansi", headings),
        "provinsi": lambda: _table(shown.province_lines(figures), "provinsi", headings),
        "kategori": lambda: _table(shown.category_lines(figures), "kategori", headings),
        "tpb": lambda: _goal_table(edition, stages, figures),
        "sumber": lambda: _source_table(published_figures()),
    }
    if table not in tables:
        raise Http404
    # The sources are those of all years, whichever was chosen.
    name = f"statistik-{table}" if table == "sumber" else f"statistik-{table}-{edition.year}"
    return attached(table_file(request.GET.get("bentuk"), name, *tables[table]()))
