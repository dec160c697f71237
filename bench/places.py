"""Where a measurement lives: never in the place of whoever asks for it."""

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
