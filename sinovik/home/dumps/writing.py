"""Write a dump: beside its place, all of one snapshot, then given its name at once."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from sinovik.audit import clock
from sinovik.exports import csv_blocks, write_parquet
from sinovik.home.dumps.dictionary import DATASETS, dictionary_csv, dictionary_json
from sinovik.home.dumps.fields import Dataset
from sinovik.home.dumps.shelf import MANIFEST, STAMP, UNFINISHED, Dump, DumpFile, tidy

DIGESTS = "SHA256SUMS"
LICENCE_TEXT = f"""\
SINOVIK. Data boleh dipakai, diolah, dan dibagikan dengan menyebut SINOVIK dan sumber pada tiap
baris. Baris dengan simulated = true adalah simulasi; sertakan keterangan itu.

SINOVIK. The data may be used, changed and shared if SINOVIK and the source of each row are named.
Rows with simulated = true are simulated; keep that note with them.

CC BY 4.0: {settings.DATA_LICENCE}
"""
BLOCK = 1000


def make_dump() -> Dump:
    """Write every table in every format, and put the dump on the shelf; tidy the shelf.

    The same rows give the same bytes of every file but the manifest, which holds the instant.
    """
    place = Path(settings.DUMPS_DIR)
    place.mkdir(parents=True, exist_ok=True)
    now = clock.now()
    with tempfile.TemporaryDirectory(dir=place, prefix=UNFINISHED) as name:
        making = Path(name) / "dump"
        making.mkdir()
        files = _write_all(making)
        told = {"made_at": now.isoformat(), "files": [asdict(file) for file in files]}
        (making / MANIFEST).write_text(json.dumps(told, indent=1))
        for path in making.iterdir():
            _to_disk(path)
        final = place / now.strftime(STAMP)
        making.rename(final)
    _to_disk(place)
    tidy()
    return Dump(final, now, tuple(files))


def _write_all(making: Path) -> list[DumpFile]:
    files = []
    with _snapshot():
        for table in DATASETS:
            rows = _write_lines(making, table)
            _write_others(making, table)
            for suffix in ("csv", "jsonl", "parquet"):
                files.append(_file(making / f"{table.name}.{suffix}", table.name, rows))
    (making / "dictionary.csv").write_bytes(dictionary_csv())
    (making / "dictionary.json").write_bytes(dictionary_json())
    (making / "LICENCE.txt").write_text(LICENCE_TEXT)
    files += [_file(making / f"{n}") for n in ("dictionary.csv", "dictionary.json", "LICENCE.txt")]
    digests = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    (making / DIGESTS).write_text(digests)
    return [*files, _file(making / DIGESTS)]


@contextmanager
def _snapshot() -> Iterator[None]:
    """Let every table show the same moment; inside somebody's transaction, that one's."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _write_lines(making: Path, table: Dataset) -> int:
    """The rows as JSON Lines; the other formats are made of these."""
    count = 0
    with (making / f"{table.name}.jsonl").open("w", encoding="utf-8") as file:
        for row in table.rows():
            file.write(json.dumps(table.record(row), ensure_ascii=False) + "\n")
            count += 1
    return count


def _write_others(making: Path, table: Dataset) -> None:
    with (making / f"{table.name}.csv").open("wb") as file:
        cells = ([_cell(value) for value in record.values()] for record in _read(making, table))
        file.writelines(csv_blocks(list(table.kinds), cells))
    path = making / f"{table.name}.parquet"
    records = _read(making, table)
    write_parquet(path, table.kinds, iter(lambda: list(islice(records, BLOCK)), []))


def _read(making: Path, table: Dataset) -> Iterator[dict[str, Any]]:
    with (making / f"{table.name}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line, parse_float=Decimal)


def _cell(value: Any) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return ";".join(map(str, value)) if isinstance(value, list) else value


def _file(path: Path, table: str = "", rows: int = 0) -> DumpFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return DumpFile(path.name, path.stat().st_size, digest, table, rows)


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
