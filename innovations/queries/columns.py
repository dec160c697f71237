"""What facets and order go by of every published dossier, held in this process as columns.

PostgreSQL stays the only store. Each reading asks for the rows that were written since the
last one, by the numbers of transactions, so that what is held is what a reader of the database
would see; see docs/adr/0043-fast-search.md.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agencies.enums import AgencyType
from innovations.enums import Life, LifeState, NoveltyKind
from innovations.workflow import ATTESTED_FOR
from sinovik.statements import kept_cursor

Mask = NDArray[np.bool_]
Numbers = NDArray[Any]

GOALS = 17
NO_AWARD = 65_535
"""Seats of a dossier without an award: more than any list has."""
MOST_KEPT = 64
"""Answers of the text index that are kept; at a million dossiers each has 125 kB."""

PACKED = np.dtype([
    ("id", ">i8"), ("changed", ">i8"), ("published", ">i8"), ("attested", ">i8"),
    ("goals", ">i4"), ("category", ">i4"), ("province", ">i2"), ("year", ">i2"),
    ("agency_type", ">i2"), ("novelty", ">i2"), ("state", ">i2"), ("is_simulated", ">i2"),
    ("is_published", ">i2"),
])  # fmt: skip
HELD = tuple(name for name in PACKED.names or () if name != "is_published")

# One statement, so that all of it is of one instant. Every row is packed as PACKED says: a
# million rows are read in a second. A closed list's values become their places in it.
READ = """
WITH fresh AS MATERIALIZED (
    SELECT string_agg(
        int8send(innovation_id) || int8send(changed_in)
        || int8send((extract(epoch FROM published_at) * 1000000)::bigint)
        || int8send(coalesce((extract(epoch FROM attested_at) * 1000000)::bigint, 0))
        || int4send(goals) || int4send(coalesce(category_id, 0)::int)
        || int2send(coalesce(province_id, '0')::smallint)
        || int2send(extract(year FROM published_at AT TIME ZONE 'Asia/Jakarta')::smallint)
        || int2send(coalesce(array_position(%(types)s::text[], agency_type::text), 0)::smallint)
        || int2send(coalesce(array_position(%(kinds)s::text[], novelty_kind::text), 0)::smallint)
        || int2send(coalesce(array_position(%(states)s::text[], attested_state::text), 0)::smallint)
        || int2send(is_simulated::int::smallint) || int2send(is_published::int::smallint),
        ''::bytea) AS packed
    FROM innovations_searchrow WHERE changed_in >= %(since)s
)
SELECT pg_relation_filepath('innovations_searchrow'),
    pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
    pg_current_xact_id_if_assigned() IS NOT NULL, fresh.packed,
    CASE WHEN fresh.packed IS NOT NULL THEN (
        SELECT jsonb_agg(jsonb_build_array(innovation_id, band, band_name, seats,
            (extract(epoch FROM announced_at) * 1000000)::bigint) ORDER BY id)
        FROM innovations_award) END,
    (SELECT jsonb_agg(jsonb_build_array(id, slug, name) ORDER BY position)
        FROM innovations_category),
    (SELECT jsonb_agg(jsonb_build_array(code, name) ORDER BY code)
        FROM agencies_region WHERE level = 'provinsi'),
    (SELECT jsonb_agg(jsonb_build_array(number, name) ORDER BY number)
        FROM innovations_sustainablegoal)
