"""Whether a commit is certain.

A COMMIT that waits for a synchronous standby may be cancelled. PostgreSQL then reports
success and a WARNING, and after a failover the row may be gone. Who hands out a proof must
not do so then.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection
from psycopg.errors import Diagnostic

P = ParamSpec("P")
R = TypeVar("R")

# Where PostgreSQL's source raises it; the sentence may be translated, the name is not.
SOURCE_FUNCTION = "SyncRepWaitForLSN"
SENTENCE = "wait for synchronous replication"

_is_doubtful: ContextVar[bool] = ContextVar("sinovik_outcome", default=False)


class OutcomeUnknown(Exception):
    """The database can't say whether the change will last. Ask again; don't assume either."""


def note(diagnostic: Diagnostic) -> None:
    """Remember the one notice that puts a commit in doubt (a psycopg notice handler)."""
    sentence = diagnostic.message_primary or ""
    if diagnostic.source_function == SOURCE_FUNCTION or SENTENCE in sentence:
        _is_doubtful.set(True)


def watch(*, connection: Any, **_signal: Any) -> None:
    """Listen to the notices of a connection (a receiver of `connection_created`)."""
    driver = connection.connection
    # A pooled connection comes back with the handler it had.
    with suppress(ValueError):
        driver.remove_notice_handler(note)
    driver.add_notice_handler(note)


@contextmanager
def doubts() -> Iterator[Callable[[], bool]]:
    """Tell, inside the block, whether a commit so far was put in doubt."""
    token = _is_doubtful.set(False)
    try:
        yield _is_doubtful.get
    finally:
        _is_doubtful.reset(token)


def certain(action: Callable[P, R]) -> Callable[P, R]:
    """Raise OutcomeUnknown where the action's commit is in doubt; goes outside `atomic`."""

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _is_doubtful.set(False)
        connection.ensure_connection()
        line = connection.connection
        try:
            result = action(*args, **kwargs)
            if _is_doubtful.get():
                raise OutcomeUnknown
        except (OperationalError, InterfaceError) as error:
            if _is_lost(line):
                raise OutcomeUnknown from error
            raise
        finally:
            _is_doubtful.reset(token)
        return result

    return run


def _is_lost(line: Any) -> bool:
    """Whether the line broke: the answer to a COMMIT may have been on it.

    Django may have opened another one meanwhile.
    """
    if connection.in_atomic_block or (connection.connection is line and connection.is_usable()):
        return False
    if connection.connection is line:
        # The page that tells of it needs a line that works.
        connection.close()
    return True
