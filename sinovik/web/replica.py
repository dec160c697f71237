"""Public pages from a replica: what everybody sees alike is read there, all else on the primary.

The replica takes the primary's place for the time of the reading, in this thread: statements
written by hand go there like those of models. See docs/adr/0060-read-replica.md.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    InternalError,
    OperationalError,
    connections,
)
from django.http import HttpRequest, HttpResponse

T = TypeVar("T")
ALIAS = "replica"
LONGEST_LAG = 5.0
LOOKS_EVERY = 1.0
# InternalError: a page wanted to write or lock a row, which no replica can.
AWAY = (OperationalError, InterfaceError, InternalError)
WROTE = "sinovik_wrote"
WRITTEN = "SELECT pg_current_wal_lsn() - '0/0'"
REPLAYED = "SELECT pg_last_wal_replay_lsn() - '0/0'"


class Watch:
    """Whether the replica is there and near enough, looked up once a second by one thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._looked_at = self._as_of = float("-inf")
        self._places: deque[tuple[float, int]] = deque(maxlen=600)
        self._is_near = False

    def is_near(self) -> bool:
        """Whether it may be asked now."""
        now = time.monotonic()
        if now - self._looked_at >= LOOKS_EVERY and self._lock.acquire(blocking=False):
            try:
                self._is_near = self._look(now)
                self._looked_at = time.monotonic()
            finally:
                self._lock.release()
        return self._is_near

    def leave(self) -> None:
        """Ask the primary until the next look."""
        self._is_near, self._looked_at = False, time.monotonic()

    def _look(self, now: float) -> bool:
        """Note how far the primary has written; the newest note that was replayed is the lag."""
        try:
            replayed = _ask(ALIAS, REPLAYED)
        except AWAY:
            return False
        try:
            written = _ask(DEFAULT_DB_ALIAS, WRITTEN)
        except AWAY:
            # Nobody can write: nothing is nearer than the replica.
            return replayed is not None
        if replayed is None or written is None:
            return False
        self._places.append((now, written))
        while self._places and self._places[0][1] <= replayed:
            self._as_of, _place = self._places.popleft()
        return now - self._as_of <= LONGEST_LAG


watch = Watch()


def read(request: HttpRequest, work: Callable[[], T]) -> T:
    """Do what only reads, on the replica where it may; again on the primary where that fails.

    Decided once a request, since a mark of the primary may not stand on the replica's rows.
    """
    if not hasattr(request, "reads_replica"):
        request.reads_replica = (  # type: ignore[attr-defined]
            ALIAS in connections.databases and WROTE not in request.COOKIES and watch.is_near()
        )
    if request.reads_replica:  # type: ignore[attr-defined]
        try:
            with _in_place_of_the_primary():
                return work()
        except AWAY:
            watch.leave()
            request.reads_replica = False  # type: ignore[attr-defined]
    return work()


def pin(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let who has just sent something, with a session or without, see what came of it."""
    if ALIAS in connections.databases and request.method not in ("GET", "HEAD", "OPTIONS"):
        response.set_cookie(
            WROTE,
            "1",
            max_age=2 * int(LONGEST_LAG),
            secure=settings.CSRF_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@contextmanager
def _in_place_of_the_primary() -> Iterator[None]:
    primary = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connections[ALIAS]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = primary


def _ask(alias: str, question: str) -> int | None:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(question)
            (place,) = cursor.fetchone()
    except AWAY:
        # Or the dead line would be asked again.
        connections[alias].close()
        raise
    return None if place is None else int(place)
