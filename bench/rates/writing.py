"""Eight clients over HTTP, how fast that went, and whether each of their writes is there once."""

import json
import os
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from statistics import quantiles
from typing import Any

from bench.faults.promises import KEYS
from bench.faults.writers import PAUSE, Account, Writer
from bench.load.evening import SHEETS
from bench.load.place import PROCESSORS

CLIENTS = 8
WARMED = 3.0
"""Seconds at the start that count for no rate; what was acknowledged in them must be there, too."""
CRITERIA = ("background", "novelty", "sustainability")
SAVED = """
    SELECT sheet.assignment_id, (event.payload->>'edit_number')::int, count(*)
    FROM competitions_scoresheet sheet JOIN audit_auditevent event
      ON event.verb = 'scoresheet_saved' AND event.object_id = sheet.id GROUP BY 1, 2
"""
SUBMITTED = """
    SELECT entry.id, (SELECT count(*) FROM competitions_receipt WHERE entry_id = entry.id),
      (SELECT count(*) FROM audit_auditevent
       WHERE verb = 'entry_submitted' AND object_id = entry.id),
      (SELECT count(*) FROM competitions_administrativecheck waiting
       JOIN competitions_stageentry stay ON stay.id = waiting.stage_entry_id
       WHERE stay.entry_id = entry.id)
    FROM competitions_entry entry WHERE entry.id = ANY(%s)
"""


@dataclass(frozen=True)
class Target:
    """So many a second, and the slowest of 95 in a hundred in milliseconds."""

    name: str
    a_second: float
    p95: float


SCORE, SUBMIT = Target("saving a score", 200, 60), Target("submitting", 100, 500)
OPEN = Target("opening a sheet", 0, 150)
"""One after another without a pause: `performance.md` names a p95 and no rate."""


@dataclass
class Told:
    """What one client was told: waits by the end of each, and what must be there."""

    waits: list[tuple[float, float]] = field(default_factory=list)
    other: Counter[int] = field(default_factory=Counter)
    writes: list[Any] = field(default_factory=list)
    newest: dict[int, tuple[int, dict[str, list[Any]]]] = field(default_factory=dict)


class Client(Writer):
    """Does `work` again and again; each acknowledged write is timed until its answer."""

    def __init__(self, port: int, stop: threading.Event, work: "Callable[[Client], bool]") -> None:
        super().__init__(Account(0, 0, "", "", 0), port, 0, stop)
        self.told = Told()
        self._work = work

    def run(self) -> None:
        """Write after write until told to stop, or until nothing is left."""
        while not self._stopped.is_set():
            began, writes = time.monotonic(), len(self.told.writes)
            if not self._work(self):
                break
            if len(self.told.writes) > writes:
                now = time.monotonic()
                self.told.waits.append((now, now - began))
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._line:
            self._line.close()

    def submit(self, part: dict[str, Any]) -> None:
        """Submit one proposal, once more with its key where no receipt came."""
        self.account, receipts = Account(**part), len(self.book.receipts)
        self._submit()
        if len(self.book.receipts) > receipts:
            self.told.writes.append((part["entry"], self.book.receipts[-1]))

    def open(self, judge: dict[str, Any], number: int) -> None:
        """Open a sheet's page and read it whole."""
        pk = judge["sheets"][number % len(judge["sheets"])]
        self.account = Account(pk, 0, judge["cookie"], judge["token"], 1)
        status, _headers, body = self._ask("GET", f"/kerja/penilaian/{pk}/", "")
        if status == 200 and f"/kerja/penilaian/{pk}/simpan/".encode() in body:
            self.told.writes.append(pk)
        else:
            self.told.other[status] += 1
            time.sleep(PAUSE)

    def score(self, judge: dict[str, Any], number: int) -> None:
        """Save one mark with its note over the version that is known."""
        pk, key = judge["sheets"][number % len(judge["sheets"])], CRITERIA[number % 3]
        version, marks = self.told.newest.setdefault(pk, (1, {}))
        mark, note = number % 5 + 1, f"Catatan {number}: dasar nilainya ada di halaman tiga."
        self.account = Account(pk, 0, judge["cookie"], judge["token"], version)
        fields = json.dumps({f"mark_{key}": str(mark), f"note_{key}": note})
        status, headers, _body = self._ask(
            "PUT", f"/kerja/penilaian/{pk}/simpan/", fields, {"If-Match": f'"{version}"'}
        )
        if status not in (200, 204):
            self.told.other[status] += 1
            time.sleep(PAUSE)
            return
        version = int(headers["etag"].removeprefix("W/").strip('"'))
        self.told.newest[pk] = (version, marks | {key: [mark, note]})
        self.told.writes.append((pk, version))


