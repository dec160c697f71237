"""A primary and its standby on loopback, and the ways in which they are hurt."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connection

from sinovik.postgres import ProgramFailed, Server, programs_of, run_program
from sinovik.postgres.cluster import DATABASE, SUPERUSER, WEB_ROLE

MAJOR = 18
PATIENCE = 60.0


class Pair:
    """Two servers over the same history; `primary` is the one that takes writes."""

    def __init__(self, directory: Path, ports: tuple[int, int], *, is_synchronous: bool) -> None:
        programs = programs_of(MAJOR)
        self.is_synchronous = is_synchronous
        self.primary, self.standby = (
            Server(directory / f"server-{port}" / "data", programs=programs, port=port)
            for port in ports
        )

    def start(self, pgdata: Path) -> None:
        """Begin with a copy of a data directory and a standby of it."""
        shutil.copytree(pgdata, self.primary.pgdata)
        self.primary.trust(loopback=True)
        self.primary.configure(
            listen_addresses="127.0.0.1",
            wal_keep_size="512MB",
            max_connections="60",
            synchronous_commit="on",
            hot_standby="on",
            wal_receiver_status_interval="1",
            wal_retrieve_retry_interval="200ms",
        )
        self.primary.own()
        self.primary.start()
        self.rebuild()

    @property
    def address(self) -> str:
        """DATABASE_URL of the web role that finds whichever of the two takes writes."""
        ports = ",".join(sorted(str(one.port) for one in (self.primary, self.standby)))
        return (
            f"postgresql://{WEB_ROLE}@/{DATABASE}?host=127.0.0.1,127.0.0.1&port={ports}"
            "&target_session_attrs=read-write&connect_timeout=2"
        )

    def rebuild(self) -> None:
        """Make the standby anew from the primary; wait until it follows."""
        one = self.standby
        one.kill()
        shutil.rmtree(one.pgdata, ignore_errors=True)
        one.pgdata.parent.mkdir(parents=True, exist_ok=True)
        where = f"host=127.0.0.1 port={self.primary.port} user={SUPERUSER}"
        run_program(
            one.programs / "pg_basebackup", "-D", str(one.pgdata), "-R", "-X", "stream",
            "--checkpoint=fast", f"--dbname={where} application_name=standby",
        )  # fmt: skip
        one.own()
        one.start()
        self._wait_until_following()
        self._set_synchronous("*" if self.is_synchronous else "")
        self._wait_until_following()

    def restart_primary(self) -> None:
        """Kill the primary and start it again where it was."""
        self.primary.kill()
        self.primary.start()
        self._wait_until_following()

    def fail_over(self) -> None:
        """Kill the primary; the standby takes over, alone for now."""
        self.primary.kill()
        # A promoted one must not wait for a standby that it does not have yet.
        self.standby.configure(synchronous_standby_names="")
        if not self.standby.is_running:
            self.standby.start()
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary
        self.ask("SELECT pg_reload_conf()")

    def lose_standby(self) -> None:
        """Let the standby receive nothing more."""
        self.standby.kill()

    def find_standby(self) -> None:
        """Let it go on where it was."""
        self.standby.start()
        self._wait_until_following()

    def cancel_waits(self) -> int:
        """Cancel whoever waits for the standby, as a pooler or an operator would; how many."""
        return int(
            self.ask(
                "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
                " WHERE wait_event = 'SyncRep'"
            )
        )

    def ask(self, question: str) -> str:
        """The first column of the primary's answer."""
        with psycopg.connect(
            self.primary.dsn(SUPERUSER, DATABASE), autocommit=True, connect_timeout=5
        ) as line:
            done = line.execute(question)  # type: ignore[call-overload]
            row = done.fetchone() if done.description else None
        return str(row[0]) if row else ""

    def forget(self) -> None:
        """Stop both and delete their files."""
        for one in (self.primary, self.standby):
            one.forget()

    def _set_synchronous(self, names: str) -> None:
        self.ask(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        self.ask("SELECT pg_reload_conf()")

    def _wait_until_following(self) -> None:
        deadline = time.monotonic() + PATIENCE
        state = "sync_state IN ('sync', 'quorum')" if self._asks_for_sync() else "true"
        question = f"SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND {state}"
        while self.ask(question) != "1":
            if time.monotonic() > deadline:
                raise ProgramFailed(f"no standby follows\n{self.standby.last_words()}")
            time.sleep(0.05)

    def _asks_for_sync(self) -> bool:
        return bool(self.ask("SHOW synchronous_standby_names"))


@contextmanager
def reached(server: Server) -> Iterator[None]:
    """Let Django of this process work on a server, by its socket."""
    kept = dict(connection.settings_dict)
    _let_go()
    connection.settings_dict |= {
        "HOST": str(server.socket_dir),
        "PORT": str(server.port),
        "USER": SUPERUSER,
        "NAME": DATABASE,
    }
    try:
        yield
    finally:
        _let_go()
        connection.settings_dict.update(kept)


def _let_go() -> None:
    connection.close()
    if "pool" in connection.settings_dict["OPTIONS"]:
        connection.close_pool()  # type: ignore[attr-defined]
