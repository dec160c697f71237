"""Files on their way out: always as something to save, never as a page."""

import hashlib
from typing import BinaryIO
from urllib.parse import quote

from django.http import FileResponse

from sinovik.files.examination import tidy_name
from sinovik.files.kinds import FileKind

SANDBOX = "sandbox; default-src 'none'"


def attachment_response(
    file: BinaryIO, *, filename: str, kind: FileKind, size: int
) -> FileResponse:
    """Send the file for saving under `filename`, which is made safe first (RFC 6266)."""
    return _attachment(file, tidy_name(filename, kind), kind.content_type, size)


def archive_response(file: BinaryIO, *, filename: str, size: int) -> FileResponse:
    """Send a ZIP that the site itself has made; `filename` is the site's own, too."""
    return _attachment(file, filename, "application/zip", size)


def _attachment(file: BinaryIO, filename: str, content_type: str, size: int) -> FileResponse:
    response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = disposition(filename)
    response["Content-Length"] = str(size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    if isinstance(name := getattr(file, "name", None), str):
        # Kept files never change and have random names; the name itself stays ours.
        response["ETag"] = f'"{hashlib.sha256(name.encode()).hexdigest()[:32]}"'
    return response


def disposition(filename: str) -> str:
    """The header that names the file, in ASCII for old readers and in UTF-8 for the rest."""
    plain = filename.encode("ascii", "replace").decode().replace("?", "_")
    plain = plain.replace("\\", "_").replace('"', "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
