"""Servers that keep what they are told, for tests that kill, copy or restore them.

The cluster of the run is one that loses everything in a crash. These write a log, can be
followed by a standby, and hold the migrated tables of the test database.
"""

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from psycopg.conninfo import make_conninfo

from sinovik.postgres import Cluster, Server, programs_of
from sinovik.postgres.cluster import BIN
from tests.settings import RUN_DIR

MAJOR = 18


@contextmanager
def durable_server(directory: Path, *options: str) -> Iterator[Server]:
    """A running server with the migrated tables, empty; gone afterwards."""
    server = Server(directory / "pg" / "data", programs=programs_of(MAJOR))
    shutil.copytree(migrated(), server.pgdata)
    server.own()
    # Processes are killed here, never the machine: the kernel keeps what was written.
    server.start("-F", *options)
    try:
        yield server
    finally:
        server.forget()


def migrated() -> Path:
    """A data directory with the tables of the test database, made once a run."""
    cluster = Cluster(RUN_DIR / "durable")
    with (RUN_DIR / "durable.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = RUN_DIR / "durable.done"
        if not done.exists():
            cluster.hold()
            _copy_tables(cluster)
            cluster.release()
            done.touch()
    return cluster.pgdata


def _copy_tables(cluster: Cluster) -> None:
    given = connection.settings_dict
    where = make_conninfo(
        host=given["HOST"], port=given["PORT"] or None, user=given["USER"], dbname=given["NAME"]
    )
    dump = subprocess.run(
        [str(BIN / "pg_dump"), "--no-owner", where],
        stdout=subprocess.PIPE,
        check=True,
    )
    subprocess.run(
        [str(BIN / "psql"), "--quiet", "--set=ON_ERROR_STOP=1", cluster.dsn()],
        input=dump.stdout,
        stdout=subprocess.DEVNULL,
        check=True,
    )
