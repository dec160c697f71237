"""Public pages from a streaming standby: strangers read there, and nobody sees what is old."""

import runpy
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from agencies.models import Agency
from bench.faults.pair import Pair, reached
from bench.places import free_ports
from sinovik.postgres import Server
from sinovik.postgres.cluster import DATABASE, SUPERUSER
from sinovik.web import replica, shared
from tests.factories import make_team
from tests.pages import WatchfulClient
from tests.servers import migrated

pytestmark = pytest.mark.slow
PAGE = "/instansi/"
WITHIN = 15.0


@pytest.fixture(autouse=True)
def _watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at each request, hold nothing of an earlier test."""
    monkeypatch.setattr(replica, "watch", replica.Watch())
    monkeypatch.setattr(replica, "LOOKS_EVERY", 0.0)
    monkeypatch.setattr(shared, "STATE_SECONDS", 0.0)
    monkeypatch.setattr(shared, "store", shared.Store())


@pytest.fixture(scope="module")
def pair(django_db_setup: None, django_db_blocker: Any) -> Iterator[Pair]:
    """A primary that this process works on and a standby that is known as the replica."""
    with django_db_blocker.unblock(), tempfile.TemporaryDirectory(prefix="sinovik-f-") as name:
        made = Pair(Path(name), free_ports()[:2], is_synchronous=False)
        try:
            made.start(migrated())
            with reached(made.primary):
                connections.databases["replica"] = connection.settings_dict | {
                    "HOST": "127.0.0.1",
                    "PORT": str(made.standby.port),
                }
                yield made
        finally:
            connections.databases.pop("replica", None)
            if hasattr(connections._connections, "replica"):
                connections["replica"].close()
                del connections["replica"]
            made.forget()


def tell(server: Server, command: str) -> None:
    with psycopg.connect(server.dsn(SUPERUSER, DATABASE), autocommit=True) as line:
        line.execute(command)  # type: ignore[call-overload]


def shows(client: WatchfulClient, name: str) -> bool:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return name in answer.content.decode()


def comes_to_show(client: WatchfulClient, name: str) -> bool:
    deadline = time.monotonic() + WITHIN
    while not (found := shows(client, name)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def comes_near() -> bool:
    deadline = time.monotonic() + WITHIN
    while not replica.watch.is_near() and time.monotonic() < deadline:
        time.sleep(0.1)
    return replica.watch.is_near()


def rename(agency: Agency, name: str) -> None:
    Agency.objects.filter(pk=agency.pk).update(name=name)


def test_strangers_read_on_the_replica_and_never_what_is_old(
    pair: Pair, client: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = make_team()
    rename(team.agency, "Instansi Lama")
    assert comes_to_show(client, "Instansi Lama")
    assert comes_near()
    tell(pair.standby, "SELECT pg_wal_replay_pause()")
    rename(team.agency, "Instansi Baru")
    # Within the lag that is allowed the stranger has the page of before.
    assert shows(client, "Instansi Lama")
    wrote = WatchfulClient()
    answer = wrote.post("/akun/keluar/")
    assert answer.cookies[replica.WROTE]["httponly"]
    assert shows(wrote, "Instansi Baru")
    member = WatchfulClient()
    member.force_login(team.innovator)
    assert shows(member, "Instansi Baru")
    # More than that: the primary answers, until the replica is near again.
    monkeypatch.setattr(replica, "LONGEST_LAG", 0.5)
    assert comes_to_show(client, "Instansi Baru")
    tell(pair.standby, "SELECT pg_wal_replay_resume()")
    assert comes_to_show(client, "Instansi Baru")
    monkeypatch.setattr(replica, "LONGEST_LAG", 5.0)
    rename(team.agency, "Instansi Terbaru")
    assert comes_to_show(client, "Instansi Terbaru")


def test_reading_goes_on_without_the_replica_and_without_the_primary(
    pair: Pair, client: WatchfulClient
) -> None:
    team = make_team()
    rename(team.agency, "Instansi Uji")
    assert comes_to_show(client, "Instansi Uji")
    pair.standby.kill()
    for _ in range(2):
        assert shows(client, "Instansi Uji")
    pair.standby.start()
    rename(team.agency, "Instansi Kedua")
    assert comes_to_show(client, "Instansi Kedua")
    assert comes_near()
    pair.primary.kill()
    unbroken = WatchfulClient(raise_request_exception=False)
    assert shows(unbroken, "Instansi Kedua")
    assert unbroken.get("/readyz").status_code == 503


def test_replica_by_its_setting_waits_briefly_and_is_not_asked_to_be_writable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = "postgresql://web@db1,db2/sinovik?target_session_attrs=read-write"
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("DATABASE_REPLICA_URL", "postgresql://web@db3/sinovik")
    made = runpy.run_path(str(settings.BASE_DIR / "sinovik" / "settings.py"))["DATABASES"]
    assert made["replica"]["HOST"] == "db3"
    assert made["replica"]["OPTIONS"]["pool"]["timeout"] == 1
    assert "target_session_attrs" not in made["replica"]["OPTIONS"]
    assert "target_session_attrs" in made["default"]["OPTIONS"]
