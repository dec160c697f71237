"""What operators read of a running site: log lines and figures, without a person in them."""

import json
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from agencies.models import Agency
from bench.places import free_port
from competitions.models import DeadlineExtension, Stage
from sinovik.audit import clock
from sinovik.audit.ledger import request_id
from sinovik.audit.logs import RequestIdFilter, json_formatter, logging_of
from sinovik.home.metrics import FIGURES, OF_THE_MACHINE, SiteFigures, backup_age
from tests import factories
from tests.factories import REGISTRATION, Contest
from tests.owner import past_triggers
from tests.rules.test_extensions import extend, propose

Move = Callable[[Contest, Agency], DeadlineExtension]
ROOT = Path(__file__).parents[2]
WATCHING = ROOT / "deploy" / "watching"
READ = """
import os, urllib.request
import sinovik.wsgi
print(urllib.request.urlopen(f"http://127.0.0.1:{os.environ['ASKED']}/metrics").read().decode())
"""


def asked(kinds: str) -> set[str]:
    """Names of figures that alarms and panels ask for."""
    board = json.loads((WATCHING / "dashboard.json").read_text())
    panels = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    text = " ".join([(WATCHING / "alerts.yml").read_text(), *panels])
    return set(re.findall(rf"\b(?:{kinds})_\w+", text))


def example() -> str:
    return (ROOT / "deploy" / "sinovik.env.example").read_text()


def figure(name: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES[name][1])
        return float(cursor.fetchone()[0])


def line_of(message: str, *arguments: object, error: Exception | None = None) -> str:
    record = logging.LogRecord(
        "django.request",
        logging.ERROR,
        __file__,
        1,
        message,
        arguments,
        (type(error), error, None) if error else None,
    )
    RequestIdFilter().filter(record)
    return json_formatter().format(record)


def test_json_line_names_request_time_and_level_and_stays_one_line() -> None:
    token = request_id.set("5f0c")
    line = line_of("a\nb %s", "c")
    request_id.reset(token)
    found = json.loads(line)
    assert "\n" not in line
    assert found["event"] == "a\\nb c"
    assert (found["level"], found["logger"], found["request_id"]) == (
        "error",
        "django.request",
        "5f0c",
    )
    assert found["timestamp"].endswith("Z")


def test_json_line_names_no_address_even_of_a_refused_row() -> None:
    refused = ValueError("Key (email)=(ratna.k+x@contoh.go.id) already exists.")
    line = line_of("mail to %s", "budi@contoh.example", error=refused)
    assert "@" not in line
    found = json.loads(line)
    assert "ValueError: Key (email)= <isi>" in found["exception"]


REFUSED = """null value in column "email" violates not-null constraint
DETAIL:  Failing row contains (7, Ratna Kartika, 0812-555, null)."""


@pytest.mark.parametrize("form", ["json", "line"])
def test_line_keeps_no_value_of_a_refused_row(form: str) -> None:
    formats = logging_of(form, "INFO")["formatters"][form]
    formatter = formats["()"](*([formats["fmt"]] if "fmt" in formats else []))
    errors = (REFUSED, "Key (name)=(Ratna Kartika) already exists.", "from ratna@contoh.id")
    for text in errors:
        error = ValueError(text)
        record = logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "broken", (), (ValueError, error, None)
        )
        RequestIdFilter().filter(record)
        line = formatter.format(record)
        assert "ValueError" in line
        assert not re.search("ratna|0812|contoh", line, re.IGNORECASE), line
    assert "violates not-null constraint" in line_of("x", error=ValueError(REFUSED))


@pytest.mark.django_db
def test_figures_are_one_query_and_all_there() -> None:
    assert list(SiteFigures().describe()) == []
    with connection.cursor() as cursor:
        for about, query in FIGURES.values():
            assert about
            cursor.execute(query)
            assert float(cursor.fetchone()[0]) >= -1


@pytest.mark.django_db
def test_the_site_itself_shows_no_figures() -> None:
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics/").status_code == 404


