"""The receipt of a submission: its page, its files, and the public page that checks it."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from competitions.enums import Arrival, EntryState
from competitions.forms.receipts import CodeForm, ReceiptFileForm
from competitions.models import Certificate, Entry, Receipt, Result
from competitions.permissions.feedback import can_read_feedback
from competitions.queries.bundle import published_commitments
from competitions.queries.certificates import certificate_in, certified, find_certificate
from competitions.queries.corrections import latest_correction
from competitions.queries.letters import letters_to
from competitions.queries.objections import filing_windows
from competitions.queries.presentations import published_presentation
from competitions.queries.receipts import (
    RELATED,
    Standing,
    entry_with_receipt,
    examine,
    find_receipt,
    receipt_file,
    standing_of,
    standings_of,
    statement_of,
)
from competitions.queries.tracking import Step, steps_of, way_of
from competitions.queries.windows import writing_window
from competitions.views.entries import visible_entry, ways_back_and_out
from innovations.models import InnovationVersion
from sinovik.audit import signing
from sinovik.audit.codes import grouped, read_code
from sinovik.exports import PDF_TYPE, pdf_bytes, qr_code
from sinovik.web.access import public, signed_in
from sinovik.web.templatetags.web import day, moment, zones

TEMPLATE = settings.BASE_DIR / "templates" / "exports" / "receipt.typ"
QR_MASK = 0
VERIFIER = settings.BASE_DIR / "verify" / "sinovik_verify.py"
PEM_TYPE = "application/x-pem-file"


@require_GET
@signed_in
def entry_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """What was submitted and when, and where it stands; nothing before its time.

    `?kode=` shows an earlier receipt; without it the one that the entry stands with.
    In a deadline's last minute everybody comes here: what can't be yet is not asked for.
    """
    entry = entry_with_receipt(request.user, pk)
    if entry is None:
        raise Http404
    standings = standings_of(entry)
    receipt, standing = _chosen(request, entry, standings)
    version = receipt.version if receipt else entry.version
    if version is None:
        return redirect("competitions:entry_tasks", entry.pk)
    address = verification_address(receipt) if receipt else ""
    context = {
        "entry": entry,
        "innovation": entry.innovation,
        "version": version,
        "title": _title(receipt, version),
        "receipt": receipt,
        "standing": standing,
        "others": [row for row in standings[::-1] if row[0] != receipt],
        "submitted_at": _arrived_at(receipt) if receipt else entry.submitted_at,
        "submitted_by": version.created_by,
        "arrival": entry.get_arrival_display() if entry.arrival != Arrival.ON_TIME else "",
        "late_rows": _late_rows(json.loads(receipt.payload)) if receipt else [],
        "address": address,
        "qr": qr_code(address, mask=QR_MASK) if receipt else None,
        "correction": latest_correction(entry) if entry.was_corrected else None,
        "letters": letters_to(entry) if entry.has_letters else [],
        "is_withdrawn": entry.state == EntryState.WITHDRAWN,
        **_on_its_way(request, entry),
    }
    return render(request, "competitions/entry_receipt.html", context)


def _on_its_way(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Where the proposal stands, and what its people may do meanwhile."""
    way = way_of(entry)
    window = writing_window(entry, way.registration)
    return {
        "items": [_timeline_item(step) for step in steps_of(entry, way)]
        if entry.version_id
        else [],
        "has_feedback": way.has_lists
        and Result.objects.disclosed().filter(entry=entry).exists()
        and can_read_feedback(request.user, entry),
        "presentation": published_presentation(entry) if way.may_go_on else None,
        "objection_windows": filing_windows(request.user, entry) if way.has_lists else [],
        "can_reopen": ways_back_and_out(request.user, entry, window)["can_reopen"],
    }


@require_GET
@signed_in
def receipt_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt on paper."""
    entry, receipt = _receipt_or_404(request, pk)
    return _download(pdf_bytes(TEMPLATE, _document(receipt)), PDF_TYPE, f"{entry.number}.pdf")


@require_GET
@signed_in
def receipt_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed text and its signature, for machines and for checking offline."""
    entry, receipt = _receipt_or_404(request, pk)
    return _download(receipt_file(receipt), "application/json", f"{entry.number}.json")


@require_http_methods(["GET", "HEAD", "POST"])
@public
def verification(request: HttpRequest) -> HttpResponse:
    """Where a code is typed or a file handed in. POST reads the file and keeps nothing."""
    if request.method == "POST":
        return _examine(request)
    form = CodeForm(request.GET if "kode" in request.GET else None)
    if form.is_valid():
        return redirect("competitions:verification_detail", form.cleaned_data["kode"])
    context = _forms(form=form) | {"commitments": published_commitments()}
    return render(request, "competitions/verification.html", context)


