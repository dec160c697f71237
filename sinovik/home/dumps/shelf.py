"""Where dumps stand: a folder for each, named by its instant; what is there is whole."""

import json
import re
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from innovations.models import Innovation
from sinovik.audit import clock
from sinovik.exports import CSV_TYPE, PARQUET_TYPE

MANIFEST = "manifest.json"
STAMP = "%Y%m%dT%H%M%SZ"
STAMPED = re.compile(r"\d{8}T\d{6}Z")
LATEST = "terbaru"
UNFINISHED = ".making-"
TYPES = {
    ".csv": CSV_TYPE,
    ".jsonl": "application/x-ndjson",
    ".parquet": PARQUET_TYPE,
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class DumpFile:
    """A file of a dump. `table` is empty for what goes with the tables."""

    name: str
    size: int
    sha256: str
    table: str = ""
    rows: int = 0

    @property
    def suffix(self) -> str:
        """The format: csv, jsonl, parquet."""
        return Path(self.name).suffix.removeprefix(".")

    @property
    def content_type(self) -> str:
        """Its media type."""
        return TYPES[Path(self.name).suffix]


@dataclass(frozen=True)
class Dump:
    """A whole dump."""

    path: Path
    made_at: datetime
    files: tuple[DumpFile, ...]

    @property
    def stamp(self) -> str:
        """Its name in addresses."""
        return self.path.name

    def file(self, name: str) -> DumpFile | None:
        """The file of that name; None where there is none."""
        return next((file for file in self.files if file.name == name), None)

    def of_table(self, table: str) -> list[DumpFile]:
        """The same rows in each format."""
        return [file for file in self.files if file.table == table]


def stamps() -> list[str]:
    """Names of the dumps there are, the newest first."""
    place = Path(settings.DUMPS_DIR)
    if not place.exists():
        return []
    return sorted((p.name for p in place.iterdir() if STAMPED.fullmatch(p.name)), reverse=True)


def find(stamp: str) -> Dump | None:
    """A dump by its name, or the newest under the name LATEST; None where there is none."""
    names = stamps()
    if stamp == LATEST and names:
        return _read(names[0])
    return _read(stamp) if stamp in names else None


def latest() -> Dump | None:
    """The newest dump."""
    return find(LATEST)


def _read(stamp: str) -> Dump | None:
    path = Path(settings.DUMPS_DIR) / stamp
    try:
        told: dict[str, Any] = json.loads((path / MANIFEST).read_text())
    except FileNotFoundError:
        # Taken away between the listing and now.
        return None
    files = tuple(DumpFile(**file) for file in told["files"])
    return Dump(path, datetime.fromisoformat(told["made_at"]), files)


def tidy() -> None:
    """Take away what is too old, or tells of a dossier that was withdrawn since; not the newest."""
    now = clock.now()
    oldest = (now - timedelta(days=settings.DUMP_DAYS)).strftime(STAMP)
    gone = Innovation.objects.exclude(archived_at=None).order_by("-archived_at")
    if withdrawn := gone.values_list("archived_at", flat=True).first():
        oldest = max(oldest, withdrawn.strftime(STAMP))
    for stamp in stamps()[1:]:
        if stamp <= oldest:
            shutil.rmtree(Path(settings.DUMPS_DIR) / stamp)
    yesterday = (now - timedelta(days=1)).timestamp()
    for path in Path(settings.DUMPS_DIR).glob(f"{UNFINISHED}*"):
        if path.stat().st_mtime < yesterday:
            shutil.rmtree(path)
