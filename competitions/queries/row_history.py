"""What stood in the rows that matter before they were changed, as a head reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Field
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from agencies.models import Membership, User
from competitions.models import (
    Announcement,
    Assignment,
    CutOff,
    Entry,
    Result,
    Score,
    Scoresheet,
    Stage,
    StageEntry,
)
from sinovik.audit.models import RowChange
from sinovik.web.templatetags.web import moment

KEPT = (
    Stage,
    Entry,
    StageEntry,
    Assignment,
    Scoresheet,
    Score,
    CutOff,
    Result,
    Announcement,
    Membership,
    User,
)
"""Whose changes are kept; the columns stand in each app's migration of that name."""

UNTOLD = frozenset({"mark", "total"})
"""Marks are read where the rules of judging say who may; here only that one was changed."""


@dataclass(frozen=True)
class Difference:
    """A column, and its text before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One change of one row; `is_owners` where the hand was not the site's."""

    at: datetime
    table: str
    row_id: int
    is_deletion: bool
    hand: str
    is_owners: bool
    differences: list[Difference]


def table_choices() -> list[tuple[str, str]]:
    """Each table by the name that people read."""
    return [(one._meta.db_table, str(one._meta.verbose_name)) for one in KEPT]


def lines(changes: Iterable[RowChange]) -> list[Line]:
    """The changes in words. One query for the names of those who acted."""
    names = dict(table_choices())
    rows = list(changes)
    people = _people(rows)
    return [
        Line(
            at=row.changed_at,
            table=names.get(row.source, row.source),
            row_id=row.row_id,
            is_deletion=row.after is None,
            hand=row.hand,
            is_owners=row.hand != settings.DATABASE_WEB_ROLE,
            differences=_differences(row, people),
        )
        for row in rows
    ]


def _people(rows: Iterable[RowChange]) -> dict[int, str]:
    """Names by number of the accounts that the changes mention."""
    told = {
        value
        for row in rows
        for name, field in _fields(row.source).items()
        if field.related_model is User
        for value in (row.before.get(name), (row.after or {}).get(name))
        if value
    }
    return dict(User.objects.filter(pk__in=told).values_list("pk", "name")) if told else {}


def _differences(row: RowChange, people: Mapping[int, str]) -> list[Difference]:
    fields = _fields(row.source)
    after = row.after or {}
    return [
        Difference(
            _name(fields.get(name), name),
            _told(fields.get(name), name, row.before[name], people),
            "" if row.after is None else _told(fields.get(name), name, after.get(name), people),
        )
        for name in sorted(row.before)
    ]


def _fields(table: str) -> "dict[str, Field[Any, Any]]":
    model = next((one for one in apps.get_models() if one._meta.db_table == table), None)
    return {str(field.column): field for field in model._meta.concrete_fields} if model else {}


def _name(field: "Field[Any, Any] | None", name: str) -> str:
    """What people call the column; who did something has seldom a name of its own."""
    if field is None:
        return name
    if field.name.endswith("_by"):
        return _("pelaku")
    related: Any = field.related_model
    is_named = field.verbose_name != field.name.replace("_", " ")
    return str(related._meta.verbose_name if related and not is_named else field.verbose_name)


def _told(
    field: "Field[Any, Any] | None", name: str, value: object, people: Mapping[int, str]
) -> str:
    if value is None or value == "":
        return _("kosong")
    if name in UNTOLD:
        return _("tidak ditampilkan")
    if field is not None and field.related_model is User and isinstance(value, int):
        return people.get(value, str(value))
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if name.endswith("_at") and isinstance(value, str) and (instant := parse_datetime(value)):
        return str(moment(instant))
    return str(dict(field.flatchoices).get(value, value) if field else value)
