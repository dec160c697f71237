"""Making, cancelling and forgetting copies of everything an agency has."""

import hashlib
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from competitions.actions.jobs import cancel_job, defer_unless_small, note_progress, run_job
from competitions.enums import UNDER_WAY, ExportState
from competitions.exceptions import ExportGone
from competitions.models import AgencyExport
from competitions.notifications.agency_exports import tell_export_ready
from competitions.permissions.agency_exports import check_can_export_agency
from competitions.queries.agency_export import TABLES, Record, attachment_files, receipt_files
from competitions.workflow import EXPORT_MOVES
from innovations.models import Innovation
from sinovik import audit
from sinovik.audit import clock
from sinovik.exports import Bundle, json_lines, records_csv, records_workbook
from sinovik.files import StorageFailed, keep, open_kept, remove

KEPT_FOR = timedelta(days=7)
DOSSIERS_AT_ONCE = 100
"""An agency with so many waits for its copy; for more a job makes it."""
JOB = "competitions.tasks.make_agency_export"
STEPS = len(TABLES) + 3
BLOCK = 1024 * 1024
MISSING = "BERKAS-TIDAK-TERBACA.txt"


def request_export(*, by: User, agency: Agency) -> AgencyExport:
    """Ask for a copy. Small ones are made at once; one that is under way is not doubled."""
    export, is_at_once = _open(by=by, agency=agency)
    if is_at_once:
        make_export(export_id=export.pk)
        export.refresh_from_db()
    return export


@transaction.atomic
def cancel_export(*, by: User, export: AgencyExport) -> AgencyExport:
    """Stop making a copy."""
    row = _locked(export.pk)
    check_can_export_agency(by, row.agency)
    if not cancel_job(row, EXPORT_MOVES, by=by, event="export_cancelled"):
        raise ExportGone(_("Salinan ini sudah selesai, jadi tidak bisa dibatalkan."))
    return row


@transaction.atomic
def fetch_export(*, by: User, export: AgencyExport) -> AgencyExport:
    """Note in the ledger that a copy leaves the system; raises ExportGone where it is over."""
    row = _locked(export.pk)
    check_can_export_agency(by, row.agency)
    if row.state != ExportState.READY or row.expires_at is None or row.expires_at <= clock.now():
        raise ExportGone
    audit.record(by=by, event="export_fetched", obj=row, payload={"sha256": row.sha256})
    return row


def make_export(*, export_id: int) -> None:
    """Write the copy and keep it; run twice or after a crash it does no harm."""
    rows = AgencyExport.objects.filter(pk=export_id)
    run_job(rows.select_related("agency__region"), _make)


def _make(export: AgencyExport) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "export.zip"
        with translation.override("id"):
            _write(export, path)
        _hand_over(export, path)


def drop_expired_exports() -> int:
    """Remove the files of copies whose week is over; return how many."""
    expired = AgencyExport.objects.filter(state=ExportState.READY, expires_at__lte=clock.now())
    pks = list(expired.values_list("pk", flat=True))
    for pk in pks:
        with transaction.atomic():
            row = _locked(pk)
            name, row.storage_name, row.state = row.storage_name, "", ExportState.EXPIRED
            row.save(update_fields=["storage_name", "state"])
            audit.record(by=None, event="export_expired", obj=row)
        remove(name)
    return len(pks)


@transaction.atomic
def _open(*, by: User, agency: Agency) -> tuple[AgencyExport, bool]:
    check_can_export_agency(by, agency)
    # Two requests at once meet at the agency's row: the second finds the first's.
    list(Agency.objects.locked().filter(pk=agency.pk))
    if under_way := AgencyExport.objects.filter(agency=agency, state__in=UNDER_WAY).first():
        return under_way, False
    export = AgencyExport.objects.create(
        agency=agency, total=STEPS, created_at=clock.now(), created_by=by
    )
    audit.record(by=by, event="export_requested", obj=export)
    is_small = Innovation.objects.filter(agency=agency).count() <= DOSSIERS_AT_ONCE
    return export, defer_unless_small(JOB, is_small=is_small, export_id=export.pk)


def _locked(pk: int) -> AgencyExport:
    rows = AgencyExport.objects.locked().select_related("agency", "created_by")
    return rows.get(pk=pk)


def _write(export: AgencyExport, path: Path) -> None:
    tables: dict[str, list[Record]] = {}
    with Bundle(path) as bundle:
        bundle.add("BACA-SAYA.txt", _readme(export).encode())
        for step, table in enumerate(TABLES, start=1):
            records = tables[table.name] = list(table.records(export.agency))
            bundle.add(f"{table.name}.jsonl", json_lines(records))
            bundle.add(f"{table.name}.csv", records_csv(records))
            note_progress(export, done=step)
        bundle.add("semua-tabel.xlsx", records_workbook(tables))
        note_progress(export, done=len(TABLES) + 1)
        for name, content in receipt_files(export.agency):
            bundle.add(name, content)
        note_progress(export, done=len(TABLES) + 2)
        _add_attachments(export, bundle)
        note_progress(export, done=STEPS)


def _add_attachments(export: AgencyExport, bundle: Bundle) -> None:
    """Every file that can be read. One that can't is named and keeps nothing else back."""
    missing = []
    for name, stored in attachment_files(export.agency):
        try:
            file = open_kept(stored)
        except StorageFailed:
            missing.append(name)
            continue
        with file:
            bundle.add_stream(name, iter(partial(file.read, BLOCK), b""))
    if missing:
        head = _("Berkas berikut tercatat, tetapi tidak terbaca saat salinan ini dibuat:")
        bundle.add(MISSING, "\n".join([head, "", *missing, ""]).encode())
    AgencyExport.objects.filter(pk=export.pk).update(missing_files=len(missing))


def _hand_over(export: AgencyExport, path: Path) -> None:
    """Keep the file and tell; a copy cancelled in the meantime leaves no file behind."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    name = keep(path)
    with transaction.atomic():
        row = _locked(export.pk)
        is_wanted = row.state == ExportState.RUNNING
        if is_wanted:
            now = clock.now()
            row.state, row.finished_at, row.expires_at = ExportState.READY, now, now + KEPT_FOR
            row.storage_name, row.size, row.sha256 = name, path.stat().st_size, digest.hexdigest()
            row.save()
            facts = {"sha256": row.sha256, "missing_files": row.missing_files}
            audit.record(by=None, event="export_made", obj=row, payload=facts)
            tell_export_ready(row)
    if not is_wanted:
        remove(name)


def _readme(export: AgencyExport) -> str:
    text = _(
        "Setiap tabel ada sebagai JSON Lines (lengkap) dan CSV (untuk dibuka di Excel).\n"
        "semua-tabel.xlsx memuat semua tabel; sel yang terlalu panjang dipotong, bertanda […].\n"
        "Waktu ditulis menurut ISO 8601 dengan zona waktunya.\n"
        "Tanda ' di depan sel CSV mencegah aplikasi tabel menjalankannya sebagai rumus.\n"
        "Periksa sidik setiap berkas dengan: sha256sum -c SHA256SUMS"
    )
    lines = [
        _("Salinan data %s di SINOVIK") % export.agency.name,
        _("Diminta %(moment)s oleh %(name)s")
        % {"moment": export.created_at.isoformat(), "name": export.created_by.name},
        *("", text, ""),
        *(f"{table.name}: {table.title}" for table in TABLES),
    ]
    return "\n".join(lines) + "\n"