FROM fresh
"""


@dataclass(frozen=True)
class Names:
    """Names of what facets count; they may change at any time."""

    categories: list[tuple[int, str, str]]
    provinces: list[tuple[str, str]]
    goals: list[tuple[int, str]]


@dataclass(frozen=True)
class Awards:
    """One element an award of a published dossier, announced or not; instants in microseconds."""

    place: Numbers
    band: Numbers
    seats: Numbers
    at: Numbers
    told: list[tuple[int, str, str, int]]
    """Instant, band, name and seats of every announcement."""

    def bands(self, now: int) -> list[tuple[str, str]]:
        """Bands that were announced, with their names, those with the fewest seats first."""
        found: dict[str, tuple[int, str]] = {}
        for at, band, name, seats in self.told:
            if at <= now:
                least = found.get(band, (seats, name))
                found[band] = (min(least[0], seats), min(least[1], name))
        ordered = sorted((seats, name, band) for band, (seats, name) in found.items())
        return [(band, name) for _seats, name, band in ordered]


@dataclass(frozen=True)
class Columns:
    """Published dossiers, the newest first; what is at one place is of one dossier.

    Never changed after it was made, but for `answers`: what the text index said of it.
    """

    values: dict[str, Numbers]
    awards: Awards
    answers: "OrderedDict[str, tuple[Numbers, Numbers]]" = field(default_factory=OrderedDict)

    @property
    def size(self) -> int:
        """How many dossiers are published."""
        return len(self.values["id"])

    def __getitem__(self, name: str) -> Numbers:
        return self.values[name]

    def life(self, now: int) -> Numbers:
        """Of each the place of its `Life` in the enum, at an instant in microseconds."""
        state, last_word = self["state"], self["last_word"]
        lives = np.take(LIFE_OF_STATE, state)
        is_quiet = (last_word <= now - QUIET_AFTER) & (state != STOPPED)
        lives[is_quiet] = LIVES.index(Life.SILENT)
        return lives

    def seats(self, now: int) -> Numbers:
        """Of each the seats of its highest award that was announced, NO_AWARD without."""
        seats = np.full(self.size, NO_AWARD, np.int32)
        told = self.awards.at <= now
        np.minimum.at(seats, self.awards.place[told], self.awards.seats[told])
        return seats

    def mask_of(self, packed: bytes | None) -> Mask:
        """Where the dossiers of these packed numbers stand; unknown ones are left out."""
        mask = np.zeros(self.size, bool)
        if packed:
            ids = np.frombuffer(packed, ">i8")
            places = self["place_of"][ids[ids < len(self["place_of"])]]
            mask[places[places >= 0]] = True
        return mask

    def keep(self, query: str, answer: tuple[Mask, Mask]) -> None:
        """Keep what the text index said of a query."""
        self.answers[query] = (np.packbits(answer[0]), np.packbits(answer[1]))
        while len(self.answers) > MOST_KEPT:
            self.answers.popitem(last=False)

    def kept(self, query: str) -> tuple[Mask, Mask] | None:
        """What the text index said of a query, if it was asked."""
        found = self.answers.get(query)
        if found is None:
            return None
        first, second = (np.unpackbits(one, count=self.size).view(bool) for one in found)
        return first, second


LIVES = [*Life]
QUIET_AFTER = int(ATTESTED_FOR.total_seconds() * 1_000_000)
STOPPED = LifeState.values.index(LifeState.STOPPED) + 1
# Of "nothing attested" and of every attested state, in the order of the enum.
LIFE_OF_STATE = np.array(
    [LIVES.index(Life.NEW), *(LIVES.index(Life(state)) for state in LifeState.values)], np.int8
)


@dataclass(frozen=True)
class _Held:
    """Columns with the number of the first transaction that they may lack.

    `path` is another one once the table was emptied or the database made anew.
    """

    columns: Columns
    path: str
    since: int


class Holder:
    """The columns of this process, brought up to date at each reading."""

    def __init__(self) -> None:
        self._held: _Held | None = None
        self._first = Lock()

    def read(self) -> tuple[Columns, Names]:
        """The register as the database has it now; one query.

        A transaction that has written reads for itself alone: nobody may see it before it
        commits, and it may be taken back.
        """
        held = self._held
        if held is None:
            with self._first:  # so that a process that starts reads everything once
                return self._read(self._held)
        return self._read(held)

    def _read(self, held: _Held | None) -> tuple[Columns, Names]:
        since = held.since if held else 0
        with kept_cursor() as cursor:
            cursor.execute(READ, {"since": since, **LISTS})
            path, newest, has_written, packed, *told = cursor.fetchone()
        awards, *names = (json.loads(text) if text else [] for text in told)
        if held and (held.path != path or newest < since):
            return self._read(None)
        columns = _brought_up(held.columns if held else None, packed, awards)
        if not has_written:
            self._held = _Held(columns, path, newest)
        return columns, Names(*([tuple(row) for row in rows] for rows in names))


LISTS = {
    "types": AgencyType.values,
    "kinds": NoveltyKind.values,
    "states": LifeState.values,
}

holder = Holder()


def _brought_up(columns: Columns | None, packed: bytes | None, awards: list[list[Any]]) -> Columns:
    fresh = np.frombuffer(packed or b"", PACKED)
    if columns is not None:
        fresh = fresh[~_is_known(columns, fresh)]
        if not len(fresh):
            return columns
    told = fresh[fresh["is_published"] == 1]
    values = {name: told[name].astype(PACKED[name].newbyteorder("=")) for name in HELD}
    if columns is not None:
        stays = ~columns.mask_of(fresh["id"].tobytes())
        values = {name: np.concatenate([columns[name][stays], values[name]]) for name in HELD}
    order = np.lexsort((values["id"], -values["published"]))
    values = {name: column[order] for name, column in values.items()}
    return _completed(values, awards)


def _is_known(columns: Columns, fresh: Numbers) -> Mask:
    """Which rows are held as they are: another transaction that lasts makes them be read again."""
    ids, places = fresh["id"], columns["place_of"]
    at = places[np.minimum(ids, len(places) - 1)]
    is_held = (ids < len(places)) & (at >= 0)
    if not columns.size:
        return np.zeros(len(fresh), bool)
    known: Mask = is_held & (columns["changed"][at] == fresh["changed"])
    return known


def _completed(values: dict[str, Numbers], awards: list[list[Any]]) -> Columns:
    """The columns with what follows from them."""
    ids = values["id"]
    place_of = np.full(int(ids.max(initial=0)) + 1, -1, np.int32)
    place_of[ids] = np.arange(len(ids), dtype=np.int32)
    values["place_of"] = place_of
    values["last_word"] = np.where(values["attested"] > 0, values["attested"], values["published"])
    held = [np.flatnonzero(values["goals"] & (1 << number)) for number in range(1, GOALS + 1)]
    values["goal_place"] = np.concatenate(held).astype(np.int32)
    values["goal"] = np.repeat(np.arange(1, GOALS + 1, dtype=np.int8), [len(one) for one in held])
    return Columns(values, _awards(place_of, awards))


def _awards(place_of: Numbers, rows: list[list[Any]]) -> Awards:
    here = [row for row in rows if row[0] < len(place_of) and place_of[row[0]] >= 0]
    return Awards(
        place=place_of[np.array([row[0] for row in here], np.int64)],
        band=np.array([row[1] for row in here], object),
        seats=np.array([row[3] for row in here], np.int32),
        at=np.array([row[4] for row in here], np.int64),
        told=sorted({(at, band, name, seats) for _pk, band, name, seats, at in rows}),
    )
