"""T13: a job whose worker is killed twice is done by the third, once; the scheduler's pulse."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.periodic import PeriodicDeferrer

from agencies.models import User
from sinovik.home.metrics import FIGURES
from sinovik.notifications import notify
from sinovik.notifications.models import Mail
from sinovik.notifications.tasks import retry_stalled_jobs
from tests.mailserver import smtp_server
from tests.queued import nothing_queued

__all__ = ["nothing_queued"]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_queued")]
MANAGE = Path(__file__).parents[2] / "manage.py"
TAKEN_WITHIN = 60.0


def worker(mail_port: int, var: Path) -> "subprocess.Popen[bytes]":
    """A job worker of its own process that ends when no mail waits."""
    known = connection.settings_dict
    user, host = known["USER"], quote(known["HOST"], safe="")
    environment = os.environ | {
        "SINOVIK_ENV": "development",
        "DJANGO_SETTINGS_MODULE": "sinovik.settings",
        "SINOVIK_VAR": str(var),
        "DATABASE_URL": f"postgresql://{user}@{host}/{known['NAME']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
    }
    command = [sys.executable, str(MANAGE), "procrastinate", "worker", "--queues=email"]
    return subprocess.Popen([*command, "--one-shot"], env=environment)


def run(work: Any) -> None:
    # In a thread of its own: a browser test may have left its event loop in this one.
    thread = Thread(target=lambda: asyncio.run(work))
    thread.start()
    thread.join(30)


async def sweep(running: App) -> None:
    """What the living workers do each minute."""

    class Context:
        app = running

    await retry_stalled_jobs.func(Context(), timestamp=0)


def pass_a_minute() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '90 s'"
        )


def statuses() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE queue_name = 'email'")
        return [status for (status,) in cursor.fetchall()]


def test_a_job_whose_worker_is_killed_twice_is_done_once(tmp_path: Path) -> None:
    person = User.objects.create_user("sari@contoh.id", name="Sari")
    with transaction.atomic():
        notify(recipients=[person], subject="Perihal", body="Isi")
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        silent.settimeout(TAKEN_WITHIN)
        for _ in range(2):
            child = worker(silent.getsockname()[1], tmp_path)
            line, _address = silent.accept()
            child.kill()
            child.wait()
            line.close()
            run(sweep(app))
            # Its worker may yet be alive: nobody takes the job from it before a minute is over.
            assert statuses() == ["doing"]
            pass_a_minute()
            run(sweep(app))
            assert statuses() == ["todo"]
    assert Mail.objects.get().sent_at is None
    with smtp_server() as box:
        port = settings.EMAIL_PORT
        assert worker(port, tmp_path).wait(TAKEN_WITHIN) == 0
        assert worker(port, tmp_path).wait(TAKEN_WITHIN) == 0
    assert len(box.mails) == 1
    assert statuses() == ["succeeded"]
    assert Mail.objects.get().sent_at is not None


def beat(instant: float) -> None:
    """What the scheduler does when its minute has come."""
    scheduler = PeriodicDeferrer(app.periodic_registry)
    tasks = app.periodic_registry.periodic_tasks.values()
    mine = next(each for each in tasks if each.task.name == retry_stalled_jobs.name)
    run(scheduler.defer_jobs([(mine, int(instant))]))


def pulse() -> float:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES["scheduler_pulse_seconds"][1])
        return float(cursor.fetchone()[0])


def warnings() -> list[str]:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    found: list[str] = answer.json()["warnings"]
    return found


def test_the_pulse_stops_with_the_scheduler_and_where_nobody_takes_its_jobs() -> None:
    assert (pulse(), "scheduler" in warnings()) == (-1, True)
    now = time.time()
    beat(now - 400)
    assert pulse() >= 400
    assert "scheduler" in warnings()
    # It lives, and the job of the beat before is still waiting for a worker.
    beat(now)
    assert pulse() >= 400
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    beat(now)
    assert 0 <= pulse() < 60
    assert "scheduler" not in warnings()
