"""Which proposals of the queue have nearly the title of another one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from rapidfuzz import fuzz, process

from competitions.eligibility.titles import plain_words
from competitions.enums import RuleKey, StageKind, StageState
from competitions.models import Edition, TitlePair
from competitions.models.title_pair import SAME
from innovations.versions import title_key
from sinovik.web.prepared import OneOf, Prepared

FLOOR = 88
"""Titles at least so much alike are told, as a percentage, where the edition has no rule."""

CHUNK = 500


@dataclass(frozen=True)
class Twin:
    """The proposal with the likest title, and how many more there are."""

    entry_id: int
    number: str
    is_same: bool
    more: int


def floor_of(edition: Edition) -> int:
    """From which likeness on the edition's own rule speaks of titles that are alike; one query."""
    rules = edition.rules.filter(key=RuleKey.SIMILAR_TITLE, is_on=True)
    found = [row.parameters.get("threshold") for row in rules]
    return min((one for one in found if one), default=FLOOR)


def alike_titles(titles: dict[int, str], floor: int = FLOOR) -> dict[tuple[int, int], int]:
    """Likeness of each two titles at the floor or above it, from either side.

    100 for those that the rules call the same title, less for all others: the words in any
    order, compared letter by letter. The check page asks the rules themselves, which weigh
    more; here thousands are compared with each other.
    """
    keys = [key for key, title in titles.items() if title_key(title)]
    plain = [" ".join(sorted(plain_words(titles[key]).split())) for key in keys]
    found = {}
    for start in range(0, len(keys), CHUNK):
        table = process.cdist(
            plain[start : start + CHUNK],
            plain[start:],
            scorer=fuzz.ratio,
            score_cutoff=floor,
            dtype=np.float32,
        )
        for row, column in np.argwhere(table).tolist():
            if row < column:
                pair = keys[start + row], keys[start + column]
                found[pair] = found[pair[::-1]] = min(int(table[row, column]), SAME - 1)
    return found | dict.fromkeys(_same_titles(titles), SAME)


def _same_titles(titles: dict[int, str]) -> Iterator[tuple[int, int]]:
    groups: dict[str, list[int]] = {}
    for key, title in titles.items():
        if same := title_key(title):
            groups.setdefault(same, []).append(key)
    for keys in groups.values():
        yield from permutations(keys, 2)


def checked_editions() -> QuerySet[Edition]:
    """Editions whose administrative selection has not ended."""
    stages = Q(
        stages__kind=StageKind.ADMINISTRATIVE,
        stages__state__in=(StageState.PLANNED, StageState.OPEN),
    )
    return Edition.objects.filter(stages).order_by("pk")


def standing_pairs(hidden: Any) -> QuerySet[TitlePair]:
    """Pairs whose other entry is submitted still, and not among those hidden from the reader.

    `hidden` are keys (`conflicts.hidden_in`), or their place in a prepared statement.
    """
    there = TitlePair.objects.filter(
        other__submitted_at__isnull=False, other__version__isnull=False
    )
    return there.exclude(OneOf("other_id", hidden))


def twins_of(entry_ids: Collection[int], hidden: Collection[int]) -> dict[int, Twin]:
    """The likest other proposal of each entry, by its id; one query."""
    if not entry_ids:
        return {}
    found: dict[int, list[TitlePair]] = {}
    for pair in _TWINS.all(entries=list(entry_ids), hidden=list(hidden)):
        found.setdefault(pair.entry_id, []).append(pair)
    return {
        entry_id: Twin(
            pairs[0].other_id, pairs[0].other.number, pairs[0].likeness == SAME, len(pairs) - 1
        )
        for entry_id, pairs in found.items()
    }


_TWINS = Prepared(
    lambda entries, hidden: (
        standing_pairs(hidden)
        .filter(OneOf("entry_id", entries))
        .select_related("other__edition")
        .order_by("-likeness", "other")
    ),
    *("entries", "hidden"),
)
