"""Workbooks of tables: text stays text, whatever it begins with."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from sinovik.audit import clock

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
CUT = " […]"


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook; `widths` of columns in letters."""

    name: str
    header: Sequence[object]
    rows: Iterable[Sequence[object]]
    widths: Sequence[int] = ()


def xlsx_bytes(title: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a workbook of one table; see `workbook_bytes`."""
    return workbook_bytes([Sheet(title, header, rows)])


def workbook_bytes(sheets: Iterable[Sheet]) -> bytes:
    """Write the tables; no cell is a formula or a link, long text is cut and says so."""
    stream = io.BytesIO()
    # Rows go to disk as they come; nothing but the strings' own table stays in memory.
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        book.set_properties({"created": clock.now()})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        for given in sheets:
            sheet = book.add_worksheet(given.name[:31])
            for column, width in enumerate(given.widths):
                sheet.set_column(column, column, width)
            for column, heading in enumerate(given.header):
                sheet.write_string(0, column, str(heading), bold)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, 0, max(0, len(given.header) - 1))
            for row, cells in enumerate(given.rows, start=1):
                for column, cell in enumerate(cells):
                    _write(sheet, row, column, cell, plain, day)
    return stream.getvalue()


def _write(sheet: Any, row: int, column: int, cell: object, plain: Any, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell, plain)
    elif type(cell) is date:
        sheet.write_datetime(row, column, cell, day)
    else:
        text = str(cell)
        if len(text) > LONGEST_CELL:
            text = text[: LONGEST_CELL - len(CUT)] + CUT
        sheet.write_string(row, column, text, plain)
