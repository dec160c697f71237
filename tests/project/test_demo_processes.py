"""The demo's children stop together, whoever ends first."""

import os
import signal
import subprocess
import sys
import time

import pytest

from sinovik.management.processes import ChildEnded, Children, StopAsked, raise_on_signals

SLEEP = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


@pytest.fixture
def children() -> Children:
    return Children()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_children_stopped_are_gone(children: Children) -> None:
    children.start("a", sys.executable, "-c", SLEEP)
    children.start("b", sys.executable, "-c", SLEEP)
    pids = list(children.running.values())
    children.check()
    children.stop()
    assert not any(alive(pid) for pid in pids)


def test_stubborn_child_is_killed(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sinovik.management.processes.GRACE", 0.5)
    children.start("stubborn", sys.executable, "-c", STUBBORN)
    time.sleep(0.3)
    pid = children.running["stubborn"]
    children.stop()
    assert not alive(pid)


def test_child_that_ends_is_named(children: Children) -> None:
    children.start("short", sys.executable, "-c", "raise SystemExit(3)")
    with pytest.raises(ChildEnded, match=r"short \(3\)"):
        children.watch()
    children.stop()


def test_signal_becomes_a_wish_to_stop(children: Children) -> None:
    kept = {number: signal.getsignal(number) for number in (15, 2, 1)}
    try:
        raise_on_signals()
        with pytest.raises(StopAsked):
            os.kill(os.getpid(), signal.SIGTERM)
        # A second one, while things stop, changes nothing.
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


BECOMING = f"""
import signal, sys
from sinovik.management.processes import Children
from sinovik.management.watching import ASKING, go_on_without_django

signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)
children = Children()
children.start("sleeper", sys.executable, "-c", {SLEEP!r}, quiet=True)
children.start("short", sys.executable, "-c", "import time; time.sleep(float(sys.argv[1]))"
               .replace("import", "import sys,"), sys.argv[1], quiet=True)
print(*children.running.values(), flush=True)
go_on_without_django(children, None)
"""


@pytest.mark.parametrize(("short", "code"), [("60", 0), ("0.5", 1)])
def test_watcher_in_the_starters_place_stops_what_it_started(short: str, code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BECOMING, short],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as starter:
        assert starter.stdout is not None
        pids = [int(pid) for pid in starter.stdout.readline().split()]
        if not code:
            # Asked while one program becomes the other.
            starter.send_signal(signal.SIGINT)
        said = starter.stdout.read()
        assert starter.wait(60) == code, said
    assert not any(alive(pid) for pid in pids)
    assert ("short (0)" in said) == bool(code), said
    assert "Semua proses sudah berhenti" in said
