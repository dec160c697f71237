"""The documents of a rehearsal: one generated page, examined and cleaned as any file is."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from agencies.models import User
from competitions.models import DocumentRequirement
from innovations.actions.attachments import AttachmentCopy, attach_copies
from innovations.models import Innovation
from sinovik.files import Cleaned, clean, examine

NAME = "Dokumen gladi bersih (simulasi).pdf"
PAGE = (595, 842)
LABEL = "SIMULASI"


@contextmanager
def document_made() -> Iterator[Cleaned]:
    """One cleaned page that says it is simulated; gone afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / NAME
        page = Image.new("RGB", PAGE, "white")
        ImageDraw.Draw(page).text((72, 72), LABEL, "black", ImageFont.load_default(48))
        page.save(path, "PDF")
        cleaned = clean(path, examine(path, NAME))
    try:
        yield cleaned
    finally:
        cleaned.path.unlink()


def attach_documents(
    *, by: User, innovation: Innovation, asked: Sequence[DocumentRequirement], cleaned: Cleaned
) -> list[str]:
    """Lay the page on a dossier as each document asked for; returns the names it is kept by.

    Taking back the rows does not take back the files: that is for the caller.
    """
    files = [AttachmentCopy(innovation, NAME, document.key) for document in asked]
    return [row.storage_name for row in attach_copies(by=by, cleaned=cleaned, files=files)]
