"""Files of the world: a letter, a photo, a table, each of which says inside that it is simulated.

Each is examined and cleaned once, as a file that somebody sends, and laid on many dossiers.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pikepdf
from django.utils.translation import gettext_noop
from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFont

from agencies.models import User
from competitions.blueprints import DocumentBlueprint
from innovations.actions.attachments import AttachmentCopy, attach_copies
from sinovik.files import Cleaned, clean, examine
from sinovik.management.world.planning import Fate, Plan

LETTER = DocumentBlueprint(
    "surat-pernyataan",
    gettext_noop("Surat pernyataan"),
    gettext_noop("Ditandatangani pimpinan unit dan dipindai ke PDF."),
)
LABEL = "DATA SIMULASI"
LINES = (
    LABEL,
    "Surat pernyataan",
    "Berkas ini dibuat untuk demonstrasi SINOVIK.",
    "Isinya karangan dan tidak ditandatangani siapa pun.",
)
ROWS = (
    (LABEL, "sebelum", "sesudah"),
    ("Waktu layanan (menit)", 95, 20),
    ("Berkas selesai per hari", 34, 120),
    ("Nilai kepuasan", 71, 88),
)
PHOTO_EACH, TABLE_EACH = 3, 2


@dataclass(frozen=True)
class Papers:
    """The three files, cleaned; `lay` gives dossiers theirs."""

    letter: Cleaned
    photo: Cleaned
    table: Cleaned
    places: Iterator[int] = field(default_factory=count)
    held: list[Plan] = field(default_factory=list)

    def lay(
        self,
        *,
        by: User,
        plans: Sequence[Plan],
        own_unit: str,
        asks_letter: bool,
        is_public: bool,
    ) -> None:
        """The letter where an edition asks for it, and evidence on some of the dossiers.

        Blank drafts get nothing. The first half-written one of `own_unit` has its letter held.
        """
        letters, photos, tables = [], [], []
        for plan in plans:
            place = next(self.places)
            is_own = plan.unit_name == own_unit
            is_held = plan.fate == Fate.HALF
            if plan.innovation is None or plan.fate == Fate.EMPTY:
                continue
            if is_held:
                if self.held or not is_own:
                    continue
                self.held.append(plan)
            if asks_letter:
                name = "Surat pernyataan (simulasi).pdf"
                letters.append(AttachmentCopy(plan.innovation, name, LETTER.key, is_held=is_held))
            if place % PHOTO_EACH == 0 or is_own:
                name = "Foto layanan (simulasi).jpg"
                photos.append(AttachmentCopy(plan.innovation, name, is_public=is_public))
            if place % TABLE_EACH == 0:
                tables.append(AttachmentCopy(plan.innovation, "Data capaian (simulasi).xlsx"))
        for cleaned, files in (
            (self.letter, letters),
            (self.photo, photos),
            (self.table, tables),
        ):
            if files:
                attach_copies(by=by, cleaned=cleaned, files=files)


@contextmanager
def papers_made() -> Iterator[Papers]:
    """Make the three files; the cleaned ones are gone afterwards."""
    letter = _cleaned("surat.pdf", _write_letter)
    photo = _cleaned("foto.jpg", _write_photo)
    table = _cleaned("data.xlsx", _write_table)
    try:
        yield Papers(letter, photo, table)
    finally:
        for one in (letter, photo, table):
            one.path.unlink(missing_ok=True)


def _cleaned(name: str, write: Callable[[Path], None]) -> Cleaned:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / name
        write(path)
        return clean(path, examine(path, name))


def _write_letter(path: Path) -> None:
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842))
        shown = " ".join(f"({line}) Tj 0 -28 Td" for line in LINES)
        page.obj.Contents = document.make_stream(f"BT /F1 16 Tf 72 740 Td {shown} ET".encode())
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        document.save(path)


def _write_photo(path: Path) -> None:
    image = Image.new("RGB", (800, 500), (231, 226, 214))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 340, 800, 500), fill=(120, 144, 112))
    draw.rectangle((240, 180, 560, 400), fill=(178, 59, 46))
    draw.rectangle((360, 270, 440, 400), fill=(68, 50, 42))
    draw.text((24, 24), LABEL, fill=(30, 30, 30), font=ImageFont.load_default(48))
    image.save(path, "JPEG", quality=80)


def _write_table(path: Path) -> None:
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(path)
