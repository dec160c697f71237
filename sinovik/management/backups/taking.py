"""Making a backup, and keeping the shelf up to now between two."""

import json
import time
from datetime import UTC, datetime
from io import BytesIO

from django.conf import settings

from sinovik.audit.signing import KEY_FILE
from sinovik.management.backups.engines import Engine, configured_engine
from sinovik.management.backups.sealing import seal_file
from sinovik.management.backups.shelf import Manifest, Part, Shelf
from sinovik.management.backups.source import Source
from sinovik.management.backups.uploads import copy_new_uploads, sealed_uploads

ROUND = 10.0
KEYS = "keys.sealed"
NOW = "SELECT to_json(clock_timestamp())#>>'{}'"
FIRST_SEGMENT = "SELECT pg_walfile_name(pg_current_wal_lsn())"


def take_backup(source: Source, shelf: Shelf) -> Manifest:
    """A whole set: database, log up to its end, uploads, the key of receipts. BackupFailed."""
    engine = configured_engine(source, shelf)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    known = source.parameters
    began, first = source.ask(NOW), source.ask(FIRST_SEGMENT)
    parts = [*engine.take(stamp), *_keep_keys(shelf, stamp)]
    ended = source.ask(NOW)
    catch_up(engine, shelf)
    manifest = Manifest(
        stamp=stamp,
        engine=engine.name,
        began_at=began,
        ended_at=ended,
        major=source.major,
        first_wal=first,
        user=str(known.get("user", "")),
        database=str(known.get("dbname", "")),
        parts=parts,
        uploads=[shelf.part(path) for path in sorted(sealed_uploads(shelf))],
    )
    shelf.write_manifest(manifest)
    shelf.forget_older(settings.BACKUP_SETS)
    return manifest


def catch_up(engine: Engine, shelf: Shelf) -> int:
    """Bring log and uploads up to now to the shelf; how many uploads were new.

    The log first: a file is kept before its row is written, so each row in the log then has
    its file.
    """
    engine.catch_up()
    return copy_new_uploads(shelf)


def keep_up(engine: Engine, shelf: Shelf) -> None:
    """Do so again and again; slower where one round takes long."""
    while True:
        began = time.monotonic()
        catch_up(engine, shelf)
        time.sleep(max(ROUND, 5 * (time.monotonic() - began)))


def _keep_keys(shelf: Shelf, stamp: str) -> list[Part]:
    """The key that signs receipts, where it lies under var/; a given one is the operator's."""
    path = settings.VAR_DIR / KEY_FILE
    if settings.RECEIPT_KEY or not path.exists():
        return []
    target = shelf.directory(f"sets/{stamp}") / KEYS
    octets = json.dumps({KEY_FILE: path.read_text()}).encode()
    seal_file(BytesIO(octets), target, key=shelf.key, name=f"{stamp}/{KEYS}")
    return [shelf.part(target)]
