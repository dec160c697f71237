"""Taking a file that came with a form: examined, scanned, cleaned, kept."""

import tempfile
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.enums import FileState
from competitions.models import ContestFile
from sinovik import audit
from sinovik.audit import clock
from sinovik.cleaning.faults import Fault
from sinovik.files import (
    Cleaned,
    FileKind,
    FileRefused,
    StorageFailed,
    Verdict,
    clean,
    examine,
    keep,
    open_kept,
    remove,
    scan,
    tidy_name,
)
from sinovik.files.refusals import refusal
from sinovik.files.scanning import is_scanner_alive

MEBIBYTE = 1024 * 1024
LONGEST_NAME = 150


@dataclass(frozen=True)
class Incoming:
    """A file as a form gives it."""

    name: str
    size: int
    chunks: Iterable[bytes]


def take_file(*, by: User, incoming: Incoming, kinds: Collection[FileKind] = ()) -> ContestFile:
    """Examine a file and keep its clean copy; the row belongs to the caller's transaction.

    Takes up to a second, so the caller holds only what must wait for it. `kinds` limits what
    it may be. Raises FileRefused with a sentence; nothing is kept then.
    """
    if incoming.size > settings.UPLOAD_LIMIT:
        raise refusal(Fault.TOO_LARGE, limit=settings.UPLOAD_LIMIT // MEBIBYTE)
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in incoming.chunks:
            copy.write(chunk)
        copy.flush()
        path = Path(copy.name)
        kind = examine(path, incoming.name)
        if kinds and kind not in kinds:
            wanted = ", ".join(sorted(one.extension.upper() for one in kinds))
            raise FileRefused(_("Berkas ini harus berjenis %(kinds)s.") % {"kinds": wanted})
        verdict = scan(path)
        if verdict == Verdict.INFECTED:
            raise FileRefused(
                _("Pemindai virus menolak berkas ini. Periksa perangkat Anda, lalu kirim lagi.")
            )
        cleaned = clean(path, kind)
    return _kept(by, incoming.name, cleaned, is_held=verdict == Verdict.HELD)


def _kept(by: User, name: str, cleaned: Cleaned, *, is_held: bool) -> ContestFile:
    try:
        storage_name = keep(cleaned.path)
    finally:
        cleaned.path.unlink(missing_ok=True)
    return ContestFile.objects.create(
        name=tidy_name(name, cleaned.kind)[-LONGEST_NAME:],
        kind=cleaned.kind.value,
        size=cleaned.size,
        sha256=cleaned.sha256,
        storage_name=storage_name,
        state=FileState.HELD if is_held else FileState.READY,
        kept_at=clock.now(),
        kept_by=by,
    )


def scan_held_files(*, by: User | None) -> int:
    """Ask the scanner again about each file that it held; returns how many were settled."""
    settled = 0
    if not is_scanner_alive():
        return settled
    for row in ContestFile.objects.filter(state=FileState.HELD):
        # A store or scanner that is down now may be up when this runs again.
        with suppress(StorageFailed):
            settled += _scan_again(by, row)
    return settled


def _scan_again(by: User | None, held: ContestFile) -> bool:
    with tempfile.NamedTemporaryFile() as copy, open_kept(held.storage_name) as kept:
        copy.write(kept.read())
        copy.flush()
        verdict = scan(Path(copy.name))
    if verdict not in (Verdict.CLEAN, Verdict.INFECTED):
        return False
    with transaction.atomic():
        # Nobody's, where somebody else was faster.
        for row in ContestFile.objects.locked().filter(pk=held.pk, state=FileState.HELD):
            _settle(by, row, verdict)
    return True


def _settle(by: User | None, row: ContestFile, verdict: Verdict) -> None:
    name, row.state = row.storage_name, FileState.READY
    if verdict == Verdict.INFECTED:
        row.state, row.storage_name = FileState.REFUSED, ""
        transaction.on_commit(lambda: remove(name))
    row.save(update_fields=["state", "storage_name"])
    payload = {"sha256": row.sha256}
    audit.record(by=by, event=f"contest_file_{row.state}", obj=row, payload=payload)
