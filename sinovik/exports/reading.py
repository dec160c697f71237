"""Tables that people give, as rows of text. Every cell is what a person sees in it."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sinovik.web.access import Refusal
from sinovik.web.characters import UNSTORABLE
from sinovik.web.templatetags.web import number as said

MAX_COLUMNS = 60
LONGEST_CELL = 20_000
MAX_UNPACKED = 40 * 1024 * 1024
SEPARATORS = (";", ",", "\t")


class TableUnreadable(Refusal):
    """The file holds no table that can be read; the text says what to do."""

    default_message = gettext_lazy(
        "Tabel ini tidak bisa dibaca. Pakai templat yang disediakan lalu unggah lagi."
    )


@dataclass(frozen=True)
class Table:
    """Headings and rows as text; `numbers` are the rows' places in the file, counted from 1.

    `formulas` are the places (row, column) of cells whose value a program would have to work
    out. `notes` tell what had to be guessed.
    """

    headings: list[str]
    rows: list[list[str]]
    numbers: list[int]
    formulas: frozenset[tuple[int, int]] = frozenset()
    notes: tuple[str, ...] = ()


def read_csv(content: bytes, *, most_rows: int) -> Table:
    """Read comma, semicolon or tab separated text in UTF-8, else in Windows-1252 with a note."""
    text, notes = _decoded(content)
    head = text[:10_000].partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    cells = _numbered_lines(reader)
    return _table(cells, most_rows, notes)


def read_xlsx(path: Path, *, most_rows: int) -> Table:
    """Read the first sheet of a workbook that `files.examine` has passed."""
    # Loaded here, since it takes 13 MB of every process.
    import openpyxl

    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise _too_much(most_rows)
    formulas: set[tuple[int, int]] = set()
    try:
        book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
        try:
            cells = _sheet_rows(book.worksheets[0], most_rows, formulas)
            return _table(cells, most_rows, [], formulas)
        finally:
            book.close()
    except (TableUnreadable, MemoryError):
        raise
    # openpyxl stumbles over damaged sheets in as many ways as there are.
    except Exception as error:
        raise TableUnreadable from error


def _decoded(content: bytes) -> tuple[str, list[str]]:
    is_utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if is_utf_16 else "utf-8-sig"), []
    except UnicodeDecodeError:
        note = _(
            "Berkas ini tidak memakai UTF-8 dan dibaca sebagai Windows-1252. Periksa huruf seperti "
            "é dan tanda kutip di bawah."
        )
    try:
        return content.decode("cp1252"), [note]
    except UnicodeDecodeError as error:
        raise TableUnreadable(
            _("Huruf dalam berkas ini tidak terbaca. Simpan sebagai CSV UTF-8 lalu unggah lagi.")
        ) from error


def _numbered_lines(reader: Any) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for cells in reader:
            number += 1
            yield number, cells
    except csv.Error as error:
        raise TableUnreadable(
            _(
                "Baris %d tidak bisa dibaca: tanda kutipnya tidak ditutup atau selnya terlalu "
                "panjang. Perbaiki lalu unggah lagi."
            )
            % (number + 1)
        ) from error


def _sheet_rows(
    sheet: Any, most_rows: int, formulas: set[tuple[int, int]]
) -> Iterator[tuple[int, list[str]]]:
    # A sheet may claim a million rows; one more than allowed is enough to know.
    rows = sheet.iter_rows(max_row=most_rows * 2 + 2, max_col=MAX_COLUMNS)
    for number, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            if getattr(cell, "data_type", "") == "f":
                formulas.add((number, column))
        yield number, [_seen(cell.value) for cell in cells]


def _seen(value: Any) -> str:
    """A cell's value as text; days are ISO, whole numbers have no decimals."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(
    cells: Iterable[tuple[int, Sequence[str]]],
    most_rows: int,
    notes: list[str],
    formulas: set[tuple[int, int]] | None = None,
) -> Table:
    filled = ((number, row) for number, row in cells if any(cell.strip() for cell in row))
    _number, headings = next(filled, (0, []))
    if not headings:
        raise TableUnreadable(
            _("Berkas ini tidak berisi tabel. Isi templat yang disediakan lalu unggah lagi.")
        )
    titles = [" ".join(_checked(cell, 1).split()) for cell in headings[:MAX_COLUMNS]]
    while not titles[-1]:
        titles.pop()
    rows, numbers = [], []
    for number, row in islice(filled, most_rows + 1):
        rows.append(_fitted([_checked(cell, number) for cell in row], titles, number))
        numbers.append(number)
    if len(rows) > most_rows:
        raise _too_much(most_rows)
    # Places of formulas are only known once all rows are read.
    return Table(titles, rows, numbers, frozenset(formulas or ()), tuple(notes))


def _fitted(row: list[str], titles: list[str], number: int) -> list[str]:
    """The row as long as the headings; content without a heading is never dropped silently."""
    padded = row + [""] * (len(titles) - len(row))
    if any(padded[len(titles) :]) or any(
        cell and not title for cell, title in zip(padded, titles, strict=False)
    ):
        raise TableUnreadable(
            _(
                "Baris %d berisi kolom yang tidak berjudul. Beri judul sesuai templat atau hapus "
                "isinya, lalu unggah lagi."
            )
            % number
        )
    return padded[: len(titles)]


def _checked(cell: str, number: int) -> str:
    if not cell:
        return cell
    if len(cell) > LONGEST_CELL:
        raise TableUnreadable(
            _(
                "Baris %(row)d memuat sel yang lebih dari %(most)s huruf. Perpendek lalu unggah "
                "lagi."
            )
            % {"row": number, "most": said(LONGEST_CELL)}
        )
    if UNSTORABLE.search(cell):
        raise TableUnreadable(
            _(
                "Baris %d memuat tanda yang tidak bisa disimpan. Ketik ulang isinya lalu unggah "
                "lagi."
            )
            % number
        )
    return cell.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").strip()


def _too_much(most_rows: int) -> TableUnreadable:
    return TableUnreadable(
        format_lazy(
            gettext_lazy("Tabel paling banyak {most} baris. Bagi menjadi beberapa berkas."),
            most=lazy(said, str)(most_rows),
        )
    )
