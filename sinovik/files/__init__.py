"""Files that people give and get: looked at, cleaned, scanned, kept, sent. No domain word."""

from sinovik.files.cleaning import Cleaned, clean
from sinovik.files.examination import examine, tidy_name
from sinovik.files.kinds import FileKind
from sinovik.files.refusals import FileRefused
from sinovik.files.responses import archive_response, attachment_response
from sinovik.files.scanning import Verdict, scan
from sinovik.files.staging import (
    WrongOffset,
    append_chunk,
    drop_staged,
    drop_stale_staged,
    staged_path,
    staged_size,
)
from sinovik.files.storage import StorageFailed, keep, kept_size, open_kept, remove

__all__ = [
    "Cleaned",
    "FileKind",
    "FileRefused",
    "StorageFailed",
    "Verdict",
    "WrongOffset",
    "append_chunk",
    "archive_response",
    "attachment_response",
    "clean",
    "drop_staged",
    "drop_stale_staged",
    "examine",
    "keep",
    "kept_size",
    "open_kept",
    "remove",
    "scan",
    "staged_path",
    "staged_size",
    "tidy_name",
]
