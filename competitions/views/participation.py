"""Agencies that took part and those that never did."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.enums import AgencyType
from agencies.models import Agency, Region
from agencies.queries.tiles import map_of
from competitions.models import PublishedFigure
from competitions.queries.figures import published_figures
from competitions.queries.participation import (
    KINDS,
    Share,
    absent_agencies,
    shares,
    uses_simulated,
)
from competitions.queries.results_public import published_editions
from competitions.queries.trends import counted_editions
from competitions.views.public_figures import source_rows
from sinovik.exports import table_file
from sinovik.web.access import public
from sinovik.web.attachments import attached
from sinovik.web.shared import shared
from sinovik.web.templatetags.web import number, percent

PAGE_SIZE = 60
MEASURE = "participating_agencies"


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Province and kind of agency that the list is narrowed to; unknown ones count as none."""
    kind = request.GET.get("jenis", "")
    province = request.GET.get("provinsi", "")
    return {
        "province": province if province.isascii() and province.isdigit() else "",
        "agency_type": kind if kind in KINDS else "",
    }


def _line(label: str, line: Share, note: str = "") -> dict[str, Any]:
    said = _("%(taking)s dari %(all)s (%(share)s)") % {
        "taking": number(line.taking),
        "all": number(line.all),
        "share": percent(line.share),
    }
    return {
        "key": line.key,
        "label": label,
        "value": line.share,
        "text": said,
        "note": note,
        "line": line,
    }


def _published(figures: list[PublishedFigure], kind: str) -> str:
    """What sources say of a kind of agency, the newest year first."""
    told = [f for f in figures if (f.metric, f.group) == (MEASURE, kind)]
    said = [f"{int(figure.value)} ({figure.year})" for figure in reversed(told)]
    return _("terbitan: %(values)s") % {"values": "; ".join(said)} if said else ""


@public
@shared
@require_safe
def participation(request: HttpRequest) -> HttpResponse:
    """Shares of agencies by kind and province, and the names of those that never took part."""
    editions = counted_editions(published_editions())
    figures = published_figures()
    by_type, by_province = shares(editions)
    chosen = _chosen(request)
    address = reverse("competitions:participation")
    tiles = map_of(
        {code: line.absent for code, line in by_province.items()},
        lambda code: f"{address}?provinsi={code}#belum",
    )
    names = dict(Region.objects.provinces().values_list("code", "name"))
    absent: Page[Agency] = Paginator(absent_agencies(editions, **chosen), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "editions": editions,
        "is_simulated": uses_simulated(editions),
        "types": [
            _line(str(AgencyType(line.key).label), line, _published(figures, line.key))
            for line in by_type
        ],
        "provinces": [
            _line(names.get(code, code), by_province[code]) for code in sorted(by_province)
        ],
        "tile_map": tiles,
        "kinds": [(kind.value, str(kind.label)) for kind in KINDS],
        "chosen": chosen,
        "page_obj": absent,
        "csv_query": "?"
        + urlencode({"provinsi": chosen["province"], "jenis": chosen["agency_type"]}),
        "sources": source_rows([figure for figure in figures if figure.metric == MEASURE]),
    }
    return render(request, "competitions/participation.html", context)


@public
@require_safe
def share_csv(request: HttpRequest) -> HttpResponse:
    """Shares by kind of agency and by province."""
    editions = counted_editions(published_editions())
    mark = _("ya") if uses_simulated(editions) else _("tidak")
    by_type, by_province = shares(editions)
    names = dict(Region.objects.provinces().values_list("code", "name"))
    rows: list[list[object]] = [
        [_("jenis instansi"), AgencyType(line.key).label, line.taking, line.all, mark]
        for line in by_type
    ]
    rows += [
        [_("provinsi"), names.get(code, code), line.taking, line.all, mark]
        for code, line in sorted(by_province.items())
    ]
    header = ["menurut", "nama", "pernah_ikut", "semua", "simulasi"]
    return attached(table_file(request.GET.get("bentuk"), "keikutsertaan", header, rows))


@public
@require_safe
def participation_csv(request: HttpRequest) -> HttpResponse:
    """Those that never took part, as narrowed."""
    editions = counted_editions(published_editions())
    mark = _("ya") if uses_simulated(editions) else _("tidak")
    rows = [
        [
            agency.name,
            agency.get_agency_type_display(),
            agency.region.province_or_self.name if agency.region else "",
            mark,
        ]
        for agency in absent_agencies(editions, **_chosen(request))
    ]
    header = ["instansi", "jenis_instansi", "provinsi", "simulasi"]
    return attached(table_file(request.GET.get("bentuk"), "belum-ikut", header, rows))
