"""A few child processes that live and die together."""

import ctypes
import os
import signal
import subprocess  # the children are our own programs
import sys
import time
from types import FrameType

GRACE = 8.0
PR_SET_PDEATHSIG = 1


class ChildEnded(RuntimeError):
    """A child that should run on has ended; the text names it."""


class StopAsked(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM. Not an Exception: nothing may swallow it."""


def follow_parent() -> None:
    """Let a child end with us: called in the child before its program begins."""
    # Should the parent be killed, Linux ends the child too; elsewhere it is left to stop().
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Children:
    """Start them, watch them, stop them all."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(
        self, name: str, *command: str, env: dict[str, str] | None = None, quiet: bool = False
    ) -> None:
        """Run ``command`` in a session of its own, so that only we pass signals on to it.

        A quiet one says only what it writes to standard error.
        """
        self._running[name] = subprocess.Popen(  # noqa: S603 (fixed programs, no shell)
            command,
            env=os.environ | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else None,
            start_new_session=True,
            preexec_fn=follow_parent,
        )

    def check(self) -> None:
        """Raise ChildEnded when one of them is gone."""
        for name, child in self._running.items():
            if child.poll() is not None:
                raise ChildEnded(f"{name} ({child.returncode})")

    def watch(self) -> None:
        """Wait until one ends (ChildEnded) or somebody asks to stop (StopAsked)."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ask all to end, kill with their descendants those that do not in time."""
        for child in self._running.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE
        for child in self._running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._running.clear()


def raise_on_signals() -> None:
    """Turn SIGTERM, SIGINT and SIGHUP into StopAsked, once; later ones are ignored."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise StopAsked(number)

    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, stop)
