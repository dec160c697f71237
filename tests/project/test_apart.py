"""Heavy jobs in a process of their own: what it writes, its faults, and that it never stays."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg.conninfo import make_conninfo

from bench.faults.site import children_of
from competitions.models import NightCheck
from competitions.tasks import check_at_night
from sinovik.home.dumps import shelf
from sinovik.home.dumps.writing import make_dump
from sinovik.home.tasks import make_nightly_dump
from tests.factories import make_published_innovation
from tests.queued import nothing_queued

__all__ = ["nothing_queued"]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_queued")]
MANAGE = Path(__file__).parents[2] / "manage.py"
WITHIN = 60.0


@contextmanager
def worker(var: Path) -> "Iterator[subprocess.Popen[str]]":
    """A job worker of its own process that ends when nothing waits in the queue of tables."""
    known = connection.settings_dict
    user, host = known["USER"], quote(known["HOST"], safe="")
    environment = os.environ | {
        "SINOVIK_ENV": "development",
        "DJANGO_SETTINGS_MODULE": "sinovik.settings",
        "SINOVIK_VAR": str(var),
        "DATABASE_URL": f"postgresql://{user}@{host}/{known['NAME']}",
    }
    command = [sys.executable, str(MANAGE), "procrastinate", "worker", "--queues=tables"]
    with subprocess.Popen(
        [*command, "--one-shot"], env=environment, stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            yield child
        finally:
            child.kill()


@contextmanager
def held_rows() -> Iterator[None]:
    """Who reads dossiers waits inside the block."""
    known = connection.settings_dict
    where = make_conninfo(
        host=known["HOST"], port=known["PORT"] or None, user=known["USER"], dbname=known["NAME"]
    )
    with psycopg.connect(where) as line:
        line.execute("LOCK TABLE innovations_innovation")
        yield


def until(found: Any) -> Any:
    """What a question answers once it answers something."""
    deadline = time.monotonic() + WITHIN
    while not (answer := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return answer


def waiting() -> bool:
    """Whether somebody waits for the rows that are held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode LIKE 'Access%'")
        return bool(cursor.fetchone()[0])


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def status(task: Any) -> str:
    return ProcrastinateJob.objects.get(task_name=task.name).status


def test_a_dump_made_apart_has_the_same_bytes(tmp_path: Path, settings: Any) -> None:
    make_published_innovation()
    make_nightly_dump.configure().defer(timestamp=0)
    check_at_night.configure().defer(timestamp=0)
    with worker(tmp_path) as running:
        assert running.communicate(timeout=WITHIN)[1].count("Traceback") == 0
    assert [status(task) for task in (make_nightly_dump, check_at_night)] == ["succeeded"] * 2
    assert NightCheck.objects.count() == 1
    settings.DUMPS_DIR = tmp_path / "dumps"
    apart = shelf.latest()
    settings.DUMPS_DIR = tmp_path / "here"
    here = make_dump()
    assert apart is not None
    assert apart.files == here.files
    assert {table.rows for table in here.files} > {0, 1}


def test_what_breaks_in_the_child_fails_the_job_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "dumps").write_text("no folder")
    make_nightly_dump.configure().defer(timestamp=0)
    with worker(tmp_path) as running:
        said = running.communicate(timeout=WITHIN)[1]
    assert status(make_nightly_dump) == "failed"
    assert "FileExistsError" in said
    assert "EndedBadly" in said


def test_a_cancelled_job_leaves_no_child(tmp_path: Path) -> None:
    number = make_nightly_dump.configure().defer(timestamp=0)
    with held_rows(), worker(tmp_path) as running:
        until(waiting)
        (child,) = children_of(running.pid)
        make_nightly_dump.blueprint.job_manager.cancel_job_by_id(number, abort=True)
        until(lambda: is_gone(child))
        running.communicate(timeout=WITHIN)
    assert status(make_nightly_dump) == "aborted"


def test_a_child_ends_with_a_worker_that_is_killed(tmp_path: Path) -> None:
    make_nightly_dump.configure().defer(timestamp=0)
    with held_rows(), worker(tmp_path) as running:
        until(waiting)
        (child,) = children_of(running.pid)
        running.kill()
        until(lambda: is_gone(child))
    assert status(make_nightly_dump) == "doing"


def test_who_asks_all_processes_to_stop_lets_the_job_end(tmp_path: Path) -> None:
    make_nightly_dump.configure().defer(timestamp=0)
    with worker(tmp_path) as running:
        with held_rows():
            until(waiting)
            for pid in (running.pid, *children_of(running.pid)):
                os.kill(pid, signal.SIGTERM)
            time.sleep(0.5)
        running.communicate(timeout=WITHIN)
    assert status(make_nightly_dump) == "succeeded"
