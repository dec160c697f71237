"""Tables as XLSX, every text cell written as text: a formula stays what was typed."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

import xlsxwriter

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx_bytes(title: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """Write one sheet with a bold, frozen first line; numbers stay numbers."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True})
    for column, name in enumerate(header):
        sheet.write_string(0, column, str(name), bold)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, line, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, 0, max(0, len(header) - 1))
    book.close()
    return stream.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, line: int, column: int, cell: object) -> None:
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        sheet.write_string(line, column, "" if cell is None else str(cell))
    else:
        sheet.write_number(line, column, float(cell))
