"""The hits of a search as a file, in the order of the page."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from innovations.enums import Life
from innovations.filters import pairs, read_terms
from innovations.models import Innovation
from innovations.queries.hits import settled
from innovations.queries.search import all_found
from sinovik.exports import CSV_TYPE, XLSX_TYPE, Sheet, csv_blocks, json_blocks, workbook_bytes
from sinovik.web.access import public

XLSX_ROWS = 10_000
"""A workbook is made whole before it is sent; the other forms have no limit."""

COLUMNS = (
    "nomor",
    "judul",
    "instansi",
    "jenis_instansi",
    "kategori",
    "penghargaan",
    "terbit",
    "keadaan",
    "ringkasan",
    "simulasi",
    "sumber",
    "alamat",
)
WIDTHS = (12, 60, 36, 16, 24, 24, 12, 16, 80, 10, 30, 50)


def _row(innovation: Innovation) -> list[object]:
    """One hit; the last column but two says what is simulated."""
    return [
        innovation.code,
        innovation.title,
        innovation.agency.name,
        innovation.agency.get_agency_type_display(),
        _(innovation.category.name) if innovation.category else "",
        "; ".join(str(award) for award in innovation.announced_awards),  # type: ignore[attr-defined]
        localtime(innovation.published_at).date().isoformat() if innovation.published_at else "",
        str(Life(innovation.life_now).label) if innovation.life_now else "",
        innovation.summary,
        _("ya") if innovation.is_simulated else _("tidak"),
        innovation.source,
        settings.SITE_ADDRESS + innovation.get_absolute_url(),
    ]


def _sheet_rows(found: Iterator[Innovation], total: int) -> Iterator[list[object]]:
    yield from map(_row, found)
    if total > XLSX_ROWS:
        text = _("Hanya %(shown)d dari %(total)d baris. Unduhan CSV dan JSON memuat semuanya.")
        yield [text % {"shown": XLSX_ROWS, "total": total}]


def _attached(
    content: bytes | Iterable[bytes], content_type: str, name: str
) -> HttpResponse | StreamingHttpResponse:
    kind = HttpResponse if isinstance(content, bytes) else StreamingHttpResponse
    response = kind(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@public
@require_safe
def innovation_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Every hit as CSV, sent while it is read."""
    hits = settled(read_terms(request.GET))
    rows = map(_row, all_found(hits, hits.total))
    return _attached(csv_blocks(COLUMNS, rows), CSV_TYPE, "inovasi.csv")


@public
@require_safe
def innovation_json(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Every hit as JSON with the search it answers, sent while it is read."""
    hits = settled(read_terms(request.GET))
    rows = (dict(zip(COLUMNS, _row(i), strict=True)) for i in all_found(hits, hits.total))
    head = {"pencarian": list(pairs(hits.terms)), "jumlah": hits.total}
    return _attached(json_blocks(head, "inovasi", rows), "application/json", "inovasi.json")


@public
@require_safe
def innovation_xlsx(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The hits as a workbook, at most XLSX_ROWS; what is left out is said."""
    hits = settled(read_terms(request.GET))
    found = all_found(hits, min(hits.total, XLSX_ROWS))
    sheet = Sheet(_("Inovasi"), COLUMNS, _sheet_rows(found, hits.total), WIDTHS)
    return _attached(workbook_bytes([sheet]), XLSX_TYPE, "inovasi.xlsx")
