"""The server that is backed up: how it is asked and how PostgreSQL's programs reach it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sinovik.management.backups.faults import BackupFailed
from sinovik.postgres import ProgramFailed, programs_of

BEAT = "SELECT pg_logical_emit_message(true, 'sinovik-backup', '')"
APPLICATION = "sinovik-archive"


@dataclass(frozen=True)
class Source:
    """A server by its connection string; the role needs the right to replicate."""

    conninfo: str

    @contextmanager
    def connection(self) -> Iterator["psycopg.Connection[Any]"]:
        """A connection of its own, by the psycopg. Raises BackupFailed where there is none."""
        try:
            with psycopg.connect(self.conninfo, autocommit=True, connect_timeout=10) as line:
                yield line
        except psycopg.OperationalError as error:
            raise BackupFailed(f"Basis data tidak menjawab: {error}") from error

    def ask(self, question: str, *values: Any) -> Any:
        """The first column of the first row."""
        with self.connection() as line:
            row = line.execute(question, values).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None

    @property
    def parameters(self) -> dict[str, Any]:
        """The connection string taken apart."""
        return conninfo_to_dict(self.conninfo)

    @property
    def major(self) -> int:
        """The server's major version."""
        return int(self.ask("SELECT current_setting('server_version_num')::int / 10000"))

    def program(self, name: str) -> Path:
        """PostgreSQL's program of the server's version. Raises BackupFailed."""
        try:
            return programs_of(self.major) / name
        except ProgramFailed as failed:
            raise BackupFailed(str(failed)) from failed

    def reach(self) -> tuple[str, dict[str, str]]:
        """The argument and the environment by which a program reaches the server."""
        known = self.parameters
        # Arguments are for everybody on the machine to read.
        password = known.pop("password", None)
        known.pop("dbname", None)
        env = dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})
        return f"--dbname={make_conninfo(**known, application_name=APPLICATION)}", env

    def beat(self) -> str:
        """Commit something, so that each instant up to now has a commit after it; the position."""
        with self.connection() as line:
            line.execute(BEAT)
            row = line.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
        assert row is not None  # noqa: S101 (for the type checker)
        return str(row[0])


def configured_source() -> Source:
    """The server of the settings."""
    cluster = settings.EMBEDDED_CLUSTER
    given = settings.BACKUP_DATABASE_URL or settings.DATABASE_URL
    return Source(cluster.dsn() if cluster else given)
