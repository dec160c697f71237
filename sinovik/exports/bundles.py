"""Many files in one ZIP, each with its digest, and tables in every form people ask for."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder

from sinovik.exports.tables import csv_bytes
from sinovik.exports.workbooks import Sheet, workbook_bytes

DIGESTS = "SHA256SUMS"
BLOCK = 1024 * 1024
Record = Mapping[str, Any]


class Bundle:
    """A ZIP that is written file by file; closing it adds the list of digests."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._digests: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            text = "\n".join(self._digests) + "\n"
            self._archive.writestr(zipfile.ZipInfo(DIGESTS), text)
        self._archive.close()

    def add(self, name: str, content: bytes) -> None:
        """Add a file."""
        self.add_stream(name, [content])

    def add_stream(self, name: str, blocks: Iterable[bytes]) -> None:
        """Add a file that comes in blocks."""
        digest = hashlib.sha256()
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED
        with self._archive.open(entry, "w") as file:
            for block in blocks:
                digest.update(block)
                file.write(block)
        self._digests.append(f"{digest.hexdigest()}  {name}")


def json_lines(records: Iterable[Record]) -> bytes:
    """One JSON object a line, with everything the records hold."""
    return b"".join(
        json.dumps(dict(record), cls=DjangoJSONEncoder, ensure_ascii=False).encode() + b"\n"
        for record in records
    )


def flat_table(records: Sequence[Record]) -> tuple[list[str], list[list[object]]]:
    """Headings and rows for people: mappings become columns of their own, lists become text."""
    flat = [dict(_flat(record)) for record in records]
    headings = list(dict.fromkeys(key for record in flat for key in record))
    return headings, [[record.get(heading) for heading in headings] for record in flat]


def records_csv(records: Sequence[Record]) -> bytes:
    """The records as CSV that a spreadsheet opens as text."""
    return csv_bytes(*flat_table(records))


def records_workbook(tables: Mapping[str, Sequence[Record]]) -> bytes:
    """One sheet a table."""
    return workbook_bytes(
        Sheet(name, *flat_table(records), widths=[24] * 30) for name, records in tables.items()
    )


def _flat(record: Record, before: str = "") -> Iterable[tuple[str, object]]:
    for key, value in record.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        elif isinstance(value, list):
            yield f"{before}{key}", "; ".join(_listed(part) for part in value)
        elif hasattr(value, "isoformat"):
            yield f"{before}{key}", value.isoformat()
        else:
            yield f"{before}{key}", value


def _listed(part: object) -> str:
    if isinstance(part, Mapping):
        return ", ".join(str(value) for value in part.values() if value)
    return str(part)
