"""The one source of "now". The world builder and tests move it; production never does."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

LONGEST_WAIT = timedelta(minutes=5)
"""As long as nginx waits for an answer of the site (`deploy/nginx/sinovik.conf`)."""

_DATABASE_NOW = "SELECT clock_timestamp()"
_instant: ContextVar[datetime | None] = ContextVar("sinovik_instant", default=None)
_waited: ContextVar[timedelta] = ContextVar("sinovik_waited", default=timedelta(0))


def now() -> datetime:
    """Tell the instant as the application sees it, aware, in UTC."""
    return _instant.get() or timezone.now()


def today() -> date:
    """The day in Jakarta, whatever the zone of who reads; until seven that of UTC is another."""
    return timezone.localdate(now(), timezone.get_default_timezone())


def is_stopped() -> bool:
    """Tell whether somebody moved the clock."""
    return _instant.get() is not None


def database_now() -> datetime:
    """Tell the instant as the database sees it: the clock that decides deadlines.

    Call it after the rows are locked: unlike ``now()`` of SQL, ``clock_timestamp()`` moves
    inside a transaction.
    """
    if instant := _instant.get():
        return instant
    with connection.cursor() as cursor:
        cursor.execute(_DATABASE_NOW)
        found: datetime = cursor.fetchone()[0]
    return found


def arrived() -> datetime:
    """Tell when that arrived which is being answered, by the database's clock.

    This decides deadlines: the time that a request stood in a queue of ours is not its
    sender's. Call it after the rows are locked, and once: it moves with the database's clock.
    """
    return database_now() - _waited.get()


def longest_wait() -> timedelta:
    """How long something that came in time may still stand in a queue of ours."""
    return LONGEST_WAIT if settings.TRUSTED_PROXIES else timedelta(0)


@contextmanager
def after(waited: timedelta) -> Iterator[None]:
    """Say that what is answered inside the block has waited so long already."""
    token = _waited.set(min(max(waited, timedelta(0)), LONGEST_WAIT))
    try:
        yield
    finally:
        _waited.reset(token)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Stop the clock at ``instant`` (aware) inside the block."""
    if timezone.is_naive(instant):
        raise ValueError("the clock needs an aware instant")
    token = _instant.set(instant)
    try:
        yield
    finally:
        _instant.reset(token)
