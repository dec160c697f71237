"""The figures behind the bars and the map of provinces, fields and agencies, as CSV."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.models import Agency, Region
from innovations.models import Category
from innovations.queries import parts
from sinovik.exports import table_file
from sinovik.web.access import public
from sinovik.web.attachments import attached

COLUMNS = ("menurut", "kode", "nama", "inovasi", "pemenang")
PROVINCE_COLUMNS = (
    "kode",
    "provinsi",
    "inovasi",
    "simulasi",
    "pemenang",
    "pemda_berinovasi",
    "pemda",
)
GROUPS: tuple[tuple[str, Callable[[list[parts.Cell]], Iterable[parts.Line]]], ...] = (
    ("kategori", parts.by_category),
    ("jenis-instansi", parts.by_type),
    ("keadaan", parts.by_life),
    ("tahun-terbit", parts.by_year),
)


@public
@require_safe
def province_list_csv(request: HttpRequest) -> HttpResponse:
    """Every province, as the map and its table have it."""
    rows = (
        (
            line.province.code,
            line.province.name,
            line.innovations,
            line.simulated,
            line.winners,
            line.active,
            line.agencies,
        )
        for line in parts.province_lines()
    )
    return attached(table_file(request.GET.get("bentuk"), "provinsi", PROVINCE_COLUMNS, rows))


@public
@require_safe
def province_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The bars of one province."""
    get_object_or_404(Region.objects.provinces(), code=code)
    return _bars(request, parts.in_province(code), f"provinsi-{code}")


@public
@require_safe
def category_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The bars of one field."""
    category = get_object_or_404(Category, slug=slug)
    part = parts.in_category(category.pk)
    provinces = parts.by_province(part)
    names = dict(Region.objects.provinces().values_list("code", "name"))
    own = (("provinsi", code, names[code], count, "") for code, count in sorted(provinces.items()))
    return _bars(request, part, f"kategori-{slug}", own)


@public
@require_safe
def agency_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The bars of one agency."""
    agency = get_object_or_404(Agency, slug=slug)
    return _bars(request, parts.of_agency(agency.pk), f"instansi-{slug}")


def _bars(
    request: HttpRequest,
    part: parts.Part,
    name: str,
    more: Iterable[tuple[object, ...]] = (),
) -> HttpResponse:
    cells = parts.cells_of(part)
    simulated = sum(cell.count for cell in cells if cell.is_simulated)
    rows: list[tuple[object, ...]] = [
        (group, line.key, line.label, line.count, line.winners)
        for group, lines_of in GROUPS
        for line in lines_of(cells)
    ]
    rows.extend(more)
    rows.append(("simulasi", "", _("Data simulasi"), simulated, ""))
    return attached(table_file(request.GET.get("bentuk"), name, COLUMNS, rows))
