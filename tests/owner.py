"""The owner's hand in a test that has the web role's rights, in the same transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg.pq import TransactionStatus


@contextmanager
def as_owner() -> Iterator[Any]:
    """A cursor of the owner's; whatever runs inside has the owner's rights."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        try:
            yield cursor
        finally:
            # An error undoes the change of role with the transaction that it ends.
            if connection.connection.info.transaction_status != TransactionStatus.INERROR:
                cursor.execute(f"SET ROLE {settings.DATABASE_WEB_ROLE}")


@contextmanager
def past_triggers() -> Iterator[Any]:
    """`as_owner` with every trigger and foreign key passed by."""
    with as_owner() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")


def tell_the_planner() -> None:
    """Have it count what this transaction has written, which nobody else sees.

    Autovacuum may have found the tables empty before; a page of a test then took 16 s. Until
    the transaction ends, it leaves them alone. The tables of this database alone: those that
    all databases share would stay locked as long, and another worker's test would wait.
    """
    with as_owner() as cursor:
        cursor.execute("SELECT string_agg(relid::regclass::text, ', ') FROM pg_stat_user_tables")
        cursor.execute(f"ANALYZE {cursor.fetchone()[0]}")
