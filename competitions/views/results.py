"""Winners of a band. Before the announced instant the page says when, and nothing else."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.enums import AgencyType
from agencies.queries.tiles import map_of
from competitions.models import Announcement, Edition, Result, Stage
from competitions.queries.decrees import public_decree
from competitions.queries.figures import band_stages, stages_of, submitted_count
from competitions.queries.results_public import (
    ResultTerms,
    announcement_of,
    award_title,
    is_announced,
    matching,
    province_of,
    winners,
)
from competitions.views.public_figures import result_href
from innovations.queries.cards import card_of
from sinovik.exports import CSV_TYPE, PDF_TYPE, XLSX_TYPE, csv_bytes, pdf_bytes, xlsx_bytes
from sinovik.web.access import public
from sinovik.web.prepared import Prepared
from sinovik.web.routes import query_of
from sinovik.web.shared import shared
from sinovik.web.templatetags.web import moment

TEMPLATE = settings.BASE_DIR / "templates" / "exports" / "winners.typ"
CSV_HEADER = (
    "tahun", "penghargaan", "judul", "instansi", "jenis_instansi", "provinsi", "kategori",
    "simulasi", "sumber", "alamat",
)  # fmt: skip


_EDITIONS = Prepared(lambda year: Edition.objects.published().filter(year=year), "year")


def find_band(year: int, band: str) -> tuple[Edition, list[Stage], Stage]:
    """A published edition, its stages and the one that makes the band; 404 for anything else."""
    edition = _EDITIONS.first(year=year)
    if edition is None:
        raise Http404
    stages = stages_of(edition)
    for stage in band_stages(stages):
        if stage.slug == band:
            return edition, stages, stage
    raise Http404


def _terms(request: HttpRequest) -> ResultTerms:
    return ResultTerms(
        agency_type=request.GET.get("jenis", ""),
        province=request.GET.get("provinsi", ""),
        category=request.GET.get("kategori", ""),
    )


def _query(terms: ResultTerms) -> str:
    named = {
        "jenis": terms.agency_type,
        "provinsi": terms.province,
        "kategori": terms.category,
    }
    return query_of(named.items())


def _tabs(year: int, stages: Sequence[Stage], current: Stage, query: str) -> list[dict[str, Any]]:
    return [
        {
            "text": stage.name,
            "href": result_href(year, stage.slug) + query,
            "current": stage.pk == current.pk,
        }
        for stage in reversed(band_stages(stages))
    ]


def _options(results: Sequence[Result]) -> dict[str, list[tuple[str, str]]]:
    """Values by which the list can be narrowed: those that it contains."""
    kinds = {result.entry.agency.agency_type for result in results}
    regions = [result.entry.agency.region for result in results if result.entry.agency.region]
    provinces = {region.province_or_self.code: region.province_or_self.name for region in regions}
    return {
        "kinds": [(kind.value, str(kind.label)) for kind in AgencyType if kind.value in kinds],
        "provinces": sorted(provinces.items()),
    }


def _counts_by_province(results: Sequence[Result]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for result in results:
        if code := province_of(result.entry):
            counts[code] = counts.get(code, 0) + 1
    return counts


@public
@shared
@require_safe
def result_list(request: HttpRequest, year: int, band: str) -> HttpResponse:
    """Winners by agency and title, or when they will be announced."""
    edition, stages, stage = find_band(year, band)
    terms = _terms(request)
    query = _query(terms)
    context: dict[str, Any] = {
        "edition": edition,
        "stage": stage,
        "tabs": _tabs(year, stages, stage, query),
        "announcement": announcement_of(stage),
    }
    if not is_announced(stage):
        return render(request, "competitions/result_awaited.html", context)
    everyone = winners(stage)
    known = [r.entry.innovation for r in everyone if not r.entry.innovation.is_simulated]
    counts = _counts_by_province(everyone)
    address = result_href(year, band)
    context |= {
        "terms": terms,
        "decree": public_decree(stage),
        "results": [
            card_of(one.entry.innovation, one.entry.agency, _(stage.name), year)
            for one in matching(everyone, terms)
        ],
        "winner_count": len(everyone),
        "known_count": len(known),
        "sourced": [innovation for innovation in known if innovation.source],
        "central_count": len(everyone) - sum(counts.values()),
        "submitted_count": submitted_count(edition, stages),
        "tile_map": map_of(counts, lambda code: f"{address}?provinsi={code}"),
        "csv_href": address + "daftar.csv",
        "query": query,
        "pdf_href": address + "daftar.pdf",
        "badges_href": address + "lencana/",
        "xlsx_href": address + "daftar.xlsx",
        **_options(everyone),
    }
    return render(request, "competitions/result_list.html", context)


@public
@shared
@require_safe
def result_csv(request: HttpRequest, year: int, band: str) -> HttpResponse:
    """The announced list as CSV, narrowed like the page; only its heading before the instant."""
    rows = _rows(request, year, band)
    response = HttpResponse(csv_bytes(CSV_HEADER, rows), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{band}-{year}.csv"'
    return response


@public
@shared
@require_safe
def result_xlsx(request: HttpRequest, year: int, band: str) -> HttpResponse:
    """The announced list as a workbook, narrowed like the page; empty before the instant."""
    rows = _rows(request, year, band)
    response = HttpResponse(xlsx_bytes(band, CSV_HEADER, rows), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{band}-{year}.xlsx"'
    return response


@public
@shared
@require_safe
def result_pdf(request: HttpRequest, year: int, band: str) -> HttpResponse:
    """The announced list on paper, always whole; before the instant there is none."""
    edition, _stages, stage = find_band(year, band)
    announcement = announcement_of(stage)
    if announcement is None or not is_announced(stage):
        raise Http404
    octets = pdf_bytes(TEMPLATE, _document(edition, stage, announcement, winners(stage)))
    response = HttpResponse(octets, content_type=PDF_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{band}-{year}.pdf"'
    return response


def _document(
    edition: Edition, stage: Stage, announcement: Announcement, results: Sequence[Result]
) -> dict[str, Any]:
    """The inputs of templates/exports/winners.typ."""
    announced = timezone.localdate(announcement.announce_at)
    invented = [one for one in results if one.entry.innovation.is_simulated]
    notes = [_("Urutan menurut abjad instansi, bukan peringkat.")]
    if invented:
        notes.append(_("* Judul contoh untuk peragaan (data simulasi)."))
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "title": award_title(stage.name, edition.year),
        "lead": _("Diumumkan %(moment)s.") % {"moment": moment(announcement.announce_at)},
        "decree": announcement.decree_number,
        "label": _("Data simulasi") if invented else "",
        "head": [_("No."), _("Inovasi"), _("Instansi"), _("Provinsi")],
        "rows": [_line(place, result) for place, result in enumerate(results, 1)],
        "notes": notes,
        "issued": [announced.year, announced.month, announced.day],
    }


def _line(place: int, result: Result) -> list[str]:
    entry = result.entry
    star = " *" if entry.innovation.is_simulated else ""
    region = entry.agency.region
    province = region.province_or_self.name if region else "–"
    return [str(place), entry.innovation.title + star, entry.agency.name, province]


def _rows(request: HttpRequest, year: int, band: str) -> list[list[object]]:
    _edition, _stages, stage = find_band(year, band)
    return [_row(result, year, stage) for result in matching(winners(stage), _terms(request))]


def _row(result: Result, year: int, stage: Stage) -> list[object]:
    entry = result.entry
    innovation, agency = entry.innovation, entry.agency
    region = agency.region.province_or_self if agency.region else None
    return [
        year,
        _(stage.name),
        innovation.title,
        agency.name,
        agency.get_agency_type_display(),
        region.name if region else "",
        _(innovation.category.name) if innovation.category else "",
        _("ya") if innovation.is_simulated else _("tidak"),
        innovation.source,
        settings.SITE_ADDRESS + innovation.get_absolute_url(),
    ]
