"""The log (WAL) on its way to the shelf: received as a standby would, sealed piece by piece.

A replication slot keeps the server from throwing away what is not here yet. What arrives lies
in a private directory of this machine until a segment of 16 MB is full; its beginning is sealed
again and again meanwhile, so that the shelf is never more than one round behind.
"""

import fcntl
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from sinovik.management.backups.faults import BackupFailed
from sinovik.management.backups.sealing import ENDING, seal_file, unseal_file
from sinovik.management.backups.shelf import Shelf
from sinovik.management.backups.source import APPLICATION, Source
from sinovik.postgres import ProgramFailed, run_program

SLOT = "sinovik_archive"
SEGMENT = re.compile(r"[0-9A-F]{24}(\.partial)?\Z|[0-9A-F]{8}\.history\Z")
PATIENCE = 60.0


class LogArchive:
    """The way of a server's log to a shelf."""

    def __init__(self, source: Source, shelf: Shelf) -> None:
        self.source = source
        self.shelf = shelf

    @property
    def spool(self) -> Path:
        """Where what was received lies until it is sealed."""
        path: Path = settings.VAR_DIR / "wal-spool"
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def ensure_slot(self) -> None:
        """Make the slot where it is missing, and anew where the server gave it up."""
        with self.source.connection() as line:
            row = line.execute(
                "SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", [SLOT]
            ).fetchone()
            if row and row[0] == "lost":
                line.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
                for path in self.spool.iterdir():
                    path.unlink()
            if not row or row[0] == "lost":
                line.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])

    def command(self, *arguments: str) -> tuple[list[str], dict[str, str]]:
        """How pg_receivewal is run."""
        where, env = self.source.reach()
        program = str(self.source.program("pg_receivewal"))
        standing = ["--directory", str(self.spool), f"--slot={SLOT}", "--synchronous", where]
        return [program, *standing, *arguments], env

    def receive_up_to(self, position: str) -> None:
        """Wait until the log up to a position is here; fetch it where no receiver runs."""
        with self.receiving() as is_ours:
            if is_ours:
                command, env = self.command("--no-loop", f"--endpos={position}")
                try:
                    run_program(Path(command[0]), *command[1:], env=env)
                except ProgramFailed as failed:
                    raise BackupFailed(str(failed)) from failed
            else:
                self._wait_for(position)

    @contextmanager
    def receiving(self) -> Iterator[bool]:
        """Be the one who receives; False where another process is."""
        with (self.spool.parent / "wal-spool.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def ship(self) -> int:
        """Seal what lies in the spool; how many files. Needs no server."""
        count = 0
        with self._shipping():
            for path in sorted(self.spool.iterdir()):
                if SEGMENT.match(path.name):
                    count += self._ship_one(path)
        return count

    def unseal(self, first: str, target: Path) -> int:
        """Lay the log from segment `first` on into `target`, whatever its timeline; how many."""
        self.ship()
        names = {path.name.removesuffix(ENDING): path for path in self._sealed()}
        count = 0
        for name, path in sorted(names.items()):
            bare = name.removesuffix(".partial")
            is_older = not bare.endswith(".history") and bare[8:] < first[8:]
            if is_older or (bare != name and bare in names):
                continue
            unseal_file(path, target / bare, key=self.shelf.key, name=f"wal/{name}")
            count += 1
        return count

    def _sealed(self) -> list[Path]:
        return sorted(self.shelf.directory("wal").glob(f"[0-9A-F]*{ENDING}"))

    def _ship_one(self, path: Path) -> bool:
        wal = self.shelf.directory("wal")
        target = wal / f"{path.name}{ENDING}"
        is_partial = path.name.endswith(".partial")
        touched = path.stat().st_mtime_ns
        if target.exists() and (not is_partial or target.stat().st_mtime_ns == touched):
            if not is_partial and not path.name.endswith(".history"):
                path.unlink()
            return False
        with path.open("rb") as file:
            seal_file(file, target, key=self.shelf.key, name=f"wal/{path.name}")
        os.utime(target, ns=(touched, touched))
        if not is_partial:
            (wal / f"{path.name}.partial{ENDING}").unlink(missing_ok=True)
            path.unlink()
        return True

    def _wait_for(self, position: str) -> None:
        deadline = time.monotonic() + PATIENCE
        question = (
            "SELECT bool_or(flush_lsn >= %s::pg_lsn) FROM pg_stat_replication"
            " WHERE application_name = %s"
        )
        while not self.source.ask(question, position, APPLICATION):
            if time.monotonic() > deadline:
                raise BackupFailed("Arsip log tidak menyusul peladen basis data dalam semenit.")
            time.sleep(0.2)

    @contextmanager
    def _shipping(self) -> Iterator[None]:
        with (self.spool.parent / "wal-ship.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def start_receiver(archive: LogArchive) -> "subprocess.Popen[bytes]":
    """Run pg_receivewal until it is stopped; it connects again by itself."""
    command, env = archive.command()
    return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL)  # noqa: S603 (no shell)
