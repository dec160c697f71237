"""T17 and T18 in short: what is acknowledged outlives killed processes and a lost primary.

The long form is `python -m bench.faults`; with `--asynchronous` it is the control of the whole
way. Here the control is of the database alone, to spare a second start of the site.
"""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bench.faults.chain import Chain
from bench.faults.pair import Pair
from bench.places import free_ports
from sinovik.postgres.cluster import DATABASE, SUPERUSER
from tests.servers import migrated

pytestmark = pytest.mark.slow
ONE_OF_EACH = ["web worker", "job worker", "primary", "cancelled"]
ROWS = 20


class InTurn(random.Random):
    """Chooses the faults one after the other."""

    def __init__(self) -> None:
        super().__init__(1)
        self.left = list(ONE_OF_EACH)

    def choices(self, *_given: Any, **_weights: Any) -> list[Any]:
        return [self.left.pop(0)]


@pytest.fixture
def open_dir(django_db_setup: None, django_db_blocker: Any) -> Iterator[Path]:
    """A directory that an unprivileged account reaches; each pytest closes its own to others."""
    with django_db_blocker.unblock(), tempfile.TemporaryDirectory(prefix="sinovik-f-") as name:
        yield Path(name)


def test_acknowledged_writes_outlive_kills_promotion_and_cancelled_waits(open_dir: Path) -> None:
    chain, chance = Chain(open_dir, free_ports()), InTurn()
    try:
        report = chain.run(
            seed=migrated(),
            writers=3,
            saves=3,
            until=lambda report: not chance.left,
            chance=chance,
        )
    finally:
        chain.close()
    assert report.is_kept, report.lines()
    assert report.cancelled, report.lines()
    assert report.receipts, report.lines()


def test_asynchronous_standby_loses_what_was_acknowledged(open_dir: Path) -> None:
    pair = Pair(open_dir, free_ports()[:2], is_synchronous=False)
    try:
        pair.start(migrated())
        with psycopg.connect(pair.primary.dsn(SUPERUSER, DATABASE), autocommit=True) as line:
            line.execute("CREATE TABLE written (number int)")
            pair.lose_standby()
            for number in range(ROWS):
                line.execute("INSERT INTO written VALUES (%s)", [number])
        pair.fail_over()
        is_there = pair.ask("SELECT to_regclass('written') IS NOT NULL") == "True"
        kept = pair.ask("SELECT count(*) FROM written") if is_there else "0"
        assert int(kept) < ROWS
    finally:
        pair.forget()
