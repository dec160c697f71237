"""PostgreSQL itself, waiting for a standby that never answers: T18's warning, for real."""

import time
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from sinovik.audit import outcome
from sinovik.postgres import Cluster

PATIENCE = 30


def commit(cluster: Cluster, found: list[object]) -> None:
    """Write one row; note how the commit ended and whether it is in doubt."""
    token = outcome._is_doubtful.set(False)
    try:
        with psycopg.connect(cluster.dsn()) as connection:
            connection.add_notice_handler(outcome.note)
            connection.execute("CREATE TABLE IF NOT EXISTS written (at timestamptz)")
            connection.execute("INSERT INTO written VALUES (now())")
            connection.commit()
            found.append(outcome._is_doubtful.get())
    except psycopg.Error as error:
        found.append(error)
    finally:
        outcome._is_doubtful.reset(token)


def cancel_the_wait(cluster: Cluster) -> None:
    """Cancel whoever waits for the standby, as a pooler or an operator would."""
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        while time.monotonic() < deadline:
            done = connection.execute(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
            ).fetchall()
            if done:
                return
            time.sleep(0.05)
    pytest.fail("nobody waited for the standby")


def test_cancelled_wait_for_a_standby_is_noticed(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "c")
    cluster.hold()
    try:
        calm: list[object] = []
        commit(cluster, calm)
        with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.5)
        doubtful: list[object] = []
        writer = Thread(target=commit, args=(cluster, doubtful))
        writer.start()
        cancel_the_wait(cluster)
        writer.join(PATIENCE)
        # PostgreSQL reported success both times; only the second was no promise.
        assert (calm, doubtful) == ([False], [True])
        with psycopg.connect(cluster.dsn()) as connection:
            assert connection.execute("SELECT count(*) FROM written").fetchone() == (2,)
    finally:
        cluster.destroy()
