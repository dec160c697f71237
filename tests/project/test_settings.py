"""Production starts with its secrets or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "SINOVIK_ENV": "production",
    "SECRET_KEY": "only-for-this-test-" + "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "ALLOWED_HOSTS": "sinovik.invalid",
    "DATABASE_URL": "postgres://sinovik@db.invalid/sinovik",
    "EMAIL_URL": "smtp://mail.invalid:25",
    "SITE_ADDRESS": "https://sinovik.invalid",
    "SINOVIK_RECEIPT_KEY": "b25seS1mb3ItdGhlLWRlcGxveW1lbnQtY2hlY2stMDE=",
}
INHERITED = ["PATH", "HOME", "SINOVIK_VAR"]
NEEDED = [name for name in PRODUCTION if name != "SINOVIK_ENV"]


def start(changed: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    given = {name: value for name, value in (PRODUCTION | changed).items() if value}
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        env=inherited | given | {"DJANGO_SETTINGS_MODULE": "sinovik.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", NEEDED)
def test_production_without_a_secret_refuses_and_names_it(name: str) -> None:
    done = start({name: ""}, "-c", "import sinovik.settings")
    assert done.returncode != 0
    assert f'"{name}" not set' in done.stderr


def test_production_with_a_short_key_refuses() -> None:
    done = start({"SECRET_KEY": "short"}, "-c", "import sinovik.settings")
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr


def test_production_that_answers_to_every_host_refuses() -> None:
    done = start({"ALLOWED_HOSTS": "sinovik.invalid,*"}, "-c", "import sinovik.settings")
    assert done.returncode != 0
    assert "ALLOWED_HOSTS" in done.stderr


@pytest.mark.parametrize("key", ["short", "AAAA", "-----BEGIN PRIVATE KEY-----"])
def test_production_with_a_key_that_cannot_sign_refuses(key: str) -> None:
    done = start({"SINOVIK_RECEIPT_KEY": key}, "manage.py", "check")
    assert done.returncode != 0
    assert "SINOVIK_RECEIPT_KEY must be" in done.stderr


def test_production_passes_the_deployment_check() -> None:
    done = start({}, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
