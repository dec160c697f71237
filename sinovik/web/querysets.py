"""QuerySet bases shared by the apps."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

M = TypeVar("M", bound=models.Model)


def counted_beside(rows: "QuerySet[Any]") -> Coalesce:
    """How many of these rows there are, counted beside the outer row instead of joined to it.

    `rows` name the outer row by OuterRef; 0 where there are none.
    """
    everything = rows.order_by().annotate(everything=Value(1)).values("everything")
    counted = everything.annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class LockableQuerySet(models.QuerySet[M]):
    """A QuerySet whose rows can be locked exactly."""

    def locked(self) -> Self:
        """Lock the rows themselves and nothing joined to them.

        NO KEY UPDATE leaves foreign-key checks of others free to run
        (les-emplois, coding style). A row that was waited for is read afresh, what is joined to
        it is not, and is missing where the row names another by then: join nothing that may
        change meanwhile.
        """
        return self.select_for_update(of=("self",), no_key=True)


class ImmutableQuerySet(LockableQuerySet[M]):
    """Rows that may be added and never changed; a trigger says the same to raw SQL."""

    def update(self, **kwargs: Any) -> int:
        raise ImmutableRow(self.model.__name__)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise ImmutableRow(self.model.__name__)


class ImmutableRow(TypeError):
    """Somebody tried to change a row that is final; a programming error, not a refusal."""


class Immutable(models.Model):
    """Base of rows that are written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ImmutableRow(type(self).__name__)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ImmutableRow(type(self).__name__)


class Sliced(Sequence[M]):
    """Rows whose number is known, of which each slice is read when it is asked for."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, int):
            return self[index : index + 1][0]
        return self.read(index.start, index.stop) if index.start < index.stop else []

    @abstractmethod
    def read(self, start: int, stop: int) -> list[M]:
        """The rows from `start` to before `stop`."""
