"""A mark in every text of every row, so that any answer tells which rows it was made from.

A mark names the field and the row. Texts that the machine reads (slugs, codes, hashes, names of
files in the store) are left as they are; the list of those is short and closed, so that a text
field added tomorrow is marked without being named here.
"""

import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

from django.apps import apps
from django.db.models import CharField, Field, JSONField, Model, TextField

from tests.owner import as_owner

APPS = ("agencies", "innovations", "competitions", "notifications")
MACHINE = frozenset(
    "slug code key token email password address path kind object_type sha256 storage_name"
    " content_hash file_hash inputs_hash document_key section_key section quote query band"
    " payload signature secret kept_by url evidence_url link place state template metric group"
    " part address source wording place_names method original obstacle".split()
)
PROSE = {
    "innovations.Innovation": ("sections",),
    "innovations.InnovationVersion": ("content",),
    "innovations.EarlierText": ("sections",),
    "innovations.DossierImport": ("rows",),
}
"""JSON whose strings are written by people."""
MARK = re.compile(rb"qz(\d+)f(\d+)r(\d+)qz")
ROOM = 26


def marked_fields() -> list[tuple[type[Model], str]]:
    """The fields that carry marks, in a fixed order; a mark's first two numbers count in it."""
    return [
        (model, field.name)
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.local_concrete_fields
        if _is_marked(model, field)
    ]


def _is_marked(model: type[Model], field: "Field[Any, Any]") -> bool:
    if isinstance(field, JSONField):
        return field.name in PROSE.get(model._meta.label, ())
    is_text = isinstance(field, CharField | TextField) and not field.choices
    is_roomy = (field.max_length or ROOM * 2) > ROOM + 2
    return is_text and is_roomy and field.name not in MACHINE and not field.primary_key


def plant(tables: Collection[str] | None = None) -> None:
    """Mark every text, or those of some tables; neither triggers nor checks are asked."""
    with as_owner() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for place, (model, name) in enumerate(marked_fields()):
            if tables is not None and model._meta.db_table not in tables:
                continue
            field = model._meta.get_field(name)
            if isinstance(field, JSONField):
                _plant_in_prose(cursor, model, field.column, place)
            else:
                _plant_in_text(cursor, model, field, place)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _plant_in_text(cursor: Any, model: type[Model], field: Any, place: int) -> None:
    """The mark stands first, so that a shortened text still shows it."""
    most = field.max_length or 1_000_000
    cursor.execute(
        f'UPDATE "{model._meta.db_table}" SET "{field.column}" ='
        f' left(%s || "{model._meta.pk.column}" || \'qz \' || "{field.column}", %s)'
        f" WHERE \"{field.column}\" <> ''",
        [f"qz{place}f0r", most],
    )


def _plant_in_prose(cursor: Any, model: type[Model], column: str, place: int) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    cursor.execute(f'SELECT "{key}", "{column}" FROM "{table}"')
    for pk, value in cursor.fetchall():
        content = json.loads(value) if isinstance(value, str) else value
        said = json.dumps(_with_marks(content, f"qz{place}f%dr{pk}qz"))
        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE "{key}" = %s', [said, pk])


def _with_marks(value: Any, mark: str, part: int = 0) -> Any:
    """Sentences get the mark at their end: pieces of them are counted from the start."""
    if isinstance(value, dict):
        return {key: _with_marks(one, mark, PARTS.get(key, part)) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_marks(one, mark, part) for one in value]
    if isinstance(value, str) and " " in value:
        return f"{value} {mark % part}"
    return value


PARTS = {"sections": 1, "team": 2, "links": 3, "title": 4, "summary": 5, "agency": 6, "unit": 7}
"""What of a frozen dossier a mark was put in."""


def marks_in(body: bytes) -> set[tuple[int, int, int]]:
    """The marks that an answer shows, in a workbook or an archive as well."""
    found = {tuple(int(part) for part in one) for one in MARK.findall(body)}
    if body.startswith(b"PK"):
        for octets in _unpacked(body):
            found |= marks_in(octets)
    return found  # type: ignore[return-value]


def _unpacked(body: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            yield archive.read(name)
