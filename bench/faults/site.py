"""The web server with two workers and the job worker, as `make demo` runs them."""

import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from sinovik.management.commands.demo import MANAGE, WORKER, web_command

READY_WITHIN = 120.0
GRACE = 20.0


class Site:
    """Processes that serve one database address; a job worker that ended is started again."""

    def __init__(
        self,
        directory: Path,
        address: str,
        port: int,
        *,
        settings: str = "sinovik.settings",
        proxies: int = 0,
    ) -> None:
        self.directory = directory
        self.port = port
        self.env = os.environ | {
            "DATABASE_URL": address,
            "SINOVIK_VAR": str(directory),
            "SINOVIK_ENV": "development",
            "DJANGO_SETTINGS_MODULE": settings,
            "SINOVIK_TRUSTED_PROXIES": str(proxies),
            "SITE_ADDRESS": f"http://127.0.0.1:{port}",
        }
        directory.mkdir(parents=True, exist_ok=True)
        self._log = (directory / "site.log").open("ab")
        self._web = self._start(*web_command(port))
        self._worker = self._start(sys.executable, MANAGE, *WORKER)

    def wait_until_ready(self) -> None:
        """Wait for both workers of the web server to have loaded."""
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            with (
                suppress(urllib.error.URLError, OSError),
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5),
            ):
                return
            time.sleep(0.2)
        raise TimeoutError(f"the site is not ready; see {self.directory / 'site.log'}")

    @property
    def web(self) -> int:
        """The process that starts the web server's workers."""
        return self._web.pid

    @property
    def jobs(self) -> int:
        """The job worker's process."""
        return self._worker.pid

    def kill_web_worker(self, chance: random.Random) -> None:
        """Kill one of the two; the web server starts another."""
        workers = children_of(self._web.pid)
        if workers:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)

    def kill_job_worker(self) -> None:
        """Kill it and start another, as an init system would."""
        self._worker.kill()
        self._worker.wait()
        self._worker = self._start(sys.executable, MANAGE, *WORKER)

    def keep_up(self) -> None:
        """Start again what ended by itself, as an init system would."""
        if self._worker.poll() is not None:
            self._worker = self._start(sys.executable, MANAGE, *WORKER)
        if self._web.poll() is not None:
            self._web = self._start(*web_command(self.port))

    def stop(self) -> None:
        """End everything."""
        for child in (self._web, self._worker):
            child.terminate()
        for child in (self._web, self._worker):
            try:
                child.wait(GRACE)
            except subprocess.TimeoutExpired:
                for each in (*children_of(child.pid), child.pid):
                    os.kill(each, signal.SIGKILL)
                child.wait()
        self._log.close()

    def _start(self, *command: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )


def children_of(pid: int) -> list[int]:
    """The processes that a process started and that still run."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in task.read_text().split():
                # The fork server and the tracker of Python's multiprocessing serve nothing.
                words = Path(f"/proc/{child}/cmdline").read_bytes()
                if b"resource_tracker" not in words:
                    found.append(int(child))
    return found
