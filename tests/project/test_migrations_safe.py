"""Migrations suit the code that runs while they do (T24): squawk reads those that are new.

Nothing was released before those of tests/migrations.txt, so that nothing ran beside them.
"""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).parents[2]
FIRST = ROOT / "tests" / "migrations.txt"
OWN_APPS = {"agencies", "audit", "competitions", "innovations", "notifications"}
# Django's own habits, and the timeouts that deploy/deploy.sh gives every migration.
EXCLUDED = [
    "prefer-robust-stmts",
    "prefer-text-field",
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "require-lock-timeout",
    "require-statement-timeout",
]


def complaints(sql: str) -> list[str]:
    """Names of the rules that the statements break."""
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "squawk"),
            # Django opens a transaction of its own where it writes BEGIN.
            *([] if sql.startswith("BEGIN;") else ["--assume-in-transaction"]),
            "--reporter=json",
            f"--exclude={','.join(EXCLUDED)}",
            "--pg-version=17",
        ],
        input=sql,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    return [found["rule_name"] for found in json.loads(done.stdout or "[]")]


def own_migrations() -> list[str]:
    graph = MigrationLoader(None).graph
    return sorted(f"{app}.{name}" for app, name in graph.nodes if app in OWN_APPS)


@pytest.mark.django_db
def test_new_migrations_let_the_old_code_go_on() -> None:
    known = set(FIRST.read_text().split())
    faults = {}
    for migration in own_migrations():
        if migration not in known:
            app, name = migration.split(".")
            out = StringIO()
            call_command("sqlmigrate", app, name, stdout=out)
            # Django's own frame, which squawk is told of.
            sql = out.getvalue().strip().removeprefix("BEGIN;").removesuffix("COMMIT;")
            if found := complaints(sql):
                faults[migration] = found
    assert faults == {}
    assert connection.vendor == "postgresql"


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("ALTER TABLE entry RENAME COLUMN title TO name;", "renaming-column"),
        ("ALTER TABLE entry DROP COLUMN title;", "ban-drop-column"),
        ("CREATE INDEX entry_title ON entry (title);", "require-concurrent-index-creation"),
        ("ALTER TABLE entry ALTER COLUMN title SET NOT NULL;", "adding-not-nullable-field"),
        ("ALTER TABLE entry ADD COLUMN note text DEFAULT '' NOT NULL;", ""),
    ],
    ids=["rename", "drop", "index", "not null", "a column with a default"],
)
def test_control_the_gate_knows_what_stops_the_old_code(sql: str, rule: str) -> None:
    found = complaints(sql)
    assert (rule in found) if rule else found == []


def test_no_migration_of_the_first_release_is_gone() -> None:
    assert set(FIRST.read_text().split()) <= set(own_migrations())