@pytest.mark.django_db
def test_process_gives_its_figures_on_a_port_of_its_own(tmp_path: Path) -> None:
    port = free_port()
    known = connection.settings_dict
    url = f"postgresql://{known['USER']}@{quote(known['HOST'], safe='')}/{known['NAME']}"
    environment = os.environ | {
        "SINOVIK_ENV": "development",
        "DJANGO_SETTINGS_MODULE": "sinovik.settings",
        "SINOVIK_VAR": str(tmp_path),
        "DATABASE_URL": url,
        "SINOVIK_METRICS_PORTS": f"{port}-{port}",
        "ASKED": str(port),
    }
    done = subprocess.run(
        [sys.executable, "-c", READ], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for name in (*FIGURES, *OF_THE_MACHINE):
        assert re.search(rf"^sinovik_{name} -?\d", done.stdout, re.MULTILINE), name
    given = set(re.findall(r"^# HELP (\w+)", done.stdout, re.MULTILINE))
    # Of these SiteDown lives: there as soon as the process is, before anybody asked anything.
    assert "sinovik_queue_seconds_count 0.0" in done.stdout
    assert {re.sub(r"_(bucket|count)$", "", name) for name in asked("django|sinovik")} <= given


def test_alarms_and_panels_ask_for_figures_that_exist_and_each_alarm_has_its_runbook() -> None:
    queue = {"sinovik_queue_seconds_bucket", "sinovik_queue_seconds_count"}
    assert asked("sinovik") == {f"sinovik_{name}" for name in (*FIGURES, *OF_THE_MACHINE)} | queue
    rules = (WATCHING / "alerts.yml").read_text()
    handbook = (ROOT / "docs" / "operations.md").read_text()
    alarms = set(re.findall(r"alert: (\w+)", rules))
    assert alarms == set(re.findall(r"^### (\w+)$", handbook, re.MULTILINE))


def test_age_of_the_backup_is_that_of_the_newest_whole_set(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR = ""
    assert backup_age() == -1
    settings.BACKUP_DIR = str(tmp_path)
    half = tmp_path / "sets" / "3"
    half.mkdir(parents=True)
    # One that was broken off has no manifest, and is none.
    (half / "manifest.draft").touch()
    assert backup_age() == -1
    for stamp, age in (("1", 90_000), ("2", 500)):
        (tmp_path / "sets" / stamp).mkdir()
        whole = tmp_path / "sets" / stamp / "manifest.json"
        whole.touch()
        os.utime(whole, (time.time() - age, time.time() - age))
    assert 500 <= backup_age() < 600


def test_scraper_asks_every_port_of_the_example() -> None:
    named = re.search(r"^SINOVIK_METRICS_PORTS=(\d+)-(\d+)$", example(), re.MULTILINE)
    assert named
    ports = range(int(named[1]), int(named[2]) + 1)
    scraper = (WATCHING / "prometheus.yml").read_text()
    assert re.findall(r"127\.0\.0\.1:(\d+)", scraper) == [str(port) for port in ports]


@pytest.mark.django_db
@pytest.mark.parametrize(("moves", "ahead"), [(extend, 1), (propose, -1)])
def test_next_close_is_also_one_that_an_extension_made(moves: Move, ahead: int) -> None:
    contest = factories.make_contest(REGISTRATION, entries=1)
    stage = contest.stage(REGISTRATION)
    moves(contest, contest.entries[0].agency)
    day = timedelta(days=1)
    now = clock.database_now()
    with past_triggers():
        Stage.objects.update(opens_at=now - 2 * day, closes_at=now - day / 2)
        DeadlineExtension.objects.filter(stage=stage).update(
            previous_closes_at=now - day / 2, new_closes_at=now + day
        )
    found = figure("next_close_seconds")
    assert found == (pytest.approx(day.total_seconds(), abs=60) if ahead > 0 else -1)


def test_every_variable_of_the_example_is_one_that_the_settings_read() -> None:
    named = set(re.findall(r"^([A-Z_]+)=", example(), re.MULTILINE))
    settings = (ROOT / "sinovik" / "settings.py").read_text()
    assert [name for name in sorted(named) if f'"{name}"' not in settings] == []
    needed = {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "SITE_ADDRESS", "EMAIL_URL"}
    assert needed <= named
