"""Files on their way in, piece by piece, on the local disk whatever keeps them later.

A broken line leaves the whole pieces that arrived; the sender asks `staged_size` and goes on.
"""

import fcntl
import os
import re
import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sinovik.cleaning.faults import Fault
from sinovik.files.refusals import FileRefused, refusal
from sinovik.files.room import has_room

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
MEGABYTE = 1024 * 1024


class WrongOffset(FileRefused):
    """The piece does not begin where the last one ended; `offset` says where that is."""

    default_message = _("Unggahan terputus. Lanjutkan dari bagian terakhir yang diterima.")

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__()


def stage_directory(part: str) -> Path:
    """A private directory of the stage; made where it is missing."""
    directory: Path = settings.STAGE_DIR / part
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def staged_path(token: str) -> Path:
    """Where the pieces of `token` are; raises FileRefused for what is no token."""
    if not TOKEN.match(token):
        raise FileRefused(_("Unggahan ini tidak dikenal. Pilih berkas lalu unggah lagi."))
    return stage_directory("pieces") / token


def staged_size(token: str) -> int:
    """How many bytes have arrived; 0 where none have."""
    try:
        return staged_path(token).stat().st_size
    except FileNotFoundError:
        return 0


def append_chunk(token: str, offset: int, chunk: bytes) -> int:
    """Append a piece that begins at `offset`; return where the next one begins.

    Raises WrongOffset, and FileRefused where the file grows too large or the disk is full.
    A piece is written whole or not at all, unless the process dies on the way: then what
    there is is its beginning, and the sender goes on from `staged_size`.
    """
    if not has_room():
        raise _full()
    with staged_path(token).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file.fileno()).st_size
        if offset != size:
            raise WrongOffset(size)
        if size + len(chunk) > settings.UPLOAD_LIMIT:
            raise refusal(Fault.TOO_LARGE, limit=settings.UPLOAD_LIMIT // MEGABYTE)
        try:
            file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            os.ftruncate(file.fileno(), size)
            raise _full() from error
    return size + len(chunk)


def _full() -> FileRefused:
    return FileRefused(
        _(
            "Ruang penyimpanan sementara tidak bisa ditulisi. Berkas belum terkirim; coba "
            "lagi beberapa menit lagi."
        )
    )


def drop_staged(token: str) -> None:
    """Forget the pieces of `token`."""
    staged_path(token).unlink(missing_ok=True)


def drop_stale_staged(older_than: datetime) -> int:
    """Remove whatever lies on the stage untouched since `older_than`; return how many."""
    stale = [
        entry
        for part in ("pieces", "cleaned", "cleaning")
        for entry in stage_directory(part).iterdir()
        if _touched(entry) < older_than.timestamp()
    ]
    for entry in stale:
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
    return len(stale)


def _touched(entry: Path) -> float:
    try:
        return entry.stat().st_mtime
    except FileNotFoundError:
        # Somebody else removed it between listing and looking.
        return float("inf")
