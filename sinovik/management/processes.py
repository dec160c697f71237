"""A few child processes that live and die together."""

import os
import signal
import subprocess  # the children are our own programs
import time
from types import FrameType

from sinovik.apart import follow_parent

GRACE = 8.0


class ChildEnded(RuntimeError):
    """A child that should run on has ended; the text names it."""


class StopAsked(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM. Not an Exception: nothing may swallow it."""


class Children:
    """Start them, watch them, stop them all.

    Known by their numbers alone, so that a program that takes this one's place can go on with
    them: `running` is what another instance of the same process had as its `running`.
    """

    def __init__(self, running: dict[str, int] | None = None) -> None:
        self.running = dict(running or {})

    def start(
        self, name: str, *command: str, env: dict[str, str] | None = None, quiet: bool = False
    ) -> None:
        """Run ``command`` in a session of its own, so that only we pass signals on to it.

        A quiet one says only what it writes to standard error.
        """
        child = subprocess.Popen(  # noqa: S603 (fixed programs, no shell)
            command,
            env=os.environ | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else None,
            start_new_session=True,
            preexec_fn=follow_parent,
        )
        self.running[name] = child.pid
        # We wait for it ourselves; without this it would complain of being forgotten.
        child.returncode = 0

    def check(self) -> None:
        """Raise ChildEnded when one of them is gone."""
        for name, pid in list(self.running.items()):
            if (code := _ended(pid)) is not None:
                del self.running[name]
                raise ChildEnded(f"{name} ({code})")

    def watch(self) -> None:
        """Wait until one ends (ChildEnded) or somebody asks to stop (StopAsked)."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ask all to end, kill with their descendants those that do not in time."""
        staying = [pid for pid in self.running.values() if _ended(pid) is None]
        for pid in staying:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while staying and time.monotonic() < deadline:
            time.sleep(0.05)
            staying = [pid for pid in staying if _ended(pid) is None]
        for pid in staying:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self.running.clear()


def _ended(pid: int) -> int | None:
    """How a child ended (as `Popen.returncode`), None while it runs; asked once after its end."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def raise_on_signals() -> None:
    """Turn SIGTERM, SIGINT and SIGHUP into StopAsked, once; later ones are ignored."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise StopAsked(number)

    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, stop)
