"""Everything that an agency has in the system, table by table, and nothing of any other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Membership, Unit
from competitions.models import Entry, EntryRemark, Receipt
from competitions.queries.receipts import receipt_file
from innovations.models import Attachment, Award, Innovation, InnovationVersion
from innovations.queries.dossiers import HEADINGS
from sinovik.files import FileKind, tidy_name

Record = dict[str, Any]


@dataclass(frozen=True)
class AgencyTable:
    """A table of the copy: its file's name, what it holds, how its records are read."""

    name: str
    title: Promise
    records: Callable[[Agency], Iterator[Record]]


def _agency(agency: Agency) -> Iterator[Record]:
    yield {
        "nama": agency.name,
        "nama_pendek": agency.short_name,
        "jenis": agency.agency_type,
        "wilayah": agency.region.name if agency.region else "",
        "simulasi": agency.is_simulated,
    }


def _units(agency: Agency) -> Iterator[Record]:
    for unit in Unit.objects.filter(agency=agency).order_by("pk"):
        yield {"unit": unit.name}


def _members(agency: Agency) -> Iterator[Record]:
    rows = Membership.objects.filter(agency=agency).select_related("user", "unit")
    for row in rows.order_by("pk"):
        yield {
            "nama": row.user.name,
            "surel": row.user.email,
            "peran": row.role,
            "unit": row.unit.name if row.unit else "",
            "mulai": row.started_at,
            "berakhir": row.ended_at,
        }


def _dossiers(agency: Agency) -> Iterator[Record]:
    rows = (
        Innovation.objects.filter(agency=agency)
        .select_related("unit", "category", "location")
        .prefetch_related("goals", "team", "links")
    )
    for row in rows.order_by("pk"):
        # Sections that an edition of its own may have asked for are not left behind.
        sections = dict.fromkeys(HEADINGS, "") | row.sections
        yield {
            "kode": row.code,
            "judul": row.title,
            "keadaan": row.state,
            "unit": row.unit.name if row.unit else "",
            "kategori": row.category.name if row.category else "",
            "lokasi": row.location.name if row.location else "",
            "tanggal_mulai": row.started_on,
            "jenis_kebaruan": row.novelty_kind,
            "bentuk_kebaruan": row.novelty_form,
            "jenis_manfaat": row.benefit,
            "tpb": sorted(goal.number for goal in row.goals.all()),
            "tim": [{"nama": m.name, "peran": m.position} for m in row.team.all()],
            "tautan": [{"judul": link.title, "alamat": link.url} for link in row.links.all()],
            "ringkasan": row.summary,
            "bagian": sections,
            "simulasi": row.is_simulated,
            "sumber": row.source,
            "dibuat": row.created_at,
            "diubah": row.updated_at,
            "terbit": row.published_at,
            "diarsipkan": row.archived_at,
            "alasan_arsip": row.archive_reason,
        }


def _versions(agency: Agency) -> Iterator[Record]:
    rows = InnovationVersion.objects.filter(innovation__agency=agency)
    for row in rows.select_related("innovation").order_by("innovation_id", "number"):
        yield {
            "inovasi": row.innovation.code,
            "versi": row.number,
            "dibekukan": row.created_at,
            "sidik_isi": row.content_hash,
            "isi": row.content,
        }


def _entries(agency: Agency) -> Iterator[Record]:
    rows = Entry.objects.filter(agency=agency).select_related(
        "edition", "group", "innovation", "version"
    )
    for row in rows.defer("innovation__sections").order_by("pk"):
        yield {
            "nomor": row.number,
            "edisi": row.edition.name,
            "kelompok": row.group.name,
            "inovasi": row.innovation.code,
            "keadaan": row.state,
            "sejak": row.state_changed_at,
            "didaftarkan": row.created_at,
            "diajukan": row.submitted_at,
            "versi": row.version.number if row.version else None,
        }


def _remarks(agency: Agency) -> Iterator[Record]:
    rows = EntryRemark.objects.filter(entry__agency=agency).select_related("entry__edition")
    for row in rows.order_by("pk"):
        yield {
            "nomor": row.entry.number,
            "bagian": row.section_key,
            "catatan": row.text,
            "ditulis": row.written_at,
            "diselesaikan": row.resolved_at,
        }


def _receipts(agency: Agency) -> Iterator[Record]:
    for row in _own_receipts(agency):
        yield {
            "nomor": row.entry.number,
            "kode": row.code_text,
            "diterbitkan": row.issued_at,
            "versi": row.version.number,
            "sidik_isi": row.content_hash,
            "berkas": f"tanda-terima/{row.code_text}.json",
        }


def _attachments(agency: Agency) -> Iterator[Record]:
    for row in _own_attachments(agency):
        yield {
            "inovasi": row.innovation.code,
            "nama": row.name,
            "jenis": row.kind,
            "dokumen": row.document_key,
            "bagian": row.section_key,
            "tampil_untuk_umum": row.is_public,
            "ukuran": row.size,
            "sidik": row.sha256,
            "diunggah": row.uploaded_at,
            "dihapus": row.removed_at,
            "berkas": _attachment_path(row),
        }


def _awards(agency: Agency) -> Iterator[Record]:
    """Announced ones only: the copy of an agency tells no result early."""
    rows = Award.objects.announced().filter(innovation__agency=agency)
    for row in rows.select_related("innovation").order_by("year", "pk"):
        yield {
            "inovasi": row.innovation.code,
            "tahun": row.year,
            "penghargaan": row.band_name,
            "diumumkan": row.announced_at,
            "keputusan": row.decree_number,
            "simulasi": row.is_simulated,
        }


TABLES = (
    AgencyTable("instansi", _("Instansi"), _agency),
    AgencyTable("unit", _("Unit pelayanan"), _units),
    AgencyTable("anggota", _("Anggota"), _members),
    AgencyTable("inovasi", _("Dosir inovasi"), _dossiers),
    AgencyTable("versi", _("Versi yang dibekukan"), _versions),
    AgencyTable("proposal", _("Proposal"), _entries),
    AgencyTable("catatan", _("Catatan perbaikan"), _remarks),
    AgencyTable("tanda-terima", _("Tanda terima"), _receipts),
    AgencyTable("lampiran", _("Lampiran"), _attachments),
    AgencyTable("penghargaan", _("Penghargaan"), _awards),
)


def receipt_files(agency: Agency) -> Iterator[tuple[str, bytes]]:
    """The signed receipts, byte for byte as they can be verified, with their names."""
    for row in _own_receipts(agency):
        yield f"tanda-terima/{row.code_text}.json", receipt_file(row)


def attachment_files(agency: Agency) -> Iterator[tuple[str, str]]:
    """Where each attachment goes in the copy, and under which name it is kept."""
    for row in _own_attachments(agency):
        yield _attachment_path(row), row.storage_name


def _own_attachments(agency: Agency) -> Iterator[Attachment]:
    """Those that passed every examination; taken off or not, a version may name them."""
    rows = Attachment.objects.ready().kept().filter(innovation__agency=agency)
    return rows.select_related("innovation").order_by("pk").iterator()


def _attachment_path(row: Attachment) -> str:
    name = tidy_name(row.name, FileKind(row.kind))
    return f"lampiran/{row.innovation.code}/{row.public_id.hex[:8]}-{name}"


def _own_receipts(agency: Agency) -> Iterator[Receipt]:
    rows = Receipt.objects.filter(entry__agency=agency)
    return rows.select_related("entry__edition", "version").order_by("pk").iterator()
