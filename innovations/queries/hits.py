"""The hits of a search: which dossiers, in which order.

The text index says which dossiers have the words, and compares the best 200; facets,
counts and order come from the columns that this process holds.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
from django.db import connection

from agencies.enums import AgencyType
from innovations.enums import Life, NoveltyKind
from innovations.queries.columns import LIVES, NO_AWARD, Columns, Mask, Names, Numbers, holder
from innovations.queries.phrases import narrowed
from innovations.queries.terms import AWARD, FACETS, NEWEST, TITLE, Terms
from innovations.wording import MAXIMUM_WORDS, excluded_query, loosenings
from sinovik.audit import clock

LOOKED_AT = 200
"""So many hits, those with the best titles, are compared by all of their words: a common word
has thousands, whose long vectors take a second to read."""

TITLES_LOOKED_AT = 1_000
"""So many hits that have a word in the title are compared by it: the highest awards, then the
newest."""

QUERY = "to_tsquery('innovations_indonesian', %(query)s)"
# Of sections, summary, agency and place, title.
WEIGHTS = "'{0.1, 0.4, 0.5, 1.0}'"

# Hits, and those with a word in title or places; each the numbers packed one after the other.
FIND = f"""
SELECT innovations_having({QUERY}, %(surely)s, %(perhaps)s),
    (SELECT string_agg(int8send(innovation_id), ''::bytea) FROM innovations_searchrow
     WHERE title_search @@ to_tsquery('innovations_indonesian', %(any_word)s))
"""  # noqa: S608  (constants of this module)

# One decimal: what is about as fitting comes by award, then by life and freshness, which is
# the order in which the numbers come here.
BEST = f"""
WITH given AS MATERIALIZED (
    SELECT innovation_id, place, row_number() OVER (
        ORDER BY ts_rank({WEIGHTS}, title_search, {QUERY}) DESC, place) AS by_title
    FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS one (innovation_id, place)
    JOIN innovations_searchrow USING (innovation_id)
)
SELECT innovation_id FROM given JOIN innovations_searchrow USING (innovation_id)
WHERE by_title <= {LOOKED_AT}
ORDER BY round(ts_rank_cd({WEIGHTS}, search, {QUERY})::numeric, 1) DESC, place
"""  # noqa: S608

BY_TITLE = """
SELECT id FROM innovations_innovation WHERE id = ANY(%(ids)s) ORDER BY lower(title), id
"""

SUNK = [LIVES.index(Life.SILENT), LIVES.index(Life.STOPPED)]
CLOSED = {
    "jenis": ("agency_type", AgencyType.values),
    "kebaruan": ("novelty", NoveltyKind.values),
}
"""Columns that hold a closed list's places, from 1; 0 is none of it."""


