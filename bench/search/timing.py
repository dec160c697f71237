"""How long a search takes in the database: counts of all facets, order, the page's rows."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import TypeVar

from django.db import connection

from innovations.queries.columns import Holder, holder
from innovations.queries.facets import count_facets
from innovations.queries.hits import settled
from innovations.queries.search import innovations_in_order
from innovations.queries.spelling import suggestion
from innovations.queries.terms import NEWEST, Terms
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
    ("several words, facets", [Terms("antrean puskesmas", {"kategori": ("kesehatan",)})]),
    ("phrase", [Terms('"rumah sakit"'), Terms('"tepat waktu"')]),
    ("phrase of three", [Terms('"tujuan pembangunan berkelanjutan"')]),
    (
        "phrase, stop words in it",
        [Terms('"pelayanan yang lebih baik"'), Terms('"kependudukan dan pencatatan sipil"')],
    ),
    ("exclusion", [Terms("sampah -sekolah"), Terms("-pelayanan")]),
    ("no dossier has all words", [Terms("paspor mangrove nelayan")]),
]


@dataclass(frozen=True)
class Spent:
    """Milliseconds of one search.

    By the clock, whole and in the database (until its answer was here), and of a processor,
    here and there.
    """

    clock: float
    database: float
    processor: float


class Watch:
    """Times calls; the server's process is asked of the kernel, since its cluster is here."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._server = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        self._database = 0.0
        self._sums: list[float] = []

    def _processor(self) -> float:
        return time.process_time() + int(self._server.read_text().split()[0]) / 1e9

    def spent(self, work: Callable[[], object]) -> Spent:
        """What one call takes."""
        began, used, self._database = time.perf_counter(), self._processor(), 0.0
        with connection.execute_wrapper(self._asked):
            work()
        clock, processor = time.perf_counter() - began, self._processor() - used
        return Spent(clock * 1000, self._database * 1000, processor * 1000)

    def _asked(self, execute: Callable[..., object], *statement: object) -> object:
        began = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            self._database += time.perf_counter() - began

    def feel_the_pace(self) -> None:
        """Take the time of work that is always the same."""
        began = time.perf_counter()
        sum(range(200_000))
        self._sums.append((time.perf_counter() - began) * 1000)

    @property
    def pace(self) -> str:
        """How even the machine was meanwhile: what that work took, in milliseconds."""
        marks = quantiles(self._sums, n=100)
        return (f"{min(self._sums):.1f} at best, p50 {marks[49]:.1f}, p95 {marks[94]:.1f},"
                f" worst {max(self._sums):.1f}")  # fmt: skip


MEASURED = ("database", "clock", "processor")


def _cells(every: Sequence[float]) -> str:
    marks = quantiles(every, n=100)
    return f"{marks[49]:.0f} | {min(marks[94], max(every)):.0f} | {max(every):.0f}"


def _line(kind: str, hits: int, every: Sequence[Spent], first: Sequence[Spent]) -> str:
    asked = f"{max(one.processor for one in first):.0f}" if first else ""
    cells = (_cells([getattr(one, name) for one in every]) for name in MEASURED)
    return f"| {kind} | {hits:,} | {' | '.join(cells)} | {asked} |"


def report() -> None:
    """Print p50, p95 and the worst of each kind of search, and of a first question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM innovations_innovation")
        (count,) = cursor.fetchone()
    watch = Watch()
    start = watch.spent(Holder().read)
    print(f"\n{count:,} dossiers, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f},"
          f" {ROUNDS} rounds; the columns of a new process: {start.clock:.0f} ms,"
          f" {start.processor:.0f} of a processor\n")  # fmt: skip
    print("| search | hits | p50 in the database, ms | p95 | worst | p50 in all | p95 | worst"
          " | p50 of a processor | p95 | worst | asked first |")  # fmt: skip
    print("| --- |" + " ---: |" * 11)
    every: list[Spent] = []
    for kind, searches in KINDS:
        total = settled(searches[0]).total
        first = [watch.spent(partial(_first, terms)) for terms in searches]
        spent = list(_rounds(watch, _search, searches))
        every += spent
        print(_line(kind, total, spent, first), flush=True)
    print(_line("**search and facets**", count, every, []))
    titles = ["antr", "puskes", "pela", "si an"]
    print(_line("titles while typing", 0, list(_rounds(watch, titles_beginning, titles)), []))
    suggestion("puskemsa")
    misspelt = ["puskemsa", "perpustakan desa", "mangruve"]
    print(_line("near words", 0, list(_rounds(watch, suggestion, misspelt)), []))
    print(f"\nIn between the same sum of numbers, ms: {watch.pace}.")


def _rounds(watch: Watch, search: Callable[[T], object], questions: Sequence[T]) -> Iterator[Spent]:
    for _round in range(max(2, ROUNDS // len(questions))):
        for question in questions:
            watch.feel_the_pace()
            yield watch.spent(partial(search, question))


def _first(terms: Terms) -> None:
    holder.read()[0].answers.clear()
    _search(terms)


def _search(terms: Terms) -> None:
    """What one page asks of the database."""
    found = settled(terms)
    count_facets(found)
    innovations_in_order(found.ids(0, PAGE), found.terms.query)
