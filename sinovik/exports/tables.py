"""Tables as CSV that a spreadsheet opens as text and not as formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

CSV_TYPE = "text/csv; charset=utf-8"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: object) -> object:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return "" if cell is None else cell


def csv_bytes(header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table as UTF-8 with a byte order mark, which Excel needs to see the encoding."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    # str() first: lazily translated headings are not yet text when they are checked.
    writer.writerow([harmless(str(cell)) for cell in header])
    writer.writerows([harmless(_plain(cell)) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _plain(cell: object) -> object:
    return cell if cell is None or isinstance(cell, int | float | Decimal) else str(cell)
