"""The owner's hand on the database: its tables, and emptying it whole for demo worlds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection

from sinovik.postgres.roles import HAND

IDENTITY = ("USER", "PASSWORD", "HOST", "PORT")


@contextmanager
def as_owner() -> Iterator[None]:
    """Connect as the role that owns the tables, outside any transaction.

    Where one role is owner and web role both, nothing changes.
    """
    web = {key: connection.settings_dict[key] for key in (*IDENTITY, "OPTIONS")}
    _reconnect(_owner())
    try:
        yield
    finally:
        _reconnect(web)


@contextmanager
def owner_cursor() -> Iterator[Any]:
    """A cursor of the owner's on a line of its own; each statement is a transaction."""
    # Without a pool in its options the line is a new one, whatever the web role's pool holds.
    line = connection.copy()
    line.settings_dict |= _owner()
    try:
        with line.cursor() as cursor:
            yield cursor
    finally:
        line.close()


def empty_database() -> None:
    """Drop every table, function and row. Raises DatabaseError where the owner may not."""
    # Not TRUNCATE or flush: the ledger's triggers refuse them, as they should.
    connection.close()
    with owner_cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def _owner() -> dict[str, Any]:
    own: dict[str, Any] = settings.DATABASE_OWNER or connection.settings_dict
    options: dict[str, Any] = own.get("OPTIONS") or {}
    # A line for a few statements needs no pool.
    plain = {key: value for key, value in options.items() if key != "pool"}
    plain["options"] = f"{plain.get('options', '')} {HAND}".strip()
    return {key: own.get(key) or "" for key in IDENTITY} | {"OPTIONS": plain}


def _reconnect(identity: dict[str, Any]) -> None:
    connection.close()
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict.update(identity)
