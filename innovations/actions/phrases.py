"""Phrases for the search, some time after a text was published."""

from typing import Any

from django.db import connection, transaction

from innovations.models import SearchWords
from innovations.queries.phrases import keys_of

BATCH = 100
LAST_PLACE = 16_382
"""PostgreSQL counts words no further: what comes after stands all at one place."""
MOST = 900_000
"""Octets of keys that one vector takes, with its words."""

TEXTS = """
SELECT innovation_id, array_agg(place ORDER BY place), array_agg(lexeme ORDER BY place)
FROM innovations_searchrow, unnest(search), unnest(positions) AS place
WHERE innovation_id = ANY(%s) GROUP BY innovation_id
"""
KEEP = """
UPDATE innovations_searchwords SET has_phrases = %(known)s,
    words = words || %(keys)s::text[]
WHERE innovation_id = %(pk)s
"""


def index_phrases() -> int:
    """Index the phrases of some dossiers that wait for it; how many. Run twice, it finds others.

    Until then, and where a text is too long, the search reads the text itself. Nobody acts here:
    what a search finds stays the same.
    """
    with transaction.atomic():
        # A text that is being written is left to the next run.
        waiting = SearchWords.objects.select_for_update(skip_locked=True).filter(has_phrases=None)
        ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])
        with connection.cursor() as cursor:
            cursor.execute(TEXTS, [ids])
            texts = {pk: (places, words) for pk, places, words in cursor.fetchall()}
            cursor.executemany(KEEP, [_row(pk, *texts.get(pk, ([], []))) for pk in ids])
    return len(ids)


def _row(pk: int, places: list[int], words: list[str]) -> dict[str, Any]:
    by_place = dict(zip(places, words, strict=True))
    keys: set[str] = set()
    is_plain = len(by_place) == len(words) and max(places, default=0) <= LAST_PLACE
    if is_plain:
        keys = keys_of(by_place)
    known = is_plain and sum(len(key.encode()) for key in keys) + len("".join(words)) <= MOST
    return {"pk": pk, "known": known, "keys": sorted(keys) if known else []}
