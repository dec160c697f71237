"""Two threads at one row, each on a connection of its own.

A race test has a control: the same walk without the lock, which must end badly. Otherwise
nothing shows that the two threads ever met.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from threading import Event, current_thread, main_thread
from typing import Any

import pytest
from django.db import connection, transaction

from agencies.models import User
from sinovik.audit import clock

PATIENCE = 10.0
"""Seconds after which nobody is waited for any more; who waits for a lock is seen at once."""
HELD_UP = """SELECT EXISTS (
    SELECT FROM pg_locks AS waiting WHERE NOT granted AND EXISTS (
        SELECT FROM pg_locks AS here JOIN pg_database ON oid = database
        WHERE here.pid = waiting.pid AND datname = current_database()))"""


_ended: list[None] = []
"""One for each thread that is done."""


def start(work: Callable[[], Any]) -> "Future[Any]":
    """Run `work` on a connection of its own."""

    def run() -> Any:
        try:
            return work()
        finally:
            _ended.append(None)
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


def is_held_up() -> bool:
    """Tell whether somebody in this database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(HELD_UP)
        return bool(cursor.fetchone()[0])


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until it is so, or cannot become so because a lock holds somebody up."""
    deadline = time.monotonic() + PATIENCE
    while not is_so() and not is_held_up() and time.monotonic() < deadline:
        time.sleep(0.01)


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
    deadline = time.monotonic() + PATIENCE
    while not done.wait(0.01) and time.monotonic() < deadline:
        if slow.done():
            raise AssertionError("the first ended early") from slow.exception()
    assert done.is_set(), "the first is still at it"
    other = start(second)
    wait_until(other.done)
    go_on.set()
    return outcome(slow), outcome(other)


class Meeting:
    """Threads wait here for each other, unless a lock keeps one away or one ends before."""

    def __init__(self, number: int = 2) -> None:
        self.number = number + len(_ended)
        self.come: list[None] = []

    def join(self) -> None:
        if current_thread() is main_thread():
            # The test itself, on the way to the race.
            return
        self.come.append(None)
        wait_until(lambda: len(self.come) + len(_ended) >= self.number)


def meet_before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Make both threads wait for each other before a step."""
    meeting, original = Meeting(), getattr(owner, name)

    def step(*args: Any, **kwargs: Any) -> Any:
        meeting.join()
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, step)


def meet_after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Make both threads wait for each other after a step that reads: neither sees the other's."""
    meeting, original = Meeting(), getattr(owner, name)

    def step(*args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        meeting.join()
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
