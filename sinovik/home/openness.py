"""What programs may read, for the people who write them: the API, the nightly files."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from whitenoise.responders import StaticFile

from innovations.models import Award
from sinovik.api import MOST
from sinovik.exports import CSV_TYPE
from sinovik.home.dumps.catalogue import CATALOGUE_TYPE, catalogue_bytes
from sinovik.home.dumps.dictionary import DATASETS, dictionary_csv, dictionary_json, matching
from sinovik.home.dumps.shelf import LATEST, Dump, find, latest, stamps
from sinovik.web.access import public
from sinovik.web.shared import brief

LISTS = (
    ("innovations", _("Inovasi yang terbit, dengan pencarian dan saringan; satu dosir per alamat")),
    ("agencies", _("Instansi, menurut jenis dan provinsi")),
    ("editions", _("Edisi kompetisi, dengan tahap dan kriteria; corong dan pemenang tiap edisi")),
    ("attestations", _("Pernyataan tahunan instansi: masih berjalan, berkembang, atau berhenti")),
    ("indicators", _("Indikator hasil: keadaan awal, sasaran, dan pengukuran")),
    ("mystery_checks", _("Pemeriksaan tersamar oleh pengamat dari luar instansi")),
    ("satisfaction", _("Angka kepuasan dari pengamat: nilai IKM dan unsur dengan nilai terburuk")),
    ("replications", _("Replikasi yang disepakati kedua instansi")),
    ("register_statistics", _("Jumlah inovasi menurut kategori dan provinsi")),
    ("edition_statistics", _("Corong semua edisi, dihitung dari baris data")),
    ("published_statistics", _("Angka yang diterbitkan pihak lain, dengan sumbernya")),
)
LATEST_SECONDS, STAMPED_SECONDS = 300, 3600


@public
@brief
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What there is, under which licence, with examples and limits."""
    dump = latest()
    years = Award.objects.announced().order_by("-year").values_list("year", flat=True)
    context = {
        "lists": [{"href": reverse(f"api:{name}"), "text": text} for name, text in LISTS],
        "site": settings.SITE_ADDRESS,
        "most": MOST,
        "dump": dump,
        "licence": settings.DATA_LICENCE,
        "tables": [
            {"title": table.title, "name": table.name, "files": dump.of_table(table.name)}
            for table in DATASETS
            if dump
        ],
        "older": stamps()[1:],
        "days": settings.DUMP_DAYS,
        "year": years.first(),
    }
    return render(request, "home/open_data.html", context)


@public
@brief
@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """Every field of the files, or those with the words: type, unit, meaning, who says it."""
    words = request.GET.get("q", "").strip()[:200]
    tables = list(matching(words))
    context = {"tables": tables, "words": words, "found": sum(len(fields) for _, fields in tables)}
    return render(request, "home/data_dictionary.html", context)


@public
@require_safe
def dictionary_file(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The same for programs, in both languages."""
    if suffix == "csv":
        table = HttpResponse(dictionary_csv(), content_type=CSV_TYPE)
        table["Content-Disposition"] = 'attachment; filename="kamus.csv"'
        return _open(table, LATEST_SECONDS)
    return _open(HttpResponse(dictionary_json(), content_type="application/json"), LATEST_SECONDS)


@public
@require_safe
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """The catalogue for harvesters of open data portals (DCAT-AP)."""
    return _open(HttpResponse(catalogue_bytes(), content_type=CATALOGUE_TYPE), LATEST_SECONDS)


@public
@require_safe
def dump_file(request: HttpRequest, stamp: str, name: str) -> HttpResponseBase:
    """A file of a dump; a part of it to who asks for a range."""
    dump = find(stamp)
    if dump is None or (file := dump.file(name)) is None:
        raise Http404
    etag = f'"{file.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or _from_disk(request, dump, name, file.content_type, etag)
    return _open(response, LATEST_SECONDS if stamp == LATEST else STAMPED_SECONDS)


def _from_disk(
    request: HttpRequest, dump: Dump, name: str, content_type: str, etag: str
) -> HttpResponseBase:
    asked = {key: value for key, value in request.META.items() if key == "HTTP_RANGE"}
    # The rest of another file than the one that was begun would be no file at all.
    if request.headers.get("If-Range", etag) != etag:
        asked = {}
    headers = [("Content-Type", content_type), ("ETag", etag), ("Accept-Ranges", "bytes")]
    try:
        found = StaticFile(str(Path(dump.path) / name), headers)
        answer = found.get_response(request.method, asked)
    except FileNotFoundError as error:
        # Tidied away a moment ago.
        raise Http404 from error
    response = FileResponse(answer.file or (), status=answer.status)
    for key, value in answer.headers:
        response[key] = value
    if answer.status != 200 or content_type.endswith("parquet"):
        # A part of a file that was compressed on its way would be a part of something else.
        response["Content-Encoding"] = "identity"
    return response


def _open(response: HttpResponseBase, seconds: int) -> HttpResponseBase:
    """Let pages of other sites read the answer, and caches keep it for a while."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Content-Range, Accept-Ranges"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response


patterns = [
    path("data/katalog.jsonld", catalogue, name="catalogue"),
    path("data/kamus.csv", dictionary_file, {"suffix": "csv"}, name="dictionary_csv"),
    path("data/kamus.json", dictionary_file, {"suffix": "json"}, name="dictionary_json"),
    path("data/unduhan/<slug:stamp>/<str:name>", dump_file, name="dump_file"),
]
