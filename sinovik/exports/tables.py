"""Tables as CSV that a spreadsheet opens as text and not as formulas, and as JSON."""

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

CSV_TYPE = "text/csv; charset=utf-8"
BLOCK = 64 * 1024
RECORDS = 100
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: object) -> object:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return "" if cell is None else cell


def csv_bytes(header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table as UTF-8 with a byte order mark, which Excel needs to see the encoding."""
    return b"".join(csv_blocks(header, rows))


def csv_blocks(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The same in blocks, each as soon as its rows are there."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    # str() first: lazily translated headings are not yet text when they are checked.
    writer.writerow([harmless(str(cell)) for cell in header])
    yield codecs.BOM_UTF8
    for row in rows:
        writer.writerow([harmless(_plain(cell)) for cell in row])
        if stream.tell() > BLOCK:
            yield stream.getvalue().encode()
            stream.seek(0)
            stream.truncate()
    yield stream.getvalue().encode()


def json_blocks(
    head: Mapping[str, object], name: str, records: Iterable[Mapping[str, object]]
) -> Iterator[bytes]:
    """A JSON object of `head` and, as the list `name`, the records; in blocks as they come."""
    opening = json.dumps(dict(head), ensure_ascii=False).removesuffix("}")
    yield f"{opening}, {json.dumps(name)}: [".encode()
    waiting: list[str] = []
    comma = ""
    for record in records:
        waiting.append(f"{comma}\n{json.dumps(dict(record), ensure_ascii=False)}")
        comma = ","
        if len(waiting) == RECORDS:
            yield "".join(waiting).encode()
            waiting.clear()
    yield f"{''.join(waiting)}\n]}}\n".encode()


def _plain(cell: object) -> object:
    return cell if cell is None or isinstance(cell, int | float | Decimal) else str(cell)
