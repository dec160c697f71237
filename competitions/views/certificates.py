"""The certificate of a winner on paper, for its own people, from the announcement on."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from competitions.models import Certificate
from competitions.permissions.feedback import can_read_feedback
from competitions.queries.certificates import certificate_file, certificate_of, certified
from competitions.queries.results_public import award_title
from competitions.views.entries import visible_entry
from competitions.views.receipts import verification_address
from sinovik.exports import PDF_TYPE, pdf_bytes, qr_code
from sinovik.web.access import signed_in
from sinovik.web.templatetags.web import day

TEMPLATE = settings.BASE_DIR / "templates" / "exports" / "certificate.typ"


@never_cache
@require_safe
@signed_in
def certificate_pdf(request: HttpRequest, pk: int, band: str) -> HttpResponse:
    """The certificate of a band; before the instant, and for others, there is none."""
    certificate, statement = _certificate_or_404(request, pk, band)
    octets = pdf_bytes(TEMPLATE, _document(certificate, statement))
    return _download(octets, PDF_TYPE, f"{certificate.number.lower()}.pdf")


@never_cache
@require_safe
@signed_in
def certificate_json(request: HttpRequest, pk: int, band: str) -> HttpResponse:
    """The signed text and its signature, for machines and for checking offline."""
    certificate, _statement = _certificate_or_404(request, pk, band)
    octets = certificate_file(certificate)
    return _download(octets, "application/json", f"{certificate.number.lower()}.json")


def _certificate_or_404(
    request: HttpRequest, pk: int, band: str
) -> tuple[Certificate, dict[str, Any]]:
    """The announced certificate and what it states, for the entry's own people."""
    entry = visible_entry(request, pk)
    if not can_read_feedback(request.user, entry):
        raise Http404
    certificate = certificate_of(entry, band)
    statement = certified(certificate) if certificate else {}
    if certificate is None or not statement:
        raise Http404
    return certificate, statement


def _download(octets: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(octets, content_type=content_type, headers=headers)


def _document(certificate: Certificate, statement: dict[str, Any]) -> dict[str, Any]:
    """The inputs of templates/exports/certificate.typ, from what was signed and nothing else."""
    announced = timezone.localdate(datetime.fromisoformat(statement["announced_at"]))
    dated = datetime.fromisoformat(statement["decree_dated_on"])
    address = verification_address(certificate)
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "title": _("Sertifikat"),
        "number": statement["number"],
        "label": _("Data simulasi") if statement["simulated"] else "",
        "lead": _("menyatakan bahwa inovasi pelayanan publik"),
        "subject": statement["title"],
        "holder": statement["agency"],
        "band": award_title(statement["band"], statement["edition"]),
        "decree": _("Dasar penetapan: %(number)s, %(dated)s.")
        % {"number": statement["decree"], "dated": day(dated)},
        "qr": qr_code(address).svg,
        "qr_label": _("Kode QR menuju halaman verifikasi"),
        "code": certificate.code_text,
        "address": address,
        "notes": [
            _("Pindai kode QR atau ketik kodenya di halaman verifikasi untuk memeriksanya."),
            _("Ditandatangani digital (Ed25519) dengan kunci %s.") % certificate.key,
        ],
        "issued": [announced.year, announced.month, announced.day],
    }
