"""Laying out a backup in an empty directory, as the site was at an instant."""

import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from sinovik.audit.signing import KEY_FILE
from sinovik.management.backups.engines import engine_of
from sinovik.management.backups.faults import BackupFailed
from sinovik.management.backups.sealing import open_sealed
from sinovik.management.backups.shelf import Manifest, Shelf
from sinovik.management.backups.source import Source
from sinovik.management.backups.taking import KEYS
from sinovik.management.backups.uploads import restore_uploads
from sinovik.postgres import ProgramFailed, Server, programs_of, run_program

RECOVERY_SECONDS = 900
# A copy must not wait for the standby of the one it was copied from, nor write to its archive.
ALONE = {
    "listen_addresses": "",
    "synchronous_standby_names": "",
    "primary_conninfo": "",
    "primary_slot_name": "",
    "archive_mode": "off",
    "ssl": "off",
    "hot_standby": "on",
    "recovery_target_timeline": "latest",
    "recovery_target_action": "promote",
}
# Recovery refuses lower ones than the server had that wrote the log.
AT_LEAST = {
    "max_connections": "max_connections setting",
    "max_worker_processes": "max_worker_processes setting",
    "max_wal_senders": "max_wal_senders setting",
    "max_prepared_transactions": "max_prepared_xacts setting",
    "max_locks_per_transaction": "max_locks_per_xact setting",
}
RECOVERING = ("restore_command", "recovery_target_time", "recovery_target_action")
NAMES = """
    SELECT table_schema, table_name FROM information_schema.columns
    WHERE column_name = 'storage_name' AND table_schema = 'public'
"""


@dataclass(frozen=True)
class Restored:
    """A restored site: its directory (a SINOVIK_VAR), its running server, what was laid out."""

    directory: Path
    server: Server
    manifest: Manifest
    uploads: int
    octets: int
    seconds: float

    @property
    def address(self) -> str:
        """DATABASE_URL of the running copy."""
        socket_dir = str(self.server.socket_dir).replace("/", "%2F")
        return f"postgresql://{self.manifest.user}@{socket_dir}/{self.manifest.database}"


def restore(
    source: Source, shelf: Shelf, *, instant: datetime, into: Path, durable: bool = True
) -> Restored:
    """Restore to `instant` into an empty directory; its server runs afterwards. BackupFailed.

    `durable` False spares waiting for the disk, for a copy that is thrown away.
    """
    began = time.monotonic()
    if into.exists() and any(into.iterdir()):
        raise BackupFailed(f"{into} tidak kosong; tidak ada yang ditimpa.")
    manifest = shelf.newest_before(instant)
    octets = shelf.check(manifest)
    try:
        server = Server(into / "postgres" / "data", programs=programs_of(manifest.major))
        engine = engine_of(manifest.engine, source, shelf)
        lines = engine.lay_out(manifest, server, instant)
        _recover(server, manifest, lines, instant, durable)
    except ProgramFailed as failed:
        raise BackupFailed(_reason(str(failed))) from failed
    _restore_keys(shelf, manifest, into)
    names = _named_uploads(server.dsn(manifest.user, manifest.database))
    count = restore_uploads(shelf, names, into / "uploads")
    return Restored(into, server, manifest, count, octets, time.monotonic() - began)


def _recover(
    server: Server, manifest: Manifest, lines: dict[str, str], instant: datetime, durable: bool
) -> None:
    """Let the server read the log up to the instant, and forget how it did."""
    when = instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
    if not (server.pgdata / "postgresql.conf").exists():
        # Where the system keeps it elsewhere (Debian does), the defaults must do.
        (server.pgdata / "postgresql.conf").touch()
    server.trust()
    server.configure(**ALONE, **_at_least(server), recovery_target_time=when, **lines)
    (server.pgdata / "recovery.signal").touch()
    server.own()
    _own_log(server)
    server.start(*([] if durable else ["-F"]))
    server.wait_until_primary(manifest.user, RECOVERY_SECONDS)
    with psycopg.connect(server.dsn(manifest.user, "postgres"), autocommit=True) as line:
        for name in RECOVERING:
            line.execute(f"ALTER SYSTEM RESET {name}")


def _own_log(server: Server) -> None:
    log = server.pgdata.parent / "wal"
    if log.exists():
        seen = server.pgdata.stat()
        for path in (log, *log.iterdir()):
            os.chown(path, seen.st_uid, seen.st_gid)


def _at_least(server: Server) -> dict[str, str]:
    told = run_program(server.programs / "pg_controldata", str(server.pgdata))
    found = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    return {name: found[label].strip() for name, label in AT_LEAST.items()}


def _reason(said: str) -> str:
    if "before configured recovery target was reached" in said:
        return "Arsip log berakhir sebelum saat itu; sebuah potongan hilang atau belum tiba."
    return said


def _restore_keys(shelf: Shelf, manifest: Manifest, into: Path) -> None:
    path = shelf.root / "sets" / manifest.stamp / KEYS
    if settings.RECEIPT_KEY or not path.exists():
        return
    with open_sealed(path, key=shelf.key, name=f"{manifest.stamp}/{KEYS}") as file:
        keys: dict[str, str] = json.load(file)
    target = into / KEY_FILE
    target.touch(mode=0o600)
    target.write_text(keys[KEY_FILE])


def _named_uploads(dsn: str) -> list[str]:
    """What the restored rows name, by the one name that such a column has everywhere."""
    names: set[Any] = set()
    with psycopg.connect(dsn) as line:
        for schema, table in line.execute(NAMES).fetchall():
            rows = line.execute(
                psycopg.sql.SQL("SELECT storage_name FROM {}.{}").format(
                    psycopg.sql.Identifier(schema), psycopg.sql.Identifier(table)
                )
            )
            names.update(name for (name,) in rows if name)
    return sorted(names)
