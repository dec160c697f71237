"""The demo world and its site in a directory of its own, forgotten afterwards."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench import memory
from bench.places import free_port
from bench.site.visiting import Visitor

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 1800.0
PASSWORD = "SINOVIK_DEMO_PASSWORD"


@contextmanager
def demo(given: str | None) -> Iterator[tuple[str, str]]:
    """Address and password of a running demo: the one given, or one that is built for this."""
    if given:
        password = os.environ.get(PASSWORD)
        if not password:
            sys.exit(f"Name the password of the demo accounts in {PASSWORD}.")
        yield given.rstrip("/"), password
        return
    directory = Path(tempfile.mkdtemp(prefix="sinovik-site-"))
    password, port = secrets.token_urlsafe(9), free_port()
    environment = os.environ | {"SINOVIK_VAR": str(directory), PASSWORD: password}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, str(ROOT / "manage.py"), "demo", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        base = f"http://localhost:{port}"
        _wait(server, base)
        yield base, password
        print("\n".join(memory.told(server.pid)))
    finally:
        server.terminate()
        server.wait(60)
        shutil.rmtree(directory, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes], base: str) -> None:
    print("Building the demo world (some minutes) ...", flush=True)
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit("The demo ended by itself.")
        # The catalogue names parts of a page that are there with the first files.
        with suppress(OSError):
            if b"download>PARQUET" in Visitor(base).get("/data/").body:
                return
        time.sleep(1)
    sys.exit("The demo is not ready.")
