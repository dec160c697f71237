"""Attachments once they are here: examined, shown to the public, taken off."""

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from innovations import notifications
from innovations.enums import AttachmentState, InnovationState
from innovations.exceptions import DossierLocked
from innovations.models import Attachment, Innovation
from innovations.permissions import (
    check_can_edit_innovation,
    check_can_publish_innovation,
    check_not_guarded,
)
from innovations.queries.attachments import waiting_attachments
from innovations.workflow import ATTACHMENT_MOVES, can_move
from sinovik import audit
from sinovik.audit import clock
from sinovik.files import (
    Cleaned,
    FileRefused,
    StorageFailed,
    Verdict,
    clean,
    drop_staged,
    examine,
    keep,
    open_kept,
    remove,
    scan,
    staged_path,
    tidy_name,
)
from sinovik.files.scanning import is_scanner_alive

LONGEST_REASON = 300
PATIENCE = timedelta(minutes=5)
"""How long the job of a new file may take before another one looks after it."""


@dataclass(frozen=True)
class Finding:
    """What the examination of a file found; `cleaned` is there for one that is kept."""

    state: AttachmentState
    reason: str = ""
    cleaned: Cleaned | None = None
    storage_name: str = ""


@dataclass(frozen=True)
class AttachmentCopy:
    """A copy of a cleaned file, to lie on a dossier as the document `document_key`."""

    innovation: Innovation
    name: str
    document_key: str = ""
    is_public: bool = False
    is_held: bool = False


def examine_attachment(*, by: User | None, attachment: Attachment) -> Attachment:
    """Examine, scan, clean and keep a file that came in, or ask the scanner again.

    Works outside of a transaction, since it takes seconds, and writes what it found in one.
    Running twice changes nothing. Raises StorageFailed where it should be tried again.
    """
    finding = (
        _scan_again(attachment)
        if attachment.state == AttachmentState.HELD
        else _examine(attachment)
        if attachment.state == AttachmentState.EXAMINING
        else None
    )
    if finding is None:
        return attachment
    return _settle(by=by, attachment=attachment, finding=finding)


def examine_waiting(*, by: User | None) -> int:
    """Examine what is held, if the scanner answers, and what a job let fall; returns how many."""
    rows = waiting_attachments(clock.now() - PATIENCE)
    if not is_scanner_alive():
        rows = rows.exclude(state=AttachmentState.HELD)
    waiting = list(rows)
    for attachment in waiting:
        # A store that is down now may be up in five minutes, when this runs again.
        with suppress(StorageFailed):
            examine_attachment(by=by, attachment=attachment)
    return len(waiting)


@transaction.atomic
def _settle(*, by: User | None, attachment: Attachment, finding: Finding) -> Attachment:
    """Write what was found, unless somebody else was faster or the file was taken off."""
    row = Attachment.objects.locked().select_related("innovation").get(pk=attachment.pk)
    if row.removed_at or not can_move(ATTACHMENT_MOVES, row.state, finding.state):
        if finding.storage_name:
            remove(finding.storage_name)
        return row
    before = row.state
    row.state, row.reason = finding.state, finding.reason[:LONGEST_REASON]
    if finding.cleaned:
        _take_over(row, finding.cleaned, finding.storage_name)
    elif finding.state == AttachmentState.REFUSED and row.storage_name:
        _forget(row)
    row.save()
    audit.record(
        by=by,
        event=f"attachment_{_PARTICIPLES[finding.state]}",
        obj=row,
        payload={"sha256": row.sha256, "reason": row.reason},
    )
    if before == AttachmentState.EXAMINING:
        transaction.on_commit(lambda: drop_staged(str(row.public_id)))
    notifications.tell_settled(row, before)
    return row


_PARTICIPLES = {
    AttachmentState.READY: "accepted",
    AttachmentState.HELD: "held",
    AttachmentState.REFUSED: "refused",
}


def _examine(attachment: Attachment) -> Finding:
    path = staged_path(str(attachment.public_id))
    if not path.exists():
        return Finding(
            AttachmentState.REFUSED,
            _("Berkas hilang sebelum selesai diperiksa. Unggah lagi."),
        )
    verdict = scan(path)
    if verdict == Verdict.INFECTED:
        return Finding(AttachmentState.REFUSED, _infected())
    try:
        cleaned = clean(path, examine(path, attachment.name))
    except StorageFailed:
        # Our disk is full: the file waits, and the job comes again.
        raise
    except FileRefused as refused:
        return Finding(AttachmentState.REFUSED, str(refused))
    try:
        name = keep(cleaned.path)
    finally:
        cleaned.path.unlink(missing_ok=True)
    is_held = verdict == Verdict.HELD
    state = AttachmentState.HELD if is_held else AttachmentState.READY
    return Finding(state, cleaned=cleaned, storage_name=name)