@require_safe
@public
def verification_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a code stands for a genuine receipt, and what of it is public."""
    wanted = read_code(code)
    if wanted and code != grouped(wanted):
        return redirect("competitions:verification_detail", grouped(wanted))
    receipt = find_receipt(code)
    if receipt is None and (certificate := find_certificate(code)):
        return _verify_certificate(request, certificate)
    if receipt is None:
        found = {
            "fault": _(
                "Kode tidak ditemukan. Periksa kembali 10 karakter pada tanda terima atau"
                " sertifikat."
            )
        }
        context = _forms(form=CodeForm(initial={"kode": code[:40]})) | found
        return render(request, "competitions/verification.html", context, status=404)
    statement = statement_of(receipt)
    if not statement:
        return _mismatch(request)
    context = _forms() | _verdict(_("Tanda terima ini sah"), statement, standing_of(receipt))
    return render(request, "competitions/verification.html", context)


def _verify_certificate(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    """What a certificate certifies, in one sentence and its parts."""
    statement = certified(certificate)
    if not statement:
        return _mismatch(request)
    words = {
        "title": statement["title"],
        "agency": statement["agency"],
        "band": _(statement["band"]),
        "year": statement["edition"],
    }
    rows = [
        (_("Nomor sertifikat"), statement["number"]),
        (_("Kode"), certificate.code_text),
        (_("Nomor proposal"), statement["proposal"]),
        (_("Keputusan"), statement["decree"]),
        (_("Tanggal keputusan"), day(datetime.fromisoformat(statement["decree_dated_on"]))),
        (_("Diumumkan"), moment(datetime.fromisoformat(statement["announced_at"]))),
    ]
    context = _forms() | {
        "verdict": _("Sertifikat ini sah"),
        "number": statement["number"],
        "certifies": _(
            "Sertifikat ini menyatakan bahwa inovasi “%(title)s” dari %(agency)s ditetapkan"
            " sebagai %(band)s Inovasi Pelayanan Publik %(year)s."
        )
        % words,
        "rows": [{"key": key, "value": value} for key, value in rows],
        "is_simulated": statement["simulated"],
    }
    return render(request, "competitions/verification.html", context)


def _mismatch(request: HttpRequest) -> HttpResponse:
    fault = _("Catatan untuk kode ini tidak cocok dengan tanda tangannya. Hubungi sekretariat.")
    context = _forms() | {"fault": fault}
    return render(request, "competitions/verification.html", context, status=409)


@require_safe
@public
def verification_key(request: HttpRequest) -> HttpResponse:
    """The public keys as PEM, the present one first; `openssl` reads them as they are."""
    return HttpResponse(signing.public_pem(), content_type=PEM_TYPE)


@require_safe
@public
def verifier(request: HttpRequest) -> HttpResponse:
    """The stand-alone program that checks what the site proves; one file, as it stands here."""
    headers = {"Content-Disposition": f'attachment; filename="{VERIFIER.name}"'}
    return HttpResponse(VERIFIER.read_bytes(), content_type="text/x-python", headers=headers)


def verification_address(proof: Receipt | Certificate) -> str:
    """The address in the QR code; in the default language, whoever prints it."""
    with translation.override(settings.LANGUAGE_CODE):
        path = reverse("competitions:verification_detail", args=[proof.code_text])
    return f"{settings.SITE_ADDRESS}{path}"


def _examine(request: HttpRequest) -> HttpResponse:
    form = ReceiptFileForm(request.POST, request.FILES)
    context = _forms(file_form=form)
    if form.is_valid():
        octets = form.octets()
        if certificate := certificate_in(octets):
            return redirect("competitions:verification_detail", certificate.code_text)
        found = examine(octets)
        if found.fault:
            context |= {"fault": found.fault}
        else:
            standing = standing_of(found.receipt) if found.receipt else None
            context |= _verdict(_("Tanda tangan cocok dengan isinya"), found.statement, standing)
            context["is_unregistered"] = found.receipt is None
    return render(request, "competitions/verification.html", context)


def _forms(
    *, form: CodeForm | None = None, file_form: ReceiptFileForm | None = None
) -> dict[str, Any]:
    """Both forms of the page; the one that was sent comes with its errors."""
    sent: CodeForm | ReceiptFileForm | None = file_form or form
    return {
        "code_form": form or CodeForm(),
        "file_form": file_form or ReceiptFileForm(),
        "form": sent if sent and sent.is_bound else None,
        "key_id": signing.key_id(),
    }


def _verdict(title: str, statement: dict[str, Any], standing: Standing | None) -> dict[str, Any]:
    """What everybody may read of a receipt. The title of a proposal is its agency's own."""
    submitted_at = datetime.fromisoformat(statement["submitted_at"])
    rows = [
        (_("Nomor proposal"), statement["number"]),
        (_("Kode"), grouped(statement["code"])),
        (_("Edisi"), str(statement["edition"])),
        (_("Instansi"), statement["agency"]),
        (_("Waktu server"), zones(submitted_at)),
        *_late_rows(statement),
        (_("Sidik isi (SHA-256)"), statement["content_hash"]),
    ]
    return {
        "verdict": title,
        "number": statement["number"],
        "rows": [{"key": key, "value": value} for key, value in rows],
        "is_simulated": statement["simulated"],
        "standing": standing,
    }


