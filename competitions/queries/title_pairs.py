"""Which proposals of the queue have nearly the title of another one."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from django.db.models import Q, QuerySet
from rapidfuzz import fuzz, process

from competitions.enums import StageKind, StageState
from competitions.models import Edition, Entry, TitlePair
from competitions.models.title_pair import SAME

FLOOR = 88
"""Titles at least so much alike are told, as a percentage."""

CHUNK = 500


@dataclass(frozen=True)
class Twin:
    """The proposal with the likest title, and how many more there are."""

    entry_id: int
    number: str
    is_same: bool
    more: int


def plain_title(title: str) -> str:
    """The words in a fixed order, so that neither order nor case tells titles apart."""
    return " ".join(sorted(title.casefold().split()))


def alike_titles(titles: dict[int, str]) -> dict[tuple[int, int], int]:
    """Likeness of each two titles at the floor or above it, from either side."""
    keys = list(titles)
    plain = [plain_title(titles[key]) for key in keys]
    found = {}
    for start in range(0, len(keys), CHUNK):
        table = process.cdist(
            plain[start : start + CHUNK],
            plain[start:],
            scorer=fuzz.ratio,
            score_cutoff=FLOOR,
            dtype=np.float32,
        )
        for row, column in np.argwhere(table).tolist():
            if row < column:
                pair = keys[start + row], keys[start + column]
                found[pair] = found[pair[::-1]] = int(table[row, column])
    return found


def checked_editions() -> QuerySet[Edition]:
    """Editions whose administrative selection has not ended."""
    stages = Q(
        stages__kind=StageKind.ADMINISTRATIVE,
        stages__state__in=(StageState.PLANNED, StageState.OPEN),
    )
    return Edition.objects.filter(stages).order_by("pk")


def standing_pairs(hidden: QuerySet[Entry]) -> QuerySet[TitlePair]:
    """Pairs whose other entry is submitted still, and not among those hidden from the reader."""
    there = TitlePair.objects.filter(
        other__submitted_at__isnull=False, other__version__isnull=False
    )
    return there.exclude(other__in=hidden)


def twins_of(entry_ids: Collection[int], hidden: QuerySet[Entry]) -> dict[int, Twin]:
    """The likest other proposal of each entry, by its id; one query."""
    rows = standing_pairs(hidden).filter(entry__in=entry_ids).select_related("other__edition")
    found: dict[int, list[TitlePair]] = {}
    for pair in rows.order_by("-likeness", "other"):
        found.setdefault(pair.entry_id, []).append(pair)
    return {
        entry_id: Twin(
            pairs[0].other_id, pairs[0].other.number, pairs[0].likeness == SAME, len(pairs) - 1
        )
        for entry_id, pairs in found.items()
    }
