"""One server over a data directory that somebody else made: a restored copy, a standby."""

import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from sinovik.postgres.owner import find_owner
from sinovik.postgres.programs import ProgramFailed, place_of_socket, run_program

START_TIMEOUT = 120
LOCAL_TRUST = "local all all trust\nlocal replication all trust\n"
LOOPBACK_TRUST = (
    LOCAL_TRUST + "host all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n"
)


class Server:
    """Starts, stops, kills and promotes; reached by a socket in a directory of its own."""

    def __init__(self, pgdata: Path, *, programs: Path, port: int = 5432) -> None:
        self.pgdata = pgdata
        self.programs = programs
        self.port = port
        self.socket_dir = place_of_socket(pgdata.parent)
        self.log = pgdata.parent / "postgres.log"

    def dsn(self, user: str, database: str) -> str:
        """Tell the connection string by the socket."""
        return f"host={self.socket_dir} port={self.port} user={user} dbname={database}"

    def own(self) -> None:
        """Give the files to the account that the server runs as, closed to everybody else."""
        owner = find_owner()
        owner.give(self.pgdata.parent)
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        owner.give(self.socket_dir)
        self.pgdata.chmod(0o700)
        for path in (self.pgdata, *self.pgdata.rglob("*")):
            if owner.account is not None:
                os.chown(path, owner.account.pw_uid, owner.account.pw_gid)

    def configure(self, **lines: str) -> None:
        """Append settings that outweigh all earlier ones."""
        with (self.pgdata / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in lines.items())

    def trust(self, *, loopback: bool = False) -> None:
        """Let in whoever reaches the socket (a closed directory), on wish the loopback too."""
        (self.pgdata / "pg_hba.conf").write_text(LOOPBACK_TRUST if loopback else LOCAL_TRUST)

    def start(self, *options: str) -> None:
        """Start and wait until it answers. Raises ProgramFailed with the end of its log."""
        given = " ".join((f"-k {self.socket_dir}", f"-p {self.port}", *options))
        try:
            run_program(
                self.programs / "pg_ctl", "start", "-D", str(self.pgdata), "-l", str(self.log),
                "-w", "-t", str(START_TIMEOUT), "-o", given,
                owner=find_owner(), cwd=self.pgdata.parent,
            )  # fmt: skip
        except ProgramFailed as failed:
            raise ProgramFailed(f"{failed}\n{self.last_words()}") from failed

    def last_words(self) -> str:
        """Tell the end of the log."""
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    @property
    def pid(self) -> int | None:
        """The first process; None where none is noted."""
        with suppress(OSError, ValueError, IndexError):
            return int((self.pgdata / "postmaster.pid").read_text().split()[0])
        return None

    @property
    def is_running(self) -> bool:
        """Whether the noted process lives."""
        return self.pid is not None and _is_alive(self.pid)

    def stop(self, *, fast: bool = True) -> None:
        """Stop it, letting nobody finish; a fast stop writes all down first."""
        pid = self.pid
        if pid is None or not self.is_running:
            return
        os.kill(pid, signal.SIGINT if fast else signal.SIGQUIT)
        deadline = time.monotonic() + START_TIMEOUT
        while _is_alive(pid):
            if time.monotonic() > deadline:
                raise ProgramFailed(f"the server in {self.pgdata} does not stop")
            time.sleep(0.02)

    def kill(self) -> None:
        """End all of its processes as a lost machine would: no one writes anything down."""
        pid = self.pid
        if pid is None:
            return
        children = _children_of(pid)
        for each in (pid, *children):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        while any(_is_alive(each) for each in (pid, *children)):
            time.sleep(0.005)
        # While init has not taken note of the dead, these would name a process that seems alive.
        (self.pgdata / "postmaster.pid").unlink(missing_ok=True)
        for path in self.socket_dir.glob(".s.PGSQL.*"):
            path.unlink()

    def promote(self) -> None:
        """Make a standby the primary; wait until it is."""
        run_program(
            self.programs / "pg_ctl", "promote", "-D", str(self.pgdata), "-w",
            owner=find_owner(), cwd=self.pgdata.parent,
        )  # fmt: skip

    def wait_until_primary(self, user: str, seconds: float) -> None:
        """Wait until recovery has ended. Raises ProgramFailed where the server gives up."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.is_running:
                raise ProgramFailed(f"the server stopped while recovering\n{self.last_words()}")
            with (
                suppress(psycopg.OperationalError),
                psycopg.connect(self.dsn(user, "postgres"), autocommit=True) as connection,
            ):
                if connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
                    return
            time.sleep(0.05)
        raise ProgramFailed(f"recovery takes longer than {seconds:.0f} s\n{self.last_words()}")

    def forget(self) -> None:
        """Stop it and delete its files."""
        self.kill()
        for directory in (self.pgdata.parent, self.socket_dir):
            shutil.rmtree(directory, ignore_errors=True)


def _children_of(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(each) for each in task.read_text().split()]
    return found


def _is_alive(pid: int) -> bool:
    """Whether the process runs; one that only waits for its parent to take note does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
