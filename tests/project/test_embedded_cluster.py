"""The embedded PostgreSQL starts, is shared, and stops with its last holder."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command

from sinovik.audit.signing import KEY_FILE
from sinovik.postgres import Cluster, ClusterError

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from sinovik.postgres import Cluster
Cluster(Path(sys.argv[1]), throwaway=True).hold()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """A directory that an unprivileged account reaches; each pytest closes its own to others."""
    with tempfile.TemporaryDirectory(prefix="sinovik-cluster-") as name:
        yield Path(name)


def holder(directory: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(directory)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_cluster_is_shared_and_stops_with_the_last_holder(open_dir: Path) -> None:
    cluster = Cluster(open_dir / "c", throwaway=True)
    cluster.hold()
    other = holder(open_dir / "c")
    cluster.release()
    with psycopg.connect(cluster.dsn()) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
    # A holder that is killed leaves the server; the next one to leave stops it.
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert other.stdout is not None
    other.stdout.close()
    assert cluster.is_running()
    cluster.hold()
    cluster.release()
    assert not cluster.is_running()


def test_cluster_held_by_another_is_not_destroyed(open_dir: Path) -> None:
    cluster = Cluster(open_dir / "c", throwaway=True)
    other = holder(open_dir / "c")
    try:
        assert not cluster.destroy()
        assert cluster.is_running()
    finally:
        other.kill()
        other.wait()
        assert other.stdout is not None
        other.stdout.close()
    cluster = Cluster(open_dir / "c", throwaway=True)
    assert cluster.destroy()
    assert not cluster.pgdata.exists()


def test_cluster_in_a_deep_directory_has_a_short_socket(open_dir: Path) -> None:
    deep = open_dir / ("d" * 60) / ("e" * 60)
    cluster = Cluster(deep, throwaway=True)
    cluster.hold()
    try:
        with psycopg.connect(cluster.dsn()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.destroy()
    assert not cluster.socket_dir.exists()


def test_cluster_has_indonesian_search_and_stable_sorting(open_dir: Path) -> None:
    cluster = Cluster(open_dir / "c", throwaway=True)
    cluster.hold()
    try:
        with psycopg.connect(cluster.dsn()) as connection:
            stem = connection.execute("SELECT to_tsvector('indonesian', 'pelayanan')").fetchone()
            provider = connection.execute(
                "SELECT datlocprovider FROM pg_database WHERE datname = current_database()"
            ).fetchone()
        assert stem == ("'layan':1",)
        assert provider == ("b",)
    finally:
        cluster.destroy()


def test_cluster_that_cannot_start_tells_why(open_dir: Path) -> None:
    cluster = Cluster(open_dir / "c", throwaway=True)
    (open_dir / "c" / "data").mkdir(parents=True)
    (open_dir / "c" / "data" / "PG_VERSION").write_text("18\n")
    with pytest.raises(ClusterError, match="pg_ctl failed"):
        cluster.hold()
    cluster.release()


def test_cluster_as_root_runs_as_somebody_else(open_dir: Path) -> None:
    cluster = Cluster(open_dir / "c", throwaway=True)
    cluster.hold()
    try:
        pid = int((cluster.pgdata / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{pid}").stat().st_uid != 0
    finally:
        cluster.destroy()


def test_forgotten_world_leaves_the_keys_and_none_of_its_files(
    open_dir: Path, settings: Any
) -> None:
    settings.VAR_DIR = open_dir
    settings.EMBEDDED_CLUSTER = Cluster(open_dir / "postgres", throwaway=True)
    for name in ("mail", "uploads", "stage", "dumps", "cache", "wal-spool", "static"):
        (open_dir / name / "old").mkdir(parents=True)
    for name in ("demo-accounts.json", KEY_FILE):
        (open_dir / name).touch()
    call_command("demo_reset")
    assert {path.name for path in open_dir.iterdir()} == {"postgres", "static", KEY_FILE}
    assert not settings.EMBEDDED_CLUSTER.pgdata.exists()
