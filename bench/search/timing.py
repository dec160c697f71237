"""How long a search takes in the database: counts of all facets, order, the page's rows."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import TypeVar

from django.db import connection

from innovations.queries.facets import settled
from innovations.queries.search import NEWEST, Terms, found_ids, innovations_in_order
from innovations.queries.spelling import suggestion
from innovations.queries.titles import titles_beginning

PAGE = 20
ROUNDS = 20
T = TypeVar("T")
Chosen = dict[str, tuple[str, ...]]

CENTRAL_JAVA: Chosen = {"provinsi": ("33",), "jenis": ("kabupaten", "kota")}
KINDS: list[tuple[str, list[Terms]]] = [
    ("no words", [Terms(), Terms(sort=NEWEST)]),
    ("no words, facets", [Terms(facets=CENTRAL_JAVA), Terms(facets={"tpb": ("3", "16")})]),
    ("the commonest word", [Terms("pelayanan"), Terms("masyarakat"), Terms("warga")]),
    ("the commonest word, facets", [Terms("pelayanan", CENTRAL_JAVA)]),
    ("one word", [Terms("stunting"), Terms("paspor"), Terms("dukcapil"), Terms("mangrove")]),
    ("several words", [Terms("antrean puskesmas"), Terms("bantuan hukum keliling")]),
    ("several words, facets", [Terms("antrean puskesmas", {"bidang": ("kesehatan",)})]),
    ("phrase", [Terms('"rumah sakit"'), Terms('"tepat waktu"')]),
    ("exclusion", [Terms("sampah -sekolah"), Terms("-pelayanan")]),
    ("no dossier has all words", [Terms("paspor mangrove nelayan")]),
]


@dataclass(frozen=True)
class Timing:
    """Seconds of every search of one kind."""

    kind: str
    hits: int
    seconds: list[float]

    def line(self) -> str:
        marks = quantiles(self.seconds, n=100)
        return (
            f"| {self.kind} | {self.hits:,} | {marks[49] * 1000:.0f} | {marks[94] * 1000:.0f}"
            f" | {max(self.seconds) * 1000:.0f} |"
        )


def report() -> None:
    """Print p50 and p95 of each kind of search."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM innovations_innovation")
        (count,) = cursor.fetchone()
    print(f"\n{count:,} dossiers, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f},"
          f" {ROUNDS} rounds\n")  # fmt: skip
    print("| search | hits | p50 ms | p95 ms | worst ms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    every: list[float] = []
    for timing in _timings():
        every += timing.seconds
        print(timing.line(), flush=True)
    print(Timing("**all searches**", count, every).line())


def _timings() -> Iterator[Timing]:
    for kind, searches in KINDS:
        hits = settled(searches[0])[1].total
        yield Timing(kind, hits, list(_seconds(_search, searches)))
    titles = ["antr", "puskes", "pela", "si an"]
    yield Timing("titles while typing", 0, list(_seconds(titles_beginning, titles)))
    suggestion("puskemsa")
    misspelt = ["puskemsa", "perpustakan desa", "mangruve"]
    yield Timing("near words", 0, list(_seconds(suggestion, misspelt)))


def _seconds(search: Callable[[T], object], questions: Sequence[T]) -> Iterator[float]:
    for question in questions:
        search(question)
    for _round in range(max(1, ROUNDS // len(questions))):
        for question in questions:
            began = time.perf_counter()
            search(question)
            yield time.perf_counter() - began


def _search(terms: Terms) -> None:
    """What one page asks of the database."""
    terms, _counts = settled(terms)
    innovations_in_order(found_ids(terms, 0, PAGE), terms.query)