def openings(place: Any, panel: list[dict[str, Any]], seconds: float) -> list[str]:
    """Each client is one judge who opens sheet after sheet; which answers were no sheet."""

    def work(client: Client, judge: dict[str, Any], numbers: Iterator[int]) -> bool:
        client.open(judge, next(numbers))
        return True

    works = [partial(work, judge=judge, numbers=count()) for judge in panel]
    told = measured(OPEN, place, works, seconds)
    return [f"opened: {dict(one.other)}" for one in told if one.other]


def scores(place: Any, panel: list[dict[str, Any]], seconds: float) -> list[str]:
    """Each client is one judge with a dozen sheets; what is lost or there twice."""

    def work(client: Client, judge: dict[str, Any], numbers: Iterator[int]) -> bool:
        client.score(judge, next(numbers))
        return True

    works = [partial(work, judge=judge, numbers=count()) for judge in panel]
    return unkept_scores(place, measured(SCORE, place, works, seconds))


def unkept_scores(place: Any, told: Sequence[Told]) -> list[str]:
    """Each acknowledged save has one event, and each sheet reads as its last save left it."""
    with place.line() as line:
        events = {row[:2]: row[2] for row in line.execute(SAVED).fetchall()}
        stored = {(row[0], row[3]): row for row in line.execute(SHEETS).fetchall()}
    wrong = [
        f"save {one}: {events.get(one, 0)} times"
        for each in told
        for one in each.writes
        if events.get(one) != 1
    ]
    for pk, (version, marks) in (item for each in told for item in each.newest.items()):
        rows = [(key, stored.get((pk, key), ())) for key in marks]
        wrong += [
            f"sheet {pk}, {key}: not as it was told"
            for key, row in rows
            if row[1:2] != (version,) or [*row[4:]] != marks[key]
        ]
    return wrong


def submissions(place: Any, parts: list[dict[str, Any]]) -> list[str]:
    """Each proposal once, in an order in which agencies are mixed; what is lost or there twice."""
    random.Random(1).shuffle(parts)
    left = iter(parts)

    def work(client: Client) -> bool:
        part = next(left, None)
        if part:
            client.submit(part)
        return part is not None

    return unkept_submissions(place, measured(SUBMIT, place, [work] * CLIENTS))


def unkept_submissions(place: Any, told: Sequence[Told]) -> list[str]:
    """Each acknowledged submission has its receipt, one event and one check in the queue."""
    writes = [write for each in told for write in each.writes]
    with place.line() as line:
        keys = dict(line.execute(KEYS).fetchall())
        rows = line.execute(SUBMITTED, [[entry for entry, _key in writes]]).fetchall()
    return [
        *(f"entry {row[0]}: {row[1:]} receipts, events, checks" for row in rows
          if row[1:] != (1, 1, 1)),
        *(f"receipt {key}: {keys.get(key, 0)} times" for _entry, key in writes
          if keys.get(key) != 1),
    ]  # fmt: skip


def measured(
    target: Target,
    place: Any,
    works: Sequence[Callable[[Client], bool]],
    seconds: float = float("inf"),
) -> list[Told]:
    """Let the clients work, print the line of the table; what they were told, the warming too."""
    while not is_open(place.port):
        time.sleep(PAUSE)  # nginx is told to start, not awaited
    stop = threading.Event()
    clients = [Client(place.port, stop, work) for work in works]
    for client in clients:
        client.start()
    time.sleep(WARMED)
    used, began = place.processors() | _own(), time.monotonic()
    while time.monotonic() - began < seconds and all(client.is_alive() for client in clients):
        time.sleep(0.05)
    after, ended = place.processors() | _own(), time.monotonic()
    stop.set()
    for client in clients:
        client.join()
    told = [client.told for client in clients]
    waits = [wait for one in told for at, wait in one.waits if began < at <= ended]
    rate, marks = len(waits) / (ended - began), quantiles(waits, n=100)
    other = sum((one.other for one in told), Counter[int]())
    missed = rate < target.a_second or marks[94] * 1000 > target.p95
    cells = [f"{(after[name] - used[name]) * 1000 / len(waits):.1f}" for name in PROCESSORS]
    print(f"\n| {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} | requests | a second "
          f"| p50 ms | p95 | processor ms a request: {' | '.join(PROCESSORS)} |")  # fmt: skip
    print("| --- |" + " ---: |" * (4 + len(PROCESSORS)))
    print(f"| {target.name} | {len(waits):,} | {rate:.0f} | {marks[49] * 1000:.0f} "
          f"| {marks[94] * 1000:.0f} | {' | '.join(cells)} |")  # fmt: skip
    print(
        f"{'MISSED' if missed else 'met'}: {target.a_second:.0f} a second, p95 {target.p95:.0f} "
        f"ms; not acknowledged, by status: {dict(other)}",
        flush=True,
    )
    return told


def is_open(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _own() -> dict[str, float]:
    """Seconds of a processor so far that the clients, threads of this process, have used."""
    return {"client": time.process_time()}
