"""The demo's children stop together, whoever ends first."""

import os
import signal
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
    pids = [child.pid for child in children._running.values()]
    children.check()
    children.stop()
    assert not any(alive(pid) for pid in pids)


def test_stubborn_child_is_killed(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sinovik.management.processes.GRACE", 0.5)
    children.start("stubborn", sys.executable, "-c", STUBBORN)
    time.sleep(0.3)
    pid = children._running["stubborn"].pid
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
