"""A file's way in: begin, pieces, finish or cancel. What is begun reserves its room."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app

from agencies.models import Agency, User
from innovations.exceptions import UploadIncomplete, UploadRefused
from innovations.models import Attachment, Innovation, Upload
from innovations.permissions import check_can_edit_innovation, check_not_guarded
from innovations.queries.attachments import Room, room_of
from sinovik import audit
from sinovik.audit import clock
from sinovik.cleaning.faults import Fault
from sinovik.files import append_chunk, drop_staged, drop_stale_staged, staged_path, staged_size
from sinovik.files.kinds import KIND_OF_EXTENSION
from sinovik.files.refusals import refusal

EXAMINE_TASK = "innovations.tasks.examine"
MEBIBYTE, MEGABYTE = 1024 * 1024, 1_000_000
LONGEST_NAME = 150
STALE_DAYS = 7


@dataclass(frozen=True)
class Wanted:
    """A file that somebody wants to send: `sha256` is empty where it isn't known yet."""

    name: str
    size: int
    sha256: str = ""
    document_key: str = ""
    section_key: str = ""


@transaction.atomic
def start_upload(*, by: User, innovation: Innovation, wanted: Wanted) -> Upload:
    """Reserve room for a file. Raises Refusal for its type, its size, or want of room."""
    row = _hold(by, innovation)
    name = bare_name(wanted.name)
    _check_type(name)
    _check_size(wanted.size)
    _check_room(room_of(row), wanted.size)
    now = clock.now()
    upload = Upload.objects.create(
        innovation=row,
        name=name,
        size=wanted.size,
        sha256=wanted.sha256,
        document_key=wanted.document_key,
        section_key=wanted.section_key,
        created_at=now,
        created_by=by,
        expires_at=now + timedelta(hours=settings.UPLOAD_HOURS),
    )
    audit.record(
        by=by,
        event="upload_started",
        obj=row,
        payload={"token": str(upload.token), "name": name, "size": wanted.size},
    )
    return upload


@transaction.atomic
def receive_chunk(*, by: User, upload: Upload, offset: int, chunk: bytes) -> int:
    """Add a piece that begins at `offset`; returns where the next one begins.

    Raises WrongOffset with the place to go on from, UploadRefused past the declared size.
    """
    row = Upload.objects.locked().select_related("innovation").get(pk=upload.pk)
    check_can_edit_innovation(by, row.innovation)
    if row.expires_at <= clock.now():
        raise UploadRefused(_("Unggahan ini sudah kedaluwarsa. Mulai lagi dari awal."))
    if offset + len(chunk) > row.size:
        raise UploadRefused(_("Berkas lebih besar daripada yang dinyatakan. Mulai lagi."))
    return append_chunk(str(row.token), offset, chunk)


@transaction.atomic
def finish_upload(*, by: User, innovation: Innovation, token: UUID) -> Attachment:
    """Turn a whole upload into an attachment under examination; twice gives the same one.

    Raises UploadIncomplete while bytes are missing or wrong, UploadRefused where the room
    is gone.
    """
    row = _hold(by, innovation)
    upload = Upload.objects.locked().filter(innovation=row, token=token).first()
    if upload is None:
        return Attachment.objects.get(innovation=row, public_id=token)
    _check_whole(upload)
    _check_room(room_of(row, besides=token), upload.size)
    attachment = Attachment.objects.create(
        innovation=row,
        public_id=token,
        name=upload.name,
        size=upload.size,
        document_key=upload.document_key,
        section_key=upload.section_key,
        uploaded_at=clock.now(),
        uploaded_by=by,
    )
    upload.delete()
    audit.record(
        by=by,
        event="attachment_uploaded",
        obj=attachment,
        payload={"name": attachment.name, "size": attachment.size},
    )
    app.configure_task(EXAMINE_TASK, queue="files").defer(attachment_id=attachment.pk)
    return attachment


