"""The demo as a person runs it: one command, Ctrl-C, again."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from bench.places import free_port
from sinovik.postgres import WEB_ROLE, Cluster

ROOT = Path(__file__).parents[2]
FIRST_START = 240
# Five seconds on an idle machine; beside a suite and a browser on two cores it took over 20.
NEXT_START = 90


class Demo:
    """A demo of the small world with files of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        self.started: list[subprocess.Popen[str]] = []

    def start(self) -> None:
        env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        env |= {
            "SINOVIK_VAR": str(self.directory / "var"),
            "SINOVIK_DEMO_PASSWORD": "kopi pagi di Sleman",
            "PORT": str(self.port),
        }
        with (self.directory / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--scale", "small"],
                cwd=ROOT,
                env=env,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.started.append(self.process)

    def log(self) -> str:
        return (self.directory / "log").read_text()

    def wait_until_ready(self, seconds: float) -> None:
        assert self.process is not None
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log()
            try:
                with urllib.request.urlopen(self.address("/readyz"), timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        pytest.fail(f"not ready in {seconds} s: {self.log()}")

    def wait_until_greeted(self, times: int) -> None:
        deadline = time.monotonic() + NEXT_START
        while self.log().count("Kata sandi:") < times:
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(NEXT_START)

    def roles(self) -> set[str]:
        """As whom the web server and the job worker are in the database."""
        cluster = Cluster(self.directory / "var" / "postgres")
        with psycopg.connect(cluster.dsn("postgres")) as line:
            rows = line.execute(
                "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'sinovik'"
                " AND backend_type = 'client backend'"
            )
            return {role for (role,) in rows}

    def remains(self) -> list[str]:
        """Processes that still use the demo's files."""
        mark = str(self.directory)
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            try:
                theirs = mark in " ".join(process.info["cmdline"] or []) or (
                    process.environ().get("SINOVIK_VAR", "").startswith(mark)
                )
            except psutil.Error:
                continue
            if theirs and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(str(process))
        return found


@pytest.fixture
def demo() -> Iterator[Demo]:
    # Not tmp_path: each pytest closes its own to the account that the database runs as.
    with tempfile.TemporaryDirectory(prefix="sinovik-demo-") as name:
        demo = Demo(Path(name))
        yield demo
        for process in demo.started:
            if process.poll() is None:
                process.terminate()
                process.wait(NEXT_START)


@pytest.mark.slow
def test_demo_started_stopped_and_started_again_keeps_its_world(demo: Demo) -> None:
    demo.start()
    demo.wait_until_ready(FIRST_START)
    demo.wait_until_greeted(1)
    with urllib.request.urlopen(demo.address("/api/v1/editions/2019/funnel"), timeout=10) as answer:
        funnel = json.load(answer)
    assert funnel["simulated"] is True
    assert demo.roles() == {WEB_ROLE}
    # A second demo at the same port says so, in a sentence.
    first = demo.process
    demo.start()
    assert demo.process is not None
    assert demo.process.wait(NEXT_START) == 1
    demo.process = first
    assert f"Porta {demo.port} sedang dipakai" in demo.log()

    demo.stop(signal.SIGINT)
    assert demo.process is not None
    assert demo.process.returncode == 0
    assert demo.remains() == []

    built = demo.log().count("Pendaftaran 2019")
    demo.start()
    demo.wait_until_ready(NEXT_START)
    demo.wait_until_greeted(2)
    assert demo.log().count("Pendaftaran 2019") == built
    with urllib.request.urlopen(demo.address("/api/v1/editions/2019/funnel"), timeout=10) as answer:
        assert json.load(answer) == funnel

    # Killed hard, it leaves the port and the files to the next one, which then ends well.
    demo.stop(signal.SIGKILL)
    demo.start()
    demo.wait_until_ready(NEXT_START)
    demo.wait_until_greeted(3)
    demo.stop(signal.SIGTERM)
    assert demo.remains() == []
