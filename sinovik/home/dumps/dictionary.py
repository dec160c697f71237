"""The data dictionary: every field of every table, in both languages, read from the tables."""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import override

from sinovik.exports import csv_bytes
from sinovik.home.dumps.contest import CRITERIA, EDITIONS, RESULTS, STAGES, STATISTICS
from sinovik.home.dumps.fields import Dataset, Field
from sinovik.home.dumps.register import (
    AGENCIES,
    ATTESTATIONS,
    INDICATORS,
    INNOVATIONS,
    MEASUREMENTS,
    MYSTERY_CHECKS,
    REPLICATIONS,
    SATISFACTION,
    SECTIONS,
)

DATASETS: tuple[Dataset, ...] = (
    INNOVATIONS,
    SECTIONS,
    AGENCIES,
    EDITIONS,
    STAGES,
    CRITERIA,
    RESULTS,
    INDICATORS,
    MEASUREMENTS,
    ATTESTATIONS,
    MYSTERY_CHECKS,
    SATISFACTION,
    REPLICATIONS,
    STATISTICS,
)


def matching(words: str) -> Iterator[tuple[Dataset, list[Field]]]:
    """Tables with those of their fields whose name or meaning holds each of the words."""
    wanted = words.casefold().split()
    for table in DATASETS:
        fields = [
            field
            for field in table.fields
            if all(word in f"{field.name} {field.meaning}".casefold() for word in wanted)
        ]
        if fields:
            yield table, fields


def in_languages(name: str, text: object) -> dict[str, str]:
    """A text in every language of the site, under ``<name>_<language>``."""
    told = {}
    for code, _language in settings.LANGUAGES:
        with override(code):
            told[f"{name}_{code}"] = str(text)
    return told


def entries() -> Iterator[dict[str, str]]:
    """One entry a field, in the order of the files."""
    for table in DATASETS:
        for field in table.fields:
            yield {
                "table": table.name,
                "field": field.name,
                "type": field.kind.value,
                **in_languages("unit", field.unit),
                **in_languages("meaning", field.meaning),
                **in_languages("source", field.origin),
            }


def dictionary_csv() -> bytes:
    """As a table."""
    rows = list(entries())
    return csv_bytes(list(rows[0]), [list(row.values()) for row in rows])


def dictionary_json() -> bytes:
    """As JSON: tables with their titles and fields."""
    by_table: dict[str, list[dict[str, str]]] = {}
    for entry in entries():
        by_table.setdefault(entry.pop("table"), []).append(entry)
    tables: list[dict[str, Any]] = [
        {"name": table.name, **in_languages("title", table.title), "fields": by_table[table.name]}
        for table in DATASETS
    ]
    return json.dumps({"tables": tables}, ensure_ascii=False, indent=1).encode() + b"\n"