@dataclass(frozen=True)
class Hits:
    """The dossiers that a search finds, as they are at one instant."""

    terms: Terms
    columns: Columns
    names: Names
    at: datetime

    @property
    def now(self) -> int:
        """The instant in microseconds."""
        return round(self.at.timestamp() * 1_000_000)

    @cached_property
    def _found(self) -> tuple[Mask, Mask] | None:
        """Where the words are, and where in the title or the places; None without words."""
        if not self.terms.text:
            return None
        query = self.terms.query
        kept = self.columns.kept(query)
        if kept is None:
            kept = self._look_up(query) if query else (self._nothing, self._nothing)
            self.columns.keep(query, kept)
        return kept

    def _look_up(self, query: str) -> tuple[Mask, Mask]:
        # The index finds what has a word; for what hasn't it would have to be read whole.
        unwanted = excluded_query(self.terms.text)
        any_word = replace(self.terms, missing=MAXIMUM_WORDS).query
        asked = {"query": unwanted or query, "any_word": "" if unwanted else any_word}
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {QUERY}::text", asked)
            phrases = narrowed(cursor.fetchone()[0])
            cursor.execute(FIND, asked | vars(phrases))
            hits, titles = (self.columns.mask_of(packed) for packed in cursor.fetchone())
        return (~hits if unwanted else hits), titles

    @property
    def has_words(self) -> bool:
        """Whether any dossier has the words, past all filters; true without words."""
        return self._found is None or bool(self._found[0].any())

    @property
    def _nothing(self) -> Mask:
        return np.zeros(self.columns.size, bool)

    @cached_property
    def life(self) -> Numbers:
        """Of each dossier the place of its life in the enum."""
        return self.columns.life(self.now)

    @cached_property
    def chosen(self) -> dict[str, Mask]:
        """Which dossiers each chosen facet lets through."""
        facets = self.terms.facets
        return {name: self._passing(name, facets[name]) for name in FACETS if facets.get(name)}

    def _passing(self, name: str, values: tuple[str, ...]) -> Mask:
        columns = self.columns
        if name == "penghargaan":
            awards, mask = columns.awards, self._nothing
            mask[awards.place[(awards.at <= self.now) & np.isin(awards.band, values)]] = True
            return mask
        if name == "tpb":
            goals = sum({1 << int(value) for value in values if value in GOAL_TEXTS})
            passing: Mask = (columns["goals"] & goals) != 0
            return passing
        column, numbers = self._numbered(name, values)
        return np.isin(column, numbers)

    def _numbered(self, name: str, values: tuple[str, ...]) -> tuple[Numbers, list[int]]:
        """The column of a facet and the numbers in it of some values; unknown ones have none."""
        columns = self.columns
        if name in CLOSED:
            column, known = CLOSED[name]
            return columns[column], [known.index(one) + 1 for one in values if one in known]
        if name == "keadaan":
            return self.life, [LIVES.index(Life(one)) for one in values if one in LIVES]
        if name == "kategori":
            return columns["category"], [
                pk for pk, slug, _name in self.names.categories if slug in values
            ]
        numbers = [int(one) for one in values if one.isascii() and one.isdigit()]
        column = {"tahun": "year", "provinsi": "province"}[name]
        return columns[column], [one for one in numbers if 0 < one <= 9_999]

    def passing_but(self, facet: str = "") -> Mask | None:
        """The hits by the words and every chosen facet but one; None for everything."""
        masks = [mask for name, mask in self.chosen.items() if name != facet]
        if self._found is not None:
            masks.append(self._found[0])
        return np.logical_and.reduce(masks) if masks else None

    @cached_property
    def places(self) -> Numbers:
        """Where the hits stand in the columns, the newest first."""
        mask = self.passing_but()
        return np.arange(self.columns.size) if mask is None else np.flatnonzero(mask)

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.places)

    def _by_merit(self, *, simulated_last: bool = False) -> Numbers:
        """The hits by award, whether they are alive, and freshness."""
        places = self.places
        seats = self.columns.seats(self.now)[places]
        ranks, rank = np.unique(seats, return_inverse=True)
        is_quiet = np.isin(self.life[places], SUNK)
        is_behind = self.columns["is_simulated"][places] if simulated_last else 0
        merit = (rank * 4 + is_behind * 2 + is_quiet).astype(np.uint16)
        assert len(ranks) < NO_AWARD // 4  # noqa: S101 (no edition has that many bands)
        return places[np.argsort(merit, kind="stable")]

    def ids(self, start: int, stop: int) -> list[int]:
        """Primary keys of the hits from `start` to `stop` in order. At most one query."""
        order = self.terms.order
        if order == TITLE:
            return self._by_title()[start:stop]
        if order == NEWEST:
            return self._numbers(self.places[start:stop])
        if order == AWARD:
            return self._numbers(self._by_merit(simulated_last=True)[start:stop])
        return self._by_relevance(start, stop)

    def _numbers(self, places: Numbers) -> list[int]:
        numbers: list[int] = self.columns["id"][places].tolist()
        return numbers

    def _by_title(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(BY_TITLE, {"ids": self._numbers(self.places)})
            return [pk for (pk,) in cursor.fetchall()]

    def _by_relevance(self, start: int, stop: int) -> list[int]:
        found = self._found
        if found is None or not self.total:
            return []
        merit = self._by_merit()
        has_title = found[1][merit]
        looked_at = merit[has_title][:TITLES_LOOKED_AT]
        if len(looked_at) < LOOKED_AT:
            looked_at = np.concatenate([looked_at, merit[~has_title][: LOOKED_AT - len(looked_at)]])
        with connection.cursor() as cursor:
            ids = self._numbers(looked_at)
            cursor.execute(BEST, {"query": self.terms.query, "ids": ids})
            best = [pk for (pk,) in cursor.fetchall()]
        if stop <= len(best):
            return best[start:stop]
        rest = self._numbers(merit[~np.isin(self.columns["id"][merit], best)])
        return [*best, *rest][start:stop]

    def numbers_after(self, after: int, count: int) -> list[int]:
        """Primary keys of the next `count` hits above `after`, ascending."""
        ids = self.columns["id"][self.places]
        numbers: list[int] = np.sort(ids[ids > after])[:count].tolist()
        return numbers


GOAL_TEXTS = frozenset(str(number) for number in range(1, 18))


def look(terms: Terms) -> Hits:
    """The hits of a search. One query, and one for words that were not asked for before."""
    columns, names = holder.read()
    return Hits(terms, columns, names, clock.now())


def settled(terms: Terms) -> Hits:
    """The hits as they are answered; `terms` of them say how many words were let go.

    Where no dossier has all the words, those that lack one of them are shown, else those with
    any. Filters narrow what
    is shown and have no part in which it is: their counts are of the same dossiers.
    """
    hits = look(terms)
    if not hits.has_words:
        for missing in loosenings(terms.text):
            loose = replace(hits, terms=replace(terms, missing=missing))
            if loose.has_words:
                return loose
    return hits
