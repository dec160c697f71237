"""The chain of kills: writers write, processes die, and each promise is looked up at the end."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench.faults.pair import Pair, reached
from bench.faults.promises import accounts, compare
from bench.faults.site import Site
from bench.faults.writers import Account, Book, Writer
from sinovik.postgres.cluster import DATABASE, SUPERUSER

BACK_WITHIN = 60.0
WAITERS_WITHIN = 5.0
KINDS = {
    "web worker": 8,
    "job worker": 4,
    "primary": 3,
    "standby": 2,
    "promotion": 2,
    "cancelled": 1,
}
"""Faults with their weights: `primary` starts again where it was; `promotion` lets the standby
take over; `cancelled` cancels waits for a lost standby before the primary is lost too."""


@dataclass
class Report:
    """What was promised, what is there, and how long people waited."""

    faults: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    receipts: int = 0
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    cancelled: int = 0
    seconds_back: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def is_kept(self) -> bool:
        """Whether every promise was kept."""
        return not self.missing and not self.doubled

    def lines(self) -> list[str]:
        """As people read it."""
        total = sum(self.faults.values())
        told = [
            f"{total} faults over {self.acknowledged} acknowledged writes in {self.seconds:.0f} s, "
            f"{self.receipts} of them submissions with a receipt: {len(self.missing)} missing, "
            f"{len(self.doubled)} doubled; {self.cancelled} waits for the standby cancelled.",
            "| fault | times | seconds until the next acknowledged write: median | worst |",
            "| --- | ---: | ---: | ---: |",
        ]
        for kind, times in sorted(self.seconds_back.items()):
            middle = sorted(times)[len(times) // 2]
            told.append(f"| {kind} | {self.faults[kind]} | {middle:.2f} | {max(times):.2f} |")
        return (
            told
            + [f"MISSING {one}" for one in self.missing]
            + [f"DOUBLED {one}" for one in self.doubled]
        )


class Chain:
    """A pair of servers, a site over them, writers, and faults one after the other."""

    def __init__(
        self, directory: Path, ports: tuple[int, int, int], *, is_synchronous: bool = True
    ) -> None:
        self.directory = directory
        self.pair = Pair(directory, ports[:2], is_synchronous=is_synchronous)
        self.port = ports[2]
        self.report = Report()
        self._last = ""
        self._stop = threading.Event()
        self._writers: list[Writer] = []

    def run(
        self,
        *,
        seed: Path,
        writers: int,
        saves: int,
        until: Callable[[Report], bool],
        kinds: dict[str, int] = KINDS,
        chance: random.Random,
        between: int = 0,
        tell: Callable[[str], None] = lambda line: None,
    ) -> Report:
        """Hurt the site until told, let it come to rest, count. Everything is stopped after.

        Between two faults so many writes are acknowledged: people get on, servers fill. `tell`
        hears of each fault, and of what was missing by then: a run that is killed has told.
        """
        site = None
        try:
            self.pair.start(seed)
            accounts = self._people(writers)
            site = Site(self.directory / "var", self.pair.address, self.port)
            site.wait_until_ready()
            self._begin(accounts, saves)
            began = time.monotonic()
            while not until(self.report):
                self._hurt(site, chance.choices(list(kinds), list(kinds.values()))[0], chance)
                self._let_write(between, until)
                tell(self._so_far())
            self._stop.set()
            for writer in self._writers:
                writer.join(BACK_WITHIN)
            self.report.seconds = time.monotonic() - began
            self._count({one.account.innovation: one.book for one in self._writers})
        finally:
            self._stop.set()
            if site:
                site.stop()
        return self.report

    def close(self) -> None:
        """Stop the servers and delete their files."""
        self.pair.forget()

    def _people(self, number: int) -> list[Account]:
        with reached(self.pair.primary):
            return accounts(number)

    def _begin(self, accounts: list[Account], saves: int) -> None:
        self._writers = [Writer(one, self.port, saves, self._stop) for one in accounts]
        for writer in self._writers:
            writer.start()
        self._wait_for_acks(time.monotonic(), len(self._writers))

    def _hurt(self, site: Site, kind: str, chance: random.Random) -> None:
        site.keep_up()
        at = time.monotonic()
        if kind == "web worker":
            site.kill_web_worker(chance)
        elif kind == "job worker":
            site.kill_job_worker()
        elif kind == "primary":
            self.pair.restart_primary()
        elif kind == "standby":
            self.pair.lose_standby()
            time.sleep(chance.uniform(0.1, 0.5))
            self.pair.find_standby()
        else:
            at = self._change_over(kind)
        self.report.faults[kind] += 1
        # Answers that came while it was being done may have been on their way before.
        done = time.monotonic()
        self._wait_for_acks(done, 1)
        back = min(writer.last_ack for writer in self._writers if writer.last_ack > done) - at
        self.report.seconds_back.setdefault(kind, []).append(back)
        self._last = kind
        if kind in ("promotion", "cancelled"):
            self.pair.rebuild()
        time.sleep(chance.uniform(0.05, 0.4))

    def _let_write(self, number: int, until: Callable[[Report], bool]) -> None:
        enough = self.report.acknowledged + number
        while True:
            self.report.acknowledged = sum(writer.count for writer in self._writers)
            if self.report.acknowledged >= enough or until(self.report):
                return
            time.sleep(0.2)

    def _change_over(self, kind: str) -> float:
        """Lose the primary, with `cancelled` after its standby; when that was."""
        if kind == "cancelled":
            self.pair.lose_standby()
            deadline = time.monotonic() + WAITERS_WITHIN
            cancelled = 0
            while cancelled < len(self._writers) // 2 and time.monotonic() < deadline:
                time.sleep(0.05)
                cancelled += self.pair.cancel_waits()
            # Those that were cancelled get their answers.
            time.sleep(0.3)
            self.report.cancelled += cancelled
        at = time.monotonic()
        self.pair.fail_over()
        return at

    def _wait_for_acks(self, since: float, number: int) -> None:
        deadline = time.monotonic() + BACK_WITHIN
        while sum(writer.last_ack > since for writer in self._writers) < number:
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing was acknowledged for {BACK_WITHIN:.0f} s")
            time.sleep(0.01)

    def _so_far(self) -> str:
        """One line on the last fault. Writers write on: what they were promised is read first."""
        self._count({one.account.innovation: one.book.copied() for one in self._writers})
        report = self.report
        return (
            f"fault {sum(report.faults.values())}, {self._last}: written again after "
            f"{report.seconds_back[self._last][-1]:.2f} s; {report.acknowledged} acknowledged, "
            f"{report.receipts} receipts, {len(report.missing)} missing, "
            f"{len(report.doubled)} doubled"
        )

    def _count(self, books: dict[int, Book]) -> None:
        report = self.report
        with psycopg.connect(self.pair.primary.dsn(SUPERUSER, DATABASE)) as line:
            report.missing, report.doubled = compare(books, line)
        report.acknowledged = sum(writer.count for writer in self._writers)
        report.receipts = sum(len(book.receipts) for book in books.values())
