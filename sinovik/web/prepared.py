"""Questions that are asked all the time: Django writes their SQL once, not each time.

Writing a statement from a queryset takes Python ten times as long as asking it. See
docs/adr/0063-prepared-questions.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain, zip_longest
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import Value
from django.db.models.query import ModelIterable, ValuesIterable, get_related_populators
from django.db.transaction import TransactionManagementError

from sinovik.statements import kept_cursor

R = TypeVar("R")


class OneOf(models.Func):
    """Whether a column is one of the values in a list, whose length may differ each time."""

    template = "%(expressions)s::%(kind)s[])"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()

    def __init__(self, column: str, values: Any, kind: str = "bigint") -> None:
        given = values if isinstance(values, Value) else Value(list(values))
        super().__init__(models.F(column), given, kind=kind)


class HowMany(models.Func):
    """How many values a column has: `values_list(HowMany("pk"))` of a queryset without an order."""

    template = "count(DISTINCT %(expressions)s)"
    output_field = models.IntegerField()


def put(row: models.Model, name: str, related: Sequence[Any]) -> None:
    """Leave rows where `prefetch_related` would, so that `row.name.all()` asks nothing."""
    known: Any = getattr(row, name).all()
    known._result_cache, known._prefetch_done = list(related), True
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = known


@dataclass(frozen=True)
class _Blank:
    """Where a value goes that is known when the question is asked."""

    name: str


@dataclass(frozen=True)
class _Statement:
    """What is sent, and how what comes back is read; as Django's `ModelIterable` does it."""

    sql: str
    names: Sequence[str]
    locks: bool
    rows: Callable[[Iterable[Sequence[Any]]], Iterator[Any]]


class Prepared(Generic[R]):
    """A queryset with blanks: `ask` takes them by name and must take nothing from elsewhere.

    An instant or a day in it that is no blank would stay that of the first question, and is
    refused. Prefetching is not done. `end` goes behind the statement, for locks that Django
    does not know.
    """

    def __init__(
        self, ask: "Callable[..., models.QuerySet[Any, R]]", *names: str, end: str = ""
    ) -> None:
        self._ask = ask
        self._names = names
        self._end = end

    def all(self, **values: Any) -> list[R]:
        """The rows; one query."""
        statement = self._statement
        if statement.locks and not connection.in_atomic_block:
            raise TransactionManagementError("rows are locked inside a transaction")
        with kept_cursor() as cursor:
            cursor.execute(statement.sql, [values[name] for name in statement.names])
            return list(statement.rows(cursor.fetchall()))

    def first(self, **values: Any) -> R | None:
        """The first row, if any. All are read: ask for few."""
        return next(iter(self.all(**values)), None)

    def in_order(self, pks: Sequence[int], **values: Any) -> list[R]:
        """Rows of a model by their keys, which are the blank `pks`: in this order, one query.

        Those that are gone meanwhile are left out. No keys, no query.
        """
        rows: list[Any] = self.all(pks=[*pks], **values) if pks else []
        found = {row.pk: row for row in rows}
        return [found[pk] for pk in pks if pk in found]

    def get(self, **values: Any) -> R:
        """The one row; raises the model's DoesNotExist."""
        for row in self.all(**values):
            return row
        raise self._queryset().model.DoesNotExist

    def _queryset(self) -> "models.QuerySet[Any, R]":
        return self._ask(**{name: Value(_Blank(name)) for name in self._names})

    @cached_property
    def _statement(self) -> _Statement:
        queryset: Any = self._queryset()
        query = queryset.query
        compiler: Any = query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        if fixed := [one for one in parameters if isinstance(one, date)]:
            raise ValueError(f"{fixed} would be those of the first question")
        return _Statement(
            sql=_with_blanks_alone(f"{sql} {self._end}".rstrip(), parameters),
            names=[one.name for one in parameters if isinstance(one, _Blank)],
            locks=query.select_for_update or bool(self._end),
            rows=_reader(compiler, queryset._iterable_class),
        )


def _with_blanks_alone(sql: str, parameters: Sequence[Any]) -> str:
    """The statement with everything written into it but the blanks.

    So the server is asked to find the type of the blanks alone, which stand beside columns.
    """
    with connection.cursor() as cursor:
        written = [
            "%s" if isinstance(one, _Blank) else cursor.mogrify("%s", [one]).replace("%", "%%")
            for one in parameters
        ]
    parts = sql.split("%s")
    return "".join(chain.from_iterable(zip_longest(parts, written, fillvalue="")))


def _reader(
    compiler: Any, iterable: type[Any]
) -> Callable[[Iterable[Sequence[Any]]], Iterator[Any]]:
    """What makes of the database's rows those of the model, dictionaries or tuples."""
    select = compiler.select
    converters = compiler.get_converters([column for column, *_rest in select])
    build: Callable[[Sequence[Any]], Any] = tuple
    if issubclass(iterable, ModelIterable):
        build = _builder(compiler)
    elif issubclass(iterable, ValuesIterable):
        build = _named(compiler.query)

    def rows(found: Iterable[Sequence[Any]]) -> Iterator[Any]:
        return map(build, compiler.apply_converters(found, converters) if converters else found)

    return rows


def _named(query: Any) -> Callable[[Sequence[Any]], dict[str, Any]]:
    names = list(query.selected or (*query.values_select, *query.annotation_select))
    return lambda values: dict(zip(names, values, strict=True))


def _builder(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    select, info = compiler.select, compiler.klass_info
    columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
    names = [column.target.attname for column, *_rest in select[columns]]
    populators: Any = get_related_populators
    related = populators(info, select, DEFAULT_DB_ALIAS)
    annotations = compiler.annotation_col_map

    def build(values: Sequence[Any]) -> Any:
        row = info["model"].from_db(DEFAULT_DB_ALIAS, names, values[columns])
        for each in related:
            each.populate(values, row)
        for name, place in annotations.items():
            setattr(row, name, values[place])
        return row

    return build
