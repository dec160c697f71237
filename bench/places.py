"""Where a measurement lives: never in the place of whoever asks for it."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MANAGE = Path(__file__).parents[1] / "manage.py"
PORTS = range(20_000, 32_000)
"""Below those that the kernel hands out to outgoing connections."""


def free_port() -> int:
    """A port that nobody listens on; another one at each call, whatever a run's seed."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def free_ports() -> tuple[int, int, int]:
    """Three of them."""
    found: set[int] = set()
    while len(found) < 3:
        found.add(free_port())
    first, second, third = found
    return first, second, third


@contextmanager
def own_directory(name: str, var: str = "") -> Iterator[Path]:
    """A directory that is forgotten; Django, set up inside, keeps its cluster in `var` there."""
    directory = Path(tempfile.mkdtemp(prefix=f"sinovik-{name}-"))
    os.environ["SINOVIK_VAR"] = str(directory / var)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sinovik.settings"
    os.environ.pop("DATABASE_URL", None)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def migrated_directory(name: str) -> Iterator[tuple[Path, Path]]:
    """`own_directory` with Django set up, and in it a database's files with all tables, to copy."""
    with own_directory(name, "seed") as directory:
        # In a process of its own, after which the server is stopped and its files are whole.
        subprocess.run([sys.executable, str(MANAGE), "migrate", "-v0"], check=True)
        import django

        django.setup()
        yield directory, directory / "seed" / "postgres" / "data"
