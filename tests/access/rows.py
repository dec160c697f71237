"""What a request wrote, row by row."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from tests.access.owners import Owners

APART = frozenset({"django_session", "procrastinate_jobs", "procrastinate_events"})
"""The visit and the queue."""
Row = dict[str, Any]


class Written:
    """Rows that were inserted or changed inside the block, by table; filled when it ends."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}

    def foreign(self, owners: Owners, relations: tuple[str, ...]) -> list[str]:
        """Columns of what was written that name a row of one of these relations."""
        named = []
        for table, rows in self.rows.items():
            model = MODELS.get(table)
            if model is None:
                continue
            for field in model._meta.concrete_fields:
                if not field.is_relation or field.related_model is None:
                    continue
                for row in rows:
                    value = row[field.column]
                    if value is not None and owners.of(field.related_model, value) in relations:
                        named.append(f"{table}.{field.column} = {value}")
        return named


MODELS: dict[str, type[Model]] = {model._meta.db_table: model for model in apps.get_models()}


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd > 0"
        )
        return dict(cursor.fetchall())


@contextmanager
def written() -> Iterator[Written]:
    """Note what is written in a savepoint, which is then rolled back."""
    found, before = Written(), _counts()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE IF NOT EXISTS begun (mark int)")
            cursor.execute("INSERT INTO begun VALUES (1) RETURNING xmin::text::bigint")
            (first,) = cursor.fetchone()
        yield found
        with connection.cursor() as cursor:
            for table, count in _counts().items():
                if count == before.get(table, 0) or table in APART or table == "begun":
                    continue
                cursor.execute(
                    f'SELECT to_jsonb(t)::text FROM "{table}" t'
                    " WHERE xmin::text::bigint >= %s ORDER BY ctid",
                    [first],
                )
                found.rows[table] = [json.loads(text) for (text,) in cursor.fetchall()]
        transaction.set_rollback(True)
