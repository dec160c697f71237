"""T24 in short: the code before the newest migration serves people on the schema of now.

The long form is `python -m bench.compat`, whose control (`--broken`) renames a column. Squawk
(`test_migrations_safe.py`) reads what a migration does; here the old code itself meets its outcome.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bench import compat
from bench.faults.pair import reached
from bench.faults.promises import accounts
from sinovik.postgres import WEB_ROLE
from sinovik.postgres.cluster import DATABASE, SUPERUSER
from tests.servers import durable_server

pytestmark = pytest.mark.slow


@pytest.fixture
def place(django_db_setup: None, django_db_blocker: Any) -> Iterator[Path]:
    """A directory that an unprivileged account reaches; each pytest closes its own to others."""
    with django_db_blocker.unblock(), tempfile.TemporaryDirectory(prefix="sinovik-c-") as name:
        yield Path(name)


@pytest.fixture
def revision() -> str:
    """The code that does not know the newest migration, where this is a clone with its history."""
    try:
        found = compat.before_newest_migration()
        compat.git("cat-file", "-e", f"{found}^{{commit}}")
    except subprocess.CalledProcessError:
        pytest.skip("no history here: neither an archive nor a shallow clone has the old code")
    return found


def test_code_before_the_newest_migration_serves_people_who_write_at_once(
    place: Path, revision: str
) -> None:
    with durable_server(place) as server, compat.old_tree(place / "old", revision) as old:
        with reached(server):
            contest, writers = compat.signed_up(), accounts(2)
        dsn = server.dsn(SUPERUSER, DATABASE)
        env = {
            "DATABASE_URL": f"postgresql://{WEB_ROLE}@/{DATABASE}?host={server.socket_dir}"
            f"&port={server.port}",
            "SINOVIK_VAR": str(place / "var"),
            "SINOVIK_ENV": "development",
            "DJANGO_SETTINGS_MODULE": "sinovik.settings",
        }
        with compat.served(old, env, workers=1) as port:
            base = f"http://127.0.0.1:{port}"
            assert compat.visit(base, contest) == []
            assert compat.written(writers, port, 2.0, dsn) == []
            # The control: what the old code needs is gone, as after a migration that is too early.
            with psycopg.connect(dsn, autocommit=True) as line:
                line.execute(compat.BREAK)
            assert compat.visit(base, contest)
