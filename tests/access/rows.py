"""What a request wrote, row by row."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from tests.access.owners import Owners

APART = frozenset(
    "django_session procrastinate_jobs procrastinate_events public_change audit_rowchange".split()
)
"""The visit, the queue, and what triggers note of changes that the tables themselves show."""
Row = dict[str, Any]


class Written:
    """Rows that were inserted or changed, and gone, by table; filled when the block ends."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.gone: dict[str, list[Row]] = {}

    @property
    def tables(self) -> set[str]:
        """Where something was changed."""
        return set(self.rows) | {table for table, rows in self.gone.items() if rows}

    def foreign(self, owners: Owners, relations: tuple[str, ...]) -> list[str]:
        """What was written that names a row of one of these relations, or is one."""
        named = []
        for table, rows in (*self.rows.items(), *self.gone.items()):
            for field in MODELS[table]._meta.concrete_fields if table in MODELS else ():
                related: Any = field.model if field.primary_key else field.related_model
                for row in rows if related else ():
                    value = row[str(field.column)]
                    if value is not None and owners.of(related, value) in relations:
                        named.append(f"{table}.{field.column} = {value}")
        return named


MODELS: dict[str, type[Model]] = {model._meta.db_table: model for model in apps.get_models()}


def counts() -> dict[str, tuple[int, int]]:
    """How many rows of each table this transaction has put and taken away so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {table: (put, gone) for table, put, gone in cursor.fetchall()}


def _rows(table: str, first: int = 0) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT to_jsonb(t)::text FROM "{table}" t'
            " WHERE xmin::text::bigint >= %s ORDER BY ctid",
            [first],
        )
        return [json.loads(text) for (text,) in cursor.fetchall()]


@contextmanager
def written() -> Iterator[Written]:
    """Note what is written in a savepoint, which is then rolled back."""
    found, before, left = Written(), counts(), {}
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A row of our own tells the first number of what the savepoint writes.
            cursor.execute(
                "INSERT INTO django_session VALUES ('begun', '', now())"
                " RETURNING xmin::text::bigint"
            )
            (first,) = cursor.fetchone()
        yield found
        for table, (put, gone) in counts().items():
            put_before, gone_before = before.get(table, (0, 0))
            if table in APART:
                continue
            if put > put_before:
                found.rows[table] = _rows(table, first)
            if gone > gone_before:
                left[table] = _rows(table)
        transaction.set_rollback(True)
    for table, rows in left.items():
        found.gone[table] = [row for row in _rows(table) if row not in rows]
