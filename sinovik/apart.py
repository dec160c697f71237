"""Jobs that take much memory, in a process of their own: it gives all of it back by ending.

A worker that has once written Parquet or looked over a season keeps 100 MB of it for good.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from procrastinate import JobContext
    from procrastinate.worker import Worker

PROGRAM = "import sys; sys.path.insert(0, sys.argv.pop(1)); from sinovik.apart import main; main()"
ROOT = Path(__file__).parents[1]
PR_SET_PDEATHSIG = 1
LOOKS_EVERY = 1.0
"""Seconds after which the worker looks whether a job was cancelled."""


class EndedBadly(RuntimeError):
    """The process of a job did not end well; the text has how, and all that it said."""


def apart(call_next: Callable[[], Any], context: "JobContext", worker: "Worker") -> None:
    """Run a task's job in a child with connections of its own: `task_middleware=[apart]`.

    For tasks that take plain values and give none back. Raises EndedBadly with the child's
    reason, JobAborted where the job was cancelled; the child is gone by then either way.
    A direct call of the task stays in its caller's process and transaction.
    """
    from procrastinate.exceptions import JobAborted

    job = context.job
    task = [job.task_name, json.dumps(job.task_kwargs)]
    with subprocess.Popen(  # noqa: S603 (our own program, no shell)
        [sys.executable, "-c", PROGRAM, str(ROOT), *task],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as child:
        try:
            while (said := _told_within(child, LOOKS_EVERY)) is None:
                if context.should_abort():
                    raise JobAborted
        except BaseException:
            # With what it has started itself.
            os.killpg(child.pid, signal.SIGKILL)
            raise
    if child.returncode:
        raise EndedBadly(f"{job.task_name} ended with {child.returncode}\n{said}")
    sys.stderr.write(said)


def _told_within(child: "subprocess.Popen[str]", seconds: float) -> str | None:
    """What a child has said when it ends in so many seconds, else None."""
    try:
        return child.communicate(timeout=seconds)[1]
    except subprocess.TimeoutExpired:
        return None


def follow_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Let this process be sent that signal when the one that started it ends."""
    # Linux alone; elsewhere a child of a killed process goes on to its end.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def main() -> None:
    """Run the task that the arguments name."""
    follow_parent(signal.SIGKILL)
    # systemd asks every process of a service to stop; the worker lets its jobs end, and so does
    # its child. What goes wrong kills both.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    import django

    django.setup()
    from procrastinate.contrib.django import app

    app.perform_import_paths()  # type: ignore[no-untyped-call]
    name, values = sys.argv[1:]
    app.tasks[name](**json.loads(values))
