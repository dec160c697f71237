"""Two threads at one row, each on a connection of its own.

A race test has a control: the same walk without the lock, which must end badly. Otherwise
nothing shows that the two threads ever met.
"""

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest
from django.db import connection, transaction

from agencies.models import User
from sinovik.audit import clock

PATIENCE = 2.0
"""Seconds after which a thread that waits counts as held up by a lock."""


def start(work: Callable[[], Any]) -> "Future[Any]":
    """Run `work` on a connection of its own."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    return future


def outcome(future: "Future[Any]") -> Any:
    """What the thread returned or raised."""
    return future.exception(timeout=20) or future.result()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Start all of them; their outcomes in order."""
    return [outcome(future) for future in [start(work) for work in works]]


def during(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """Start `second` while `first` is done but not committed; outcomes of both."""
    done, go_on = Event(), Event()

    def slowly() -> Any:
        with transaction.atomic():
            result = first()
            done.set()
            go_on.wait(10)
        return result

    slow = start(slowly)
    assert done.wait(10)
    other = start(second)
    with contextlib.suppress(TimeoutError):
        other.exception(timeout=PATIENCE)
    go_on.set()
    return outcome(slow), outcome(other)


def meet_before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Make both threads wait for each other before a step, unless a lock keeps one away."""
    meeting = Barrier(2)
    original = getattr(owner, name)

    def step(*args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(BrokenBarrierError):
            meeting.wait(PATIENCE)
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, step)


def meet_after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Make both threads wait for each other after a step that reads: neither sees the other's."""
    meeting = Barrier(2)
    original = getattr(owner, name)

    def step(*args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        with contextlib.suppress(BrokenBarrierError):
            meeting.wait(PATIENCE)
        return found

    monkeypatch.setattr(owner, name, step)


def same(user: User) -> User:
    """The person as another process knows them."""
    return User.objects.get(pk=user.pk)


def unlocked(rows: Any) -> Any:
    """Stands in for `locked` in a control."""
    return rows


def at(instant: datetime, work: Callable[[], Any]) -> Callable[[], Any]:
    """`work` with the clock stopped in its own thread."""

    def run() -> Any:
        with clock.at(instant):
            return work()

    return run
