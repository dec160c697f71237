"""Statements whose plan the server keeps, for what is asked and written all the time.

See docs/adr/0063-prepared-questions.md.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg import OperationalError
from psycopg.errors import FeatureNotSupported
from psycopg.pq import TransactionStatus

Row = TypeVar("Row", bound=models.Model)
STALE_PLAN = "RevalidateCachedQuery"
"""Where PostgreSQL's source refuses a kept statement whose columns have other types now."""
_ServerBinding: Any = ServerBindingCursor


class _KeptCursor(_ServerBinding):  # type: ignore[misc]
    """Notes what is sent, as psycopg does not for a statement that the server has already.

    Tests and logs ask for it.
    """

    def execute(self, *statement: Any, **options: Any) -> Any:
        """As psycopg does; see `_kept` for a column's type that has changed meanwhile."""
        return self._kept(super().execute, *statement, **options)

    def executemany(self, *statement: Any, **_options: Any) -> None:
        """As psycopg does, all in one go over the line; each one's rows are a set of results."""
        self._kept(super().executemany, *statement, returning=True)

    def _kept(self, send: Callable[..., Any], *statement: Any, **options: Any) -> Any:
        """Send, and once more where a release changed a column's type meanwhile.

        A transaction has failed by then: OperationalError, and the next one goes on.
        """
        try:
            return send(*statement, **options)
        except FeatureNotSupported as error:
            if error.diag.source_function != STALE_PLAN:
                raise
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                raise OperationalError("a column has another type now; ask again") from error
            # psycopg itself would send it in vain until a transaction is rolled back.
            self.connection.execute("DEALLOCATE ALL")
            return send(*statement, **options)

    def _send_query_prepared(self, name: bytes, pgq: Any, **options: Any) -> None:
        self._query = pgq
        super()._send_query_prepared(name, pgq, **options)


@contextmanager
def kept_cursor() -> Iterator[Any]:
    """A cursor whose statement the server keeps, once it was sent a few times, with its plan.

    Django's own sends each statement as a text of its own, which is planned each time.
    """
    bare: Any = connection
    bare.close_if_health_check_failed()
    bare.ensure_connection()
    with bare.wrap_database_errors:
        raw = _KeptCursor(bare.connection)
    with bare._prepare_cursor(raw) as cursor:
        yield cursor


def insert(rows: Sequence[Row]) -> list[Row]:
    """Insert new rows of one model; returns them with their numbers, which the database draws.

    The server keeps the plan. For up to some ten rows this takes a third of the time of
    `bulk_create`, which writes a statement anew each time; from a hundred on, about as long. No
    signal is sent.
    """
    if not rows:
        return []
    fields, sql = _insertion(type(rows[0]))
    # Not `connection`, which looks up the thread's own at each of a row's columns.
    line = connections[DEFAULT_DB_ALIAS]
    values = []
    for row in rows:
        row._prepare_related_fields_for_save(operation_name="bulk_create")  # type: ignore[attr-defined]
        values.append([field.get_db_prep_save(field.pre_save(row, True), line) for field in fields])
    with kept_cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(sql, *values)
        else:
            cursor.executemany(sql, values)
        for row in rows:
            (row.pk,) = cursor.fetchone()
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
            cursor.nextset()
    return list(rows)


@cache
def _insertion(model: type[models.Model]) -> tuple[list[Any], str]:
    """A row's columns but its number, and the statement that takes them."""
    key: Any = model._meta.pk
    fields: list[Any] = [field for field in model._meta.concrete_fields if field is not key]
    if (
        not key.db_returning
        or model._meta.parents
        or any(field.generated or field.has_db_default() for field in fields)
    ):
        raise TypeError(f"{model._meta.label} is not inserted so")
    name = connection.ops.quote_name
    # Lists say their type.
    places = [
        field.get_placeholder(None, None, connection) if hasattr(field, "get_placeholder") else "%s"
        for field in fields
    ]
    columns = ", ".join(name(field.column) for field in fields)
    return fields, (
        f"INSERT INTO {name(model._meta.db_table)} ({columns})"  # noqa: S608 (names from code)
        f" VALUES ({', '.join(places)}) RETURNING {name(key.column)}"
    )


def update(rows: Sequence[models.Model], *names: str) -> None:
    """Write these fields of rows of one model, each row's own values, in one statement.

    The server keeps the plan. `bulk_update` writes two conditions a row and field anew each
    time. No signal is sent.
    """
    if not rows:
        return
    fields, sql = _updating(type(rows[0]), names)
    line = connections[DEFAULT_DB_ALIAS]
    for row in rows:
        row._prepare_related_fields_for_save(operation_name="bulk_update")  # type: ignore[attr-defined]
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), line) for row in rows]
        for field in fields
    ]
    with kept_cursor() as cursor:
        cursor.execute(sql, values)


@cache
def _updating(model: type[models.Model], names: Sequence[str]) -> tuple[list[Any], str]:
    """The number and the named columns of a row, and the statement that takes a list of each."""
    key: Any = model._meta.pk
    fields: list[Any] = [key, *map(model._meta.get_field, names)]
    if any(hasattr(field, "get_placeholder") for field in fields):
        raise TypeError(f"{names} of {model._meta.label} do not all go into lists")
    name = connection.ops.quote_name
    lists = ", ".join(f"%s::{field.db_type(connection).split('(')[0]}[]" for field in fields)
    columns = [name(field.column) for field in fields]
    given = ", ".join(columns)
    table, values = name(model._meta.db_table), ", ".join(f"given.{one}" for one in columns[1:])
    return fields, (
        f"UPDATE {table} SET ({', '.join(columns[1:])}) = ROW({values})"  # noqa: S608 (names from code)
        f" FROM unnest({lists}) AS given ({given}) WHERE {table}.{columns[0]} = given.{columns[0]}"
    )