def _chosen(
    request: HttpRequest, entry: Entry, standings: list[tuple[Receipt, Standing]]
) -> tuple[Receipt | None, Standing | None]:
    """The receipt that `?kode=` names, else the entry's own, else none; 404 for a strange code."""
    if "kode" in request.GET:
        code = read_code(request.GET["kode"])
        found = [row for row in standings if row[0].code == code]
        if not found:
            raise Http404
        return found[0]
    return next((row for row in standings if row[0].version_id == entry.version_id), (None, None))


def _title(receipt: Receipt | None, version: InnovationVersion) -> str:
    """As it was submitted, not as the dossier is called today."""
    title: str = json.loads(receipt.payload)["title"] if receipt else version.content["title"]
    return title


def _arrived_at(receipt: Receipt) -> datetime:
    """When the version arrived: earlier than the receipt where it was let in late."""
    return datetime.fromisoformat(json.loads(receipt.payload)["submitted_at"])


def _late_rows(statement: dict[str, Any]) -> list[tuple[str, str]]:
    """What a receipt says of a submission that came late and was let in; nothing of others."""
    if "deadline" not in statement:
        return []
    deadline = datetime.fromisoformat(statement["deadline"])
    admitted_at = datetime.fromisoformat(statement["admitted_at"])
    return [
        (_("Tiba sesudah tenggat"), zones(deadline)),
        (_("Diterima dengan keputusan dua orang"), moment(admitted_at)),
        (_("Nomor surat"), statement["letter"]),
    ]


def _receipt_or_404(request: HttpRequest, pk: int) -> tuple[Entry, Receipt]:
    entry = visible_entry(request, pk, RELATED)
    receipt, _standing = _chosen(request, entry, standings_of(entry))
    if receipt is None:
        raise Http404
    return entry, receipt


def _document(receipt: Receipt) -> dict[str, Any]:
    """The inputs of templates/exports/receipt.typ, from what was signed and nothing else."""
    statement = json.loads(receipt.payload)
    submitted_at = datetime.fromisoformat(statement["submitted_at"])
    address = verification_address(receipt)
    rows = [
        (_("Judul inovasi"), statement["title"]),
        (_("Instansi"), statement["agency"]),
        (_("Edisi"), f"KIPP {statement['edition']}"),
        (_("Waktu server"), zones(submitted_at)),
        (_("Waktu server (UTC)"), statement["submitted_at"]),
        *_late_rows(statement),
    ]
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "title": _("Tanda terima pengajuan"),
        "number": statement["number"],
        "label": _("Data simulasi") if statement["simulated"] else "",
        "rows": rows,
        "fingerprint": [_("Sidik isi (SHA-256)"), statement["content_hash"]],
        "code": [_("Kode tanda terima"), receipt.code_text],
        "qr": qr_code(address).svg,
        "qr_label": _("Kode QR menuju halaman verifikasi"),
        "address": address,
        "notes": [
            _("Pindai kode QR atau ketik kodenya di halaman verifikasi untuk memeriksanya."),
            _("Tanda tangan Ed25519 dengan kunci %s ada dalam berkas JSON tanda terima ini.")
            % receipt.key,
        ],
        "issued": [submitted_at.year, submitted_at.month, submitted_at.day],
    }


def _download(octets: bytes, kind: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="tanda-terima-{name}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(octets, content_type=kind, headers=headers)


def _timeline_item(step: Step) -> dict[str, str]:
    when = moment(step.at)
    if step.is_estimate and step.at:
        when = _("Perkiraan %s") % day(step.at)
    return {
        "title": step.title,
        "state": step.state,
        "when": when,
        "text": " ".join([step.text, ". ".join(step.reasons)]).strip(),
    }
