"""Statements whose plan the server keeps, for what is asked and written all the time.

See docs/adr/0063-prepared-questions.md.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
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
        """As psycopg does, and once more where a release changed a column's type meanwhile.

        A transaction has failed by then: OperationalError, and the next one goes on.
        """
        try:
            return super().execute(*statement, **options)
        except FeatureNotSupported as error:
            if error.diag.source_function != STALE_PLAN:
                raise
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                raise OperationalError("a column has another type now; ask again") from error
            # psycopg itself would send it in vain until a transaction is rolled back.
            self.connection.execute("DEALLOCATE ALL")
            return super().execute(*statement, **options)

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


def insert(rows: Sequence[Row], *, batch_size: int) -> list[Row]:
    """Insert new rows of one model; returns them with their numbers, which the database draws.

    A single one by a statement of which the server keeps the plan, several by `bulk_create`.
    """
    if not rows:
        return []
    if len(rows) > 1:
        manager: Any = type(rows[0])._default_manager
        created: list[Row] = manager.bulk_create(rows, batch_size=batch_size)
        return created
    (row,) = rows
    row._prepare_related_fields_for_save(operation_name="bulk_create")  # type: ignore[attr-defined]
    fields, sql = _insertion(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with kept_cursor() as cursor:
        cursor.execute(sql, values)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return [row]


@cache
def _insertion(model: type[models.Model]) -> tuple[list[Any], str]:
    """A row's columns but its number, and the statement that takes them."""
    key: Any = model._meta.pk
    fields: list[Any] = [field for field in model._meta.concrete_fields if field is not key]
    if not key.db_returning or model._meta.parents or any(field.generated for field in fields):
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
