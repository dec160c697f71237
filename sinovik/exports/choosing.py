"""One table as CSV, or as a workbook for those who open it in Excel.

An Indonesian Excel takes the comma for the decimal sign and expects semicolons between cells, so
it shows our CSV in one column; a `sep=` line would help it and break every other reader.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sinovik.exports.tables import CSV_TYPE, csv_bytes
from sinovik.exports.workbooks import XLSX_TYPE, xlsx_bytes


@dataclass(frozen=True)
class TableFile:
    """A file with its name and type."""

    name: str
    content_type: str
    octets: bytes


def table_file(
    form: str | None, name: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> TableFile:
    """The table as the form that an address names ("xlsx"), CSV when it names none."""
    if form == "xlsx":
        return TableFile(f"{name}.xlsx", XLSX_TYPE, xlsx_bytes(name, header, rows))
    return TableFile(f"{name}.csv", CSV_TYPE, csv_bytes(header, rows))
