"""T22 in short: a close and an announcement under a crowd, and that the count notices.

The long form is `python -m bench.load deadline`; its targets of time are for that, not for here.
A site that forgets what it acknowledged is its control: `--sabotage forgets`.
"""

import random
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.front import IS_THERE
from bench.load import announcing, awaited, closing, evening, judges, registration
from bench.load.announcing import Announcing
from bench.load.closing import Closing
from bench.load.evening import Evening
from bench.load.place import PAST_TRIGGERS, Place, placed
from bench.load.report import Report
from bench.load.running import walked
from bench.rates.writing import Client, Told, unkept_scores, unkept_submissions
from tests.chromium import REQUIRED
from tests.servers import migrated

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not IS_THERE and not REQUIRED, reason="no nginx"),
]
RUSH = Closing("rush", opening=5.0, window=4.0, after=0.5, tail=20.0, types_every=0.5)
WAIT = Announcing(
    "wait", visitors=4, asks_every=0.2, a_second=20.0, opening=4.0, before=1.5, after=3.0
)
SUBMITTERS, WRITERS, LATE = 12, 2, 3


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    """With its site; in a directory that an unprivileged account reaches, unlike pytest's own."""
    with (
        django_db_blocker.unblock(),
        tempfile.TemporaryDirectory(prefix="sinovik-l-") as name,
        placed(Path(name), migrated()) as made,
        made.site(),
    ):
        yield made


def test_a_close_under_a_crowd_loses_nothing_and_lets_nothing_in_after_it(place: Place) -> None:
    with place.inside():
        people = registration.build(submitters=SUBMITTERS, writers=WRITERS, late=LATE)
    report, rows = closing.run(place, people, RUSH, random.Random(1))
    told = "\n".join(report.told())
    assert report.is_sound, told
    assert report.acknowledged > LATE, told
    assert report.refused >= LATE, told
    _assert_found_out(place, rows)


def _assert_found_out(place: Place, rows: list[dict[str, Any]]) -> None:
    """The control: of what was acknowledged, lose one receipt, one edit; let one in too late."""
    keys = [row["acknowledged"] for row in rows if "acknowledged" in row]
    (edited,) = [row["innovation"] for row in rows if row.get("saves")][:1]
    with place.line() as line:
        line.execute(PAST_TRIGGERS)
        line.execute("DELETE FROM competitions_receipt WHERE request_key = %s", [keys[0]])
        line.execute(
            "UPDATE competitions_receipt SET issued_at = %s WHERE request_key = %s",
            [datetime.now(UTC), keys[1]],
        )
        line.execute("UPDATE innovations_innovation SET edit_number = 0 WHERE id = %s", [edited])
        (closes_at,) = line.execute("SELECT min(closes_at) FROM competitions_stage").fetchone() or [
            None
        ]
    report = Report("tampered")
    closing.count(place, report, rows, closes_at)
    assert len(report.missing) == 2, report.told()
    assert len(report.broken) == 1, report.told()


def test_a_result_is_on_no_page_before_its_instant_and_on_all_soon_after(place: Place) -> None:
    with place.inside():
        contest = awaited.build(entries=25, seats=12)
    report, _rows = announcing.run(place, contest, WAIT)
    assert report.is_sound, "\n".join(report.told())
    # The control: were the instant still to come, all that would be early.
    plan = announcing.plan(place, contest, WAIT, time.time() + 60)
    plan |= {"leaves_at": time.time() + 3}
    early = Report("early")
    announcing.count(early, walked(early, plan, place), [])
    assert early.broken, early.told()


def test_what_evaluators_mark_at_once_is_kept_as_acknowledged(place: Place) -> None:
    with place.inside():
        people = judges.build(judges=2, sheets=2)
    report, rows = evening.run(place, people, Evening("evening", 2, 2, thinks=0.0))
    assert report.is_sound, "\n".join(report.told())
    with place.line() as line:
        line.execute(PAST_TRIGGERS)
        line.execute("UPDATE competitions_score SET mark = 6 - mark WHERE mark <> 3")
    tampered = Report("tampered")
    evening.count(place, tampered, rows)
    assert tampered.missing, tampered.told()


def test_the_measurement_of_rates_looks_up_each_write_and_finds_a_lost_one(place: Place) -> None:
    with place.inside():
        (judge,) = judges.build(judges=1, sheets=1)
        (part,) = registration.build(submitters=1, writers=0, late=0).submitters
    client = Client(place.port, threading.Event(), lambda _client: False)
    for number in range(4):
        client.score(judge, number)
    scored, client.told = client.told, Told()
    client.submit(part)
    client.close()
    sent = client.told
    assert (len(scored.writes), len(sent.writes)) == (4, 1)
    assert unkept_scores(place, [scored]) + unkept_submissions(place, [sent]) == []
    (pk,) = judge["sheets"]
    scored.writes.append((pk, 99))
    scored.newest[pk][1]["novelty"] = [1, "never saved"]
    sent.writes.append((part["entry"], "never given"))
    assert len(unkept_scores(place, [scored])) == 2
    assert unkept_submissions(place, [sent]) == ["receipt never given: 0 times"]
