"""The two ways to copy a database: pg_basebackup with an archive of our own, or pgBackRest.

pgBackRest is taken where it is installed and SINOVIK_PGBACKREST_STANZA names a stanza; then its
own repository, encryption and archive_command serve the database, and the shelf the uploads.
"""

import json
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from typing import BinaryIO, Protocol, cast

from django.conf import settings

from sinovik.management.backups.faults import BackupFailed
from sinovik.management.backups.log_archive import LogArchive
from sinovik.management.backups.sealing import digest_of, open_sealed, seal_file
from sinovik.management.backups.shelf import Manifest, Part, Shelf
from sinovik.management.backups.source import Source
from sinovik.postgres import ProgramFailed, Server, run_program

BASE = "base.sealed"


class Engine(Protocol):
    """A way to copy a database and to lay a copy out."""

    name: str

    def take(self, stamp: str) -> list[Part]:
        """Copy the database whole; the files that this made on the shelf."""

    def catch_up(self) -> None:
        """Bring the log up to now to safety."""

    def lay_out(self, manifest: Manifest, server: Server, instant: datetime) -> dict[str, str]:
        """Fill the server's data directory; settings with which it recovers."""


class Streaming:
    """pg_basebackup, and the log as `LogArchive` receives it."""

    name = "pg_basebackup"

    def __init__(self, source: Source, shelf: Shelf) -> None:
        self.source = source
        self.shelf = shelf
        self.archive = LogArchive(source, shelf)

    def take(self, stamp: str) -> list[Part]:
        """Stream the data directory into one sealed file; no plain copy touches the disk."""
        self.archive.ensure_slot()
        where, env = self.source.reach()
        command = [
            str(self.source.program("pg_basebackup")), "--pgdata=-", "--format=tar",
            "--wal-method=fetch", "--checkpoint=fast", "--label=sinovik",
            "--manifest-checksums=SHA256", where,
        ]  # fmt: skip
        target = self.shelf.directory(f"sets/{stamp}") / BASE
        with subprocess.Popen(  # noqa: S603 (fixed program, no shell)
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        ) as child:
            stream = _Finished(cast(BinaryIO, child.stdout), child)
            seal_file(cast(BinaryIO, stream), target, key=self.shelf.key, name=f"{stamp}/{BASE}")
        return [self.shelf.part(target)]

    def catch_up(self) -> None:
        """Receive the log up to now, then seal it."""
        self.archive.ensure_slot()
        self.archive.receive_up_to(self.source.beat())
        self.archive.ship()

    def lay_out(self, manifest: Manifest, server: Server, instant: datetime) -> dict[str, str]:
        """Unpack the base, look at each of its files, and lay the log beside it."""
        path = self.shelf.root / manifest.parts[0].path
        server.pgdata.mkdir(mode=0o700, parents=True)
        name = f"{manifest.stamp}/{BASE}"
        try:
            with (
                open_sealed(path, key=self.shelf.key, name=name) as stream,
                tarfile.open(fileobj=stream, mode="r|") as archive,
            ):
                archive.extractall(server.pgdata, filter="tar")
                # A tar ends before its file does: the last frame counts, too.
                stream.read()
        except tarfile.TarError as error:
            raise BackupFailed(f"{manifest.parts[0].path}: {error}") from error
        _check_files(server.pgdata)
        log = server.pgdata.parent / "wal"
        log.mkdir(mode=0o700)
        self.archive.unseal(manifest.first_wal, log)
        return {"restore_command": f'cp "{log}/%f" "%p"'}


class PgBackRest:
    """pgBackRest with a stanza of its own configuration."""

    name = "pgbackrest"

    def __init__(self, source: Source, stanza: str) -> None:
        self.source = source
        self.stanza = stanza

    def take(self, stamp: str) -> list[Part]:
        """Let it copy, whole or what changed, as its configuration says; nothing on our shelf."""
        self._run("backup")
        return []

    def catch_up(self) -> None:
        """Close the segment that is being written and wait until it was taken away."""
        self.source.beat()
        with self.source.connection() as line:
            line.execute("SELECT pg_switch_wal()")
        self._run("check")

    def lay_out(self, manifest: Manifest, server: Server, instant: datetime) -> dict[str, str]:
        """Let it lay out the copy; the command that fetches the log is of its making."""
        server.pgdata.mkdir(mode=0o700, parents=True)
        when = instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
        self._run(
            f"--pg1-path={server.pgdata}", "--type=time", f"--target={when}",
            "--target-action=promote", "restore",
        )  # fmt: skip
        return {}

    def _run(self, *arguments: str) -> None:
        try:
            run_program(Path(which("pgbackrest") or ""), f"--stanza={self.stanza}", *arguments)
        except ProgramFailed as failed:
            raise BackupFailed(str(failed)) from failed


def _check_files(pgdata: Path) -> None:
    """Compare each file with what the server wrote of it into its manifest (BackupFailed)."""
    told = json.loads((pgdata / "backup_manifest").read_text())
    for one in told["Files"]:
        path = pgdata / one["Path"]
        if not path.is_file() or digest_of(path) != one["Checksum"]:
            raise BackupFailed(f"{one['Path']}: bukan yang dikirim peladen basis data.")


class _Finished:
    """The output of a child; its end counts only where the child ended well."""

    def __init__(self, stream: BinaryIO, child: "subprocess.Popen[bytes]") -> None:
        self._stream = stream
        self._child = child

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        if not block and self._child.wait():
            raise BackupFailed(f"pg_basebackup gagal ({self._child.returncode}); lihat di atas.")
        return block


def engine_of(name: str, source: Source, shelf: Shelf) -> Engine:
    """The engine that a set was made with."""
    if name == PgBackRest.name:
        return PgBackRest(source, settings.PGBACKREST_STANZA)
    return Streaming(source, shelf)


def configured_engine(source: Source, shelf: Shelf) -> Engine:
    """pgBackRest where it is there and has a stanza; else our own."""
    is_there = bool(settings.PGBACKREST_STANZA and which("pgbackrest"))
    return engine_of(PgBackRest.name if is_there else Streaming.name, source, shelf)