def _scan_again(attachment: Attachment) -> Finding | None:
    """Ask about the kept copy. Only a scanner that answers lets a held file go."""
    with tempfile.NamedTemporaryFile() as copy, open_kept(attachment.storage_name) as kept:
        shutil.copyfileobj(kept, copy)
        copy.flush()
        verdict = scan(Path(copy.name))
    if verdict == Verdict.CLEAN:
        return Finding(AttachmentState.READY)
    if verdict == Verdict.INFECTED:
        return Finding(AttachmentState.REFUSED, _infected())
    return None


def _infected() -> str:
    return _("Pemindai virus menolak berkas ini. Periksa perangkat Anda, lalu unggah yang bersih.")


def _take_over(row: Attachment, cleaned: Cleaned, storage_name: str) -> None:
    row.name = tidy_name(row.name, cleaned.kind)
    row.kind, row.size, row.sha256 = cleaned.kind.value, cleaned.size, cleaned.sha256
    row.pages, row.is_cleaned = cleaned.pages, cleaned.was_changed
    row.storage_name = storage_name


def _forget(row: Attachment) -> None:
    """Let the bytes go once the change is certain."""
    name, row.storage_name = row.storage_name, ""
    transaction.on_commit(lambda: remove(name))


@transaction.atomic
def remove_attachment(*, by: User, attachment: Attachment) -> Attachment:
    """Take a file off a dossier. Versions that name it keep it; else its bytes go too."""
    Innovation.objects.locked().get(pk=attachment.innovation_id)
    row = _lock(attachment)
    check_can_edit_innovation(by, row.innovation)
    check_not_guarded(row.innovation)
    if row.removed_at:
        return row
    row.removed_at, row.removed_by = clock.now(), by
    is_frozen = row.frozen_in.exists()
    if row.storage_name and not is_frozen:
        _forget(row)
    row.save()
    audit.record(by=by, event="attachment_removed", obj=row, payload={"is_frozen": is_frozen})
    transaction.on_commit(lambda: drop_staged(str(row.public_id)))
    return row


@transaction.atomic
def show_attachment(*, by: User, attachment: Attachment, is_public: bool) -> Attachment:
    """Show a file to everybody once the dossier is published, or hide it again."""
    row = _lock(attachment)
    check_can_publish_innovation(by, row.innovation)
    if not row.is_ready or row.removed_at:
        raise DossierLocked(_("Hanya berkas yang siap dapat ditampilkan untuk umum."))
    if row.innovation.state == InnovationState.ARCHIVED:
        raise DossierLocked(_("Dosir yang diarsipkan tidak dapat diubah."))
    if row.is_public != is_public:
        row.is_public = is_public
        row.save(update_fields=["is_public"])
        event = "attachment_shown" if is_public else "attachment_hidden"
        audit.record(by=by, event=event, obj=row)
    return row


@transaction.atomic
def attach_copies(
    *, by: User, cleaned: Cleaned, files: Sequence[AttachmentCopy]
) -> list[Attachment]:
    """Put copies of one cleaned file on many dossiers: for worlds that are built, not sent."""
    for file in files:
        check_can_edit_innovation(by, file.innovation)
    now = clock.now()
    rows = Attachment.objects.bulk_create(
        [
            Attachment(
                innovation=file.innovation,
                name=tidy_name(file.name, cleaned.kind),
                kind=cleaned.kind.value,
                size=cleaned.size,
                sha256=cleaned.sha256,
                pages=cleaned.pages,
                is_cleaned=cleaned.was_changed,
                storage_name=keep(cleaned.path),
                document_key=file.document_key,
                state=AttachmentState.HELD if file.is_held else AttachmentState.READY,
                is_public=file.is_public,
                uploaded_at=now,
                uploaded_by=by,
            )
            for file in files
        ]
    )
    for state in (AttachmentState.READY, AttachmentState.HELD):
        settled = [row for row in rows if row.state == state]
        audit.record_many(by=by, event=f"attachment_{_PARTICIPLES[state]}", objs=settled)
    return rows


def _lock(attachment: Attachment) -> Attachment:
    return Attachment.objects.locked().select_related("innovation").get(pk=attachment.pk)
