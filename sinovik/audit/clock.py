"""The one source of "now". The world builder and tests move it; production never does."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection
from django.utils import timezone

_instant: ContextVar[datetime | None] = ContextVar("sinovik_instant", default=None)


def now() -> datetime:
    """Tell the instant as the application sees it, aware, in UTC."""
    return _instant.get() or timezone.now()


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
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


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
