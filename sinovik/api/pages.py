"""Numbered pages of a list."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Schema
from ninja.pagination import PaginationBase

PAGE_SIZE = 50


class Pages(PaginationBase):  # type: ignore[misc]
    """``?page=2`` -> items, count, page, pages. A page past the end is empty, not an error.

    Use: ``@paginate(Pages)`` on a view that returns a QuerySet or a list.
    """

    items_attribute = "items"

    class Input(Schema):  # type: ignore[misc]
        page: int = Field(1, ge=1, le=100_000)

    class Output(Schema):  # type: ignore[misc]
        items: list[Any]
        count: int
        page: int
        pages: int

    def paginate_queryset(
        self,
        queryset: "QuerySet[Any] | list[Any]",
        pagination: Input,
        request: HttpRequest,
        **params: Any,
    ) -> dict[str, Any]:
        """Cut one page out of ``queryset``."""
        count = queryset.count() if isinstance(queryset, QuerySet) else len(queryset)
        start = (pagination.page - 1) * PAGE_SIZE
        return {
            "items": list(queryset[start : start + PAGE_SIZE]),
            "count": count,
            "page": pagination.page,
            "pages": max(1, -(-count // PAGE_SIZE)),
        }
