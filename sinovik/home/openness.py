"""What programs may read, for the people who write them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sinovik.api import MOST
from sinovik.web.access import public

LISTS = (
    ("innovations", _("Inovasi yang terbit, dengan pencarian dan saringan; satu dosir per alamat")),
    ("agencies", _("Instansi, menurut jenis dan provinsi")),
    ("editions", _("Edisi kompetisi, dengan tahap dan kriteria; corong dan pemenang tiap edisi")),
    ("attestations", _("Pernyataan tahunan instansi: masih berjalan, berkembang, atau berhenti")),
    ("indicators", _("Indikator hasil: keadaan awal, sasaran, dan pengukuran")),
    ("replications", _("Replikasi yang disepakati kedua instansi")),
    ("register_statistics", _("Jumlah inovasi menurut bidang dan provinsi")),
    ("edition_statistics", _("Corong semua edisi, dihitung dari baris data")),
    ("published_statistics", _("Angka yang diterbitkan pihak lain, dengan sumbernya")),
)


@public
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What there is, under which licence, with examples and limits."""
    lists = [{"href": reverse(f"api:{name}"), "text": text} for name, text in LISTS]
    context = {"lists": lists, "site": settings.SITE_ADDRESS, "most": MOST}
    return render(request, "home/open_data.html", context)
