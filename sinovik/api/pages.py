"""Pages of a list by keyset: each begins after the last row of the one before.

A row that comes or goes meanwhile moves no other: none is told twice, none is passed over.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema
from ninja.pagination import PaginationBase

from sinovik.web.access import Refusal

PAGE_SIZE, MOST = 50, 100
LONGEST = 200
HIGHEST = 2**31 - 1


class UnknownCursor(Refusal):
    """The cursor is none that this list has given."""

    default_message = _(
        "Penanda halaman (cursor) ini tidak dikenal. Mulai lagi dari halaman pertama, tanpa cursor."
    )


@dataclass(frozen=True)
class Rows:
    """A list that is no QuerySet: `read(after, number)` gives rows in ascending order of the
    unique column that pages go by; `after` is None at the beginning.
    """

    read: Callable[[Any, int], Sequence[Any]]


class Pages(PaginationBase):  # type: ignore[misc]
    """``?cursor=…&limit=50`` -> items, next. `next` is the cursor of the page that follows.

    Use: ``@paginate(Pages, by="slug")`` on a view that returns a QuerySet or `Rows`; `by` is a
    unique column, and a minus before it (``by="-year"``) turns the order.
    """

    items_attribute = "items"

    class Input(Schema):  # type: ignore[misc]
        cursor: str = Field(
            "",
            max_length=LONGEST,
            description="`next` of the page before",
            json_schema_extra={"format": "cursor"},
        )
        limit: int = Field(PAGE_SIZE, ge=1, le=MOST, description="Rows in a page")

    class Output(Schema):  # type: ignore[misc]
        items: list[Any]
        next: str | None

    def __init__(self, *, by: str = "pk", **options: Any) -> None:
        super().__init__(**options)
        self.order = by
        self.column = by.removeprefix("-")

    def paginate_queryset(
        self,
        queryset: "QuerySet[Any] | Rows",
        pagination: Input,
        request: HttpRequest,
        **params: Any,
    ) -> dict[str, Any]:
        """Read one page and one row more, which says whether another follows."""
        after = self._read(pagination.cursor)
        rows = self._rows(queryset, after, pagination.limit + 1)
        items = rows[: pagination.limit]
        more = len(rows) > len(items)
        return {"items": items, "next": self._cursor(items[-1]) if more else None}

    def _rows(self, found: "QuerySet[Any] | Rows", after: Any, number: int) -> Sequence[Any]:
        if isinstance(found, Rows):
            return found.read(after, number)
        if after is not None:
            side = "lt" if self.order.startswith("-") else "gt"
            found = found.filter(**{f"{self.column}__{side}": after})
        return list(found.order_by(self.order)[:number])

    def _cursor(self, row: Any) -> str:
        text = f"{self.column}:{getattr(row, self.column)}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _read(self, cursor: str) -> Any:
        """The column's value in a cursor, None for none. Raises UnknownCursor."""
        if not cursor:
            return None
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise UnknownCursor from error
        column, _colon, value = text.partition(":")
        if column != self.column or not value or "\x00" in value:
            raise UnknownCursor
        if column == "slug":
            return value
        if not (value.isascii() and value.isdecimal()) or int(value[:11]) > HIGHEST:
            raise UnknownCursor
        return int(value)