def attach_file(
    *, by: User, innovation: Innovation, wanted: Wanted, chunks: Iterable[bytes]
) -> Attachment:
    """Take a file that came in one request; see `start_upload` and `finish_upload`."""
    upload = start_upload(by=by, innovation=innovation, wanted=wanted)
    try:
        offset = 0
        for chunk in chunks:
            offset = receive_chunk(by=by, upload=upload, offset=offset, chunk=chunk)
        return finish_upload(by=by, innovation=innovation, token=upload.token)
    except Exception:
        cancel_upload(by=by, upload=upload)
        raise


@transaction.atomic
def cancel_upload(*, by: User, upload: Upload) -> None:
    """Forget an upload and what arrived of it."""
    row = Upload.objects.locked().select_related("innovation").filter(pk=upload.pk).first()
    if row is None:
        return
    check_can_edit_innovation(by, row.innovation)
    audit.record(
        by=by,
        event="upload_cancelled",
        obj=row.innovation,
        payload={"token": str(row.token), "name": row.name},
    )
    row.delete()
    transaction.on_commit(lambda: drop_staged(str(row.token)))


@transaction.atomic
def sweep_uploads(*, by: User | None) -> int:
    """Forget uploads that expired, and pieces that no row knows of; returns how many."""
    expired = list(
        Upload.objects.select_for_update(skip_locked=True).filter(expires_at__lte=clock.now())
    )
    Upload.objects.filter(pk__in=[row.pk for row in expired]).delete()
    for row in expired:
        audit.record(by=by, event="upload_expired", obj=row.innovation, payload={"name": row.name})
        drop_staged(str(row.token))
    return len(expired) + drop_stale_staged(clock.now() - timedelta(days=STALE_DAYS))


def bare_name(typed: str) -> str:
    """The last part of a path in a name, short enough, its ending kept."""
    name = PurePosixPath(typed.replace("\\", "/")).name.strip()
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_NAME or not stem:
        return name[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"[:LONGEST_NAME]


def _hold(by: User, innovation: Innovation) -> Innovation:
    """Lock agency and dossier, in this order; nobody else takes their room meanwhile."""
    Agency.objects.locked().get(pk=innovation.agency_id)
    row = Innovation.objects.locked().select_related("agency").get(pk=innovation.pk)
    check_can_edit_innovation(by, row)
    check_not_guarded(row)
    return row


def _check_type(name: str) -> None:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in KIND_OF_EXTENSION:
        raise refusal(Fault.UNKNOWN_TYPE, found=f".{ending[:12]}" if ending else name[:40])


def _check_size(size: int) -> None:
    if size <= 0:
        raise refusal(Fault.EMPTY)
    if size > settings.UPLOAD_LIMIT:
        raise refusal(Fault.TOO_LARGE, limit=settings.UPLOAD_LIMIT // MEBIBYTE)


def _check_room(room: Room, size: int) -> None:
    if not room.files_left:
        most = settings.ATTACHMENT_FILES
        raise UploadRefused(
            ngettext(
                "Dosir ini sudah memuat %d berkas, yang paling banyak. Hapus satu lebih dahulu.",
                "Dosir ini sudah memuat %d berkas, yang paling banyak. Hapus satu lebih dahulu.",
                most,
            )
            % most
        )
    if size > room.octets_left:
        raise UploadRefused(
            _(
                "Berkas dosir ini paling besar %(most)s MB seluruhnya, tersisa %(left)s MB. "
                "Perkecil berkas atau hapus yang lain."
            )
            % {
                "most": settings.ATTACHMENT_BYTES // MEGABYTE,
                "left": f"{room.octets_left / MEGABYTE:.1f}".replace(".", ","),
            }
        )
    if size > room.agency_octets_left:
        raise UploadRefused(
            _("Ruang berkas instansi Anda habis. Minta admin instansi menghubungi sekretariat.")
        )


def _check_whole(upload: Upload) -> None:
    token = str(upload.token)
    if staged_size(token) != upload.size:
        raise UploadIncomplete
    if not upload.sha256:
        return
    with staged_path(token).open("rb") as file:
        arrived = hashlib.file_digest(file, "sha256").hexdigest()
    if arrived != upload.sha256:
        drop_staged(token)
        raise UploadIncomplete(
            _("Berkas yang sampai tidak sama dengan berkas di perangkat Anda. Unggah lagi.")
        )
