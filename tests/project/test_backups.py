"""T19: a backup comes back to the second, whole; one with a changed byte does not."""

import base64
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from bench.faults.pair import reached
from competitions.actions.entries import send_entries, submit_entry
from competitions.models import Entry, Receipt
from sinovik.audit.sealing import seal_events
from sinovik.management.backups import BackupFailed
from sinovik.management.backups.engines import configured_engine
from sinovik.management.backups.restoring import restore
from sinovik.management.backups.sealing import open_sealed, seal_file
from sinovik.management.backups.shelf import Shelf, configured_shelf
from sinovik.management.backups.source import Source, configured_source
from sinovik.management.backups.taking import NOW, catch_up, take_backup
from sinovik.postgres import Server
from tests.factories import make_contest
from tests.servers import durable_server

SECOND = timedelta(seconds=1)
KEY = bytes(range(32))


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that an unprivileged account reaches; each pytest closes its own to others."""
    with tempfile.TemporaryDirectory(prefix="sinovik-b-") as name:
        yield Path(name)


@pytest.fixture
def site(
    place: Path, settings: Any, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Server]:
    """A site of its own on a server that keeps what it is told, with a place for backups."""
    settings.VAR_DIR = place / "var"
    settings.STORAGES["uploads"]["OPTIONS"]["location"] = place / "var" / "uploads"
    settings.STAGE_DIR = place / "var" / "stage"
    settings.BACKUP_DIR = str(place / "backups")
    settings.BACKUP_KEY = base64.b64encode(KEY).decode()
    settings.EMBEDDED_CLUSTER = None
    with django_db_blocker.unblock(), durable_server(place) as server, reached(server):
        settings.BACKUP_DATABASE_URL = server.dsn("sinovik", "sinovik")
        yield server


@dataclass
class Season:
    """Two submissions, the second after the backup, at `instant`."""

    first: Entry
    second: Entry
    instant: datetime
    source: Source
    shelf: Shelf


@pytest.fixture
def season(site: Server) -> Season:
    """A backup between two submissions, and the log after it."""
    # Not one that was remembered: those rows belong to another database.
    contest = make_contest.__wrapped__(entries=2, with_files=True)  # type: ignore[attr-defined]
    first, second = send_entries(by=contest.team.innovator, entries=contest.entries)
    submit_entry(by=contest.team.admin, entry=first)
    source, shelf = configured_source(), configured_shelf()
    take_backup(source, shelf)
    time.sleep(1.2)
    submit_entry(by=contest.team.admin, entry=second)
    instant = Receipt.objects.get(entry=second).issued_at
    seal_events()
    time.sleep(1.2)
    catch_up(configured_engine(source, shelf), shelf)
    return Season(first, second, instant, source, shelf)


def submitted_in(season: Season, shelf: Shelf, instant: datetime, place: Path) -> set[int]:
    """The entries with a receipt in what comes back."""
    copy = restore(season.source, shelf, instant=instant, into=place, durable=False)
    try:
        with psycopg.connect(copy.server.dsn("sinovik", "sinovik")) as line:
            rows = line.execute("SELECT entry_id FROM competitions_receipt").fetchall()
        assert copy.uploads == 2
        return {entry for (entry,) in rows}
    finally:
        copy.server.forget()


def changed(season: Season, place: Path, pattern: str) -> Shelf:
    """The shelf once more, with one bit of one file turned."""
    shelf = Shelf(place, season.shelf.key)
    shutil.copytree(season.shelf.root, shelf.root)
    path = sorted(shelf.root.glob(pattern))[0]
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 2] ^= 1
    path.write_bytes(octets)
    return shelf


def test_restore_to_the_second_has_what_was_submitted_by_then(season: Season, place: Path) -> None:
    before = submitted_in(season, season.shelf, season.instant - SECOND, place / "before")
    after = submitted_in(season, season.shelf, season.instant + SECOND, place / "after")
    assert before == {season.first.pk}
    assert after == {season.first.pk, season.second.pk}
    too_early = season.instant - timedelta(hours=1)
    with pytest.raises(BackupFailed, match="Tidak ada cadangan"):
        restore(season.source, season.shelf, instant=too_early, into=place / "early")
    # Nothing was committed after that: the archive can't know.
    with pytest.raises(BackupFailed, match="berakhir sebelum saat itu"):
        submitted_in(season, season.shelf, season.instant + timedelta(hours=1), place / "late")
    for number, pattern in enumerate(
        ("sets/*/base.sealed", "sets/*/manifest.json", "uploads/*/*/*", "wal/*")
    ):
        shelf = changed(season, place / f"changed-{number}", pattern)
        with pytest.raises(BackupFailed, match=r"berubah|sidiknya lain|tidak terbaca"):
            submitted_in(season, shelf, season.instant + SECOND, place / f"refused-{number}")
    said = StringIO()
    call_command("restore_drill", stdout=said)
    assert "2 tanda terima sah" in said.getvalue()
    # The control: a copy that came back whole of a site that is not.
    with transaction.atomic(), psycopg.connect(season.source.conninfo) as line:
        line.execute("SET session_replication_role = replica")
        line.execute("UPDATE audit_auditevent SET verb = 'renamed' WHERE verb = 'entry_submitted'")
    broken = datetime.fromisoformat(season.source.ask(NOW))
    with pytest.raises(CommandError, match="TIDAK utuh"):
        call_command("restore_drill", stdout=said)
    with pytest.raises(CommandError, match="TIDAK utuh; jangan dipakai"):
        call_command("restore", to=broken, into=place / "broken", stdout=said)


def test_sealed_file_is_refused_when_cut_swapped_or_opened_with_another_key(
    tmp_path: Path,
) -> None:
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(bytes(range(256)) * 20_000)
    with plain.open("rb") as file:
        seal_file(file, sealed, key=KEY, name="a")
    with open_sealed(sealed, key=KEY, name="a") as file:
        assert file.read() == plain.read_bytes()
    whole = sealed.read_bytes()
    sealed.write_bytes(whole[:-1])
    for key, name in ((KEY, "a"), (KEY, "b"), (bytes(32), "a")):
        with pytest.raises(BackupFailed), open_sealed(sealed, key=key, name=name) as file:
            file.read()
        sealed.write_bytes(whole)
