"""What every test gets: a database of its own and a client that looks at each page."""

import fcntl
import gc
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.auth.signals import user_logged_in
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.test.utils import setup_databases
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from bench.places import free_port
from innovations.queries.columns import holder
from sinovik.management.databases import as_owner
from sinovik.postgres.roles import make_role
from sinovik.web import shared
from sinovik.web.prepared import Prepared
from tests.chromium import HAS_CHROMIUM, REQUIRED
from tests.pages import WatchfulClient
from tests.proving import prove
from tests.settings import RUN_DIR, RUN_OWNER

# A machine that is busy for a moment is no defect of what is tested.
hypothesis_settings.register_profile("unhurried", parent=hypothesis_settings(), deadline=None)
hypothesis_settings.load_profile("unhurried")
user_logged_in.connect(prove)
BROWSER_TESTS = Path(__file__).parent / "browser"
MIGRATING = pytest.StashKey["subprocess.Popen[bytes]"]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests; without Chromium they are skipped, or fail where compulsory.

    Slow tests come first: a worker that ends early can take over short ones, not half a long one.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        if BROWSER_TESTS not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        if not HAS_CHROMIUM and not REQUIRED:
            item.add_marker(pytest.mark.skip(reason="no Chromium"))


def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make, not among thousands of tests time and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say aloud when a green run has not looked at the site in a browser."""
    if not HAS_CHROMIUM:
        terminalreporter.section("BROWSER TESTS DID NOT RUN: Chromium is missing", red=True)
        terminalreporter.line(
            "Install it (apt-get install chromium-headless-shell) and run the tests again."
        )


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Migrate while the workers gather their tests; they wait for the lock that the child holds."""
    options = session.config.option
    if not (RUN_OWNER and settings.EMBEDDED_CLUSTER and getattr(options, "numprocesses", None)):
        return
    with (RUN_DIR / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        session.config.stash[MIGRATING] = subprocess.Popen(
            ["sh", "-c", '"$0" manage.py migrate --verbosity=0 && touch "$1"']
            + [sys.executable, str(RUN_DIR / "migrated.done")],
            cwd=session.config.rootpath,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
            pass_fds=[lock.fileno()],
        )


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no process and no file behind; the last worker stops the server."""
    if migrating := config.stash.get(MIGRATING, None):
        migrating.wait()
    if settings.EMBEDDED_CLUSTER:
        settings.EMBEDDED_CLUSTER.release()
    if RUN_OWNER and not hasattr(config, "workerinput"):
        if settings.EMBEDDED_CLUSTER:
            settings.EMBEDDED_CLUSTER.stop()
        shutil.rmtree(RUN_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Start the embedded cluster before the test database is made."""
    if settings.EMBEDDED_CLUSTER:
        settings.EMBEDDED_CLUSTER.hold()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Make the test database, also when no chosen test carries the mark that asks for it.

    The cluster is thrown away whole, so that the database need not be dropped from it. In a
    cluster of your own (SINOVIK_TEST_DATABASE_URL), `--reuse-db` spares making it again, and
    `--create-db` makes it again nevertheless.
    """
    with django_db_blocker.unblock(), as_owner(), _copying_one_migrated():
        with connection._nodb_cursor() as cursor:
            make_role(cursor, settings.DATABASE_WEB_ROLE)
        kept = django_db_keepdb and not django_db_createdb
        setup_databases(verbosity=0, interactive=False, keepdb=kept, serialized_aliases=set())


@contextmanager
def _copying_one_migrated() -> Iterator[None]:
    """Let one process of a run migrate; the others copy the database it made."""
    if not settings.EMBEDDED_CLUSTER:
        yield
        return
    with (RUN_DIR / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = RUN_DIR / "migrated.done"
        if not done.exists():
            call_command("migrate", verbosity=0)
            done.touch()
        # A template must have no visitor.
        connection.close()
        connection.settings_dict["TEST"]["TEMPLATE"] = settings.DATABASES["default"]["NAME"]
        yield


@pytest.fixture(scope="session", autouse=True)
def delete_what_was_committed() -> Iterator[None]:
    """After a test with real transactions delete its rows.

    Django would make every file of the database anew, which takes half a second, and kinds and
    rights with it, which never change. And the ledger's trigger refuses TRUNCATE, as it should;
    triggers are passed by only here, by the owner.
    """

    def teardown(case: TransactionTestCase) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")
            # Whoever still writes ends first.
            cursor.execute(f"LOCK TABLE {', '.join(_tables_of_tests())}")
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL sinovik.hand = 'tests'")
            cursor.execute(
                "SELECT name FROM unnest(%s::text[]) AS name"
                " WHERE pg_relation_size(name::regclass) > 0",
                [_tables_of_tests()[:-1]],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {name}")
            cursor.execute(f"DELETE FROM {_tables_of_tests()[-1]}")
        # The site never deletes a published dossier, so that this process would count it still.
        holder._held = None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@cache
def _tables_of_tests() -> list[str]:
    """Every table that Django manages but those of kinds and rights, and the queue's."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    kept = {model._meta.db_table for model in (ContentType, Permission)}
    found = {*names, "procrastinate_events", "procrastinate_jobs"} - kept
    # Deleting a row is kept there.
    return sorted(found, key=lambda name: (name == "audit_rowchange", name))


@pytest.fixture(scope="session", autouse=True)
def live_server_port() -> None:
    """Choose a free port for ``live_server``."""
    os.environ["DJANGO_LIVE_TEST_SERVER_ADDRESS"] = f"127.0.0.1:{free_port()}"


@pytest.fixture(autouse=True)
def start_in_indonesian() -> None:
    """Forget the language that the last request of another test was answered in."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def hold_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every page anew: tests look at how one is made; tests/web/test_shared_pages.py holds."""
    monkeypatch.setattr(shared, "store", shared.Store(most_octets=0))
    monkeypatch.setattr(shared, "STATE_SECONDS", 0)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Nothing is logged: for tests that are refused by the hundred."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def client() -> WatchfulClient:
    """A browser without JavaScript that refuses faulty pages."""
    return WatchfulClient()


@pytest.fixture(autouse=True)
def statements_anew(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In tests of races each statement is written at its asking: a control may take its lock away.

    What a process has prepared would hide that, and keep it for the tests that follow.
    """
    if "unlocked" in vars(request.module) or request.module.__name__.endswith("races"):
        written = Prepared.__dict__["_statement"].func
        monkeypatch.setattr(Prepared, "_statement", property(written))
