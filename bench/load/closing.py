"""The scene of a close: everybody submits in the last minute, or in the last ten."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.faults.promises import compare
from bench.faults.writers import Book
from bench.load.place import Place
from bench.load.registration import Registration
from bench.load.report import Report
from bench.load.running import walked

RECEIPTS = """
    SELECT entry_id, count(*), max(issued_at) FROM competitions_receipt GROUP BY entry_id
"""
LATE = "SELECT entry_id, attempted_at FROM competitions_latesubmission"
PRESSED_UNTIL = 0.95
"""Of the window: the last buttons are pressed so long before the instant, not in it."""
ON_THE_WAY = 3.0
"""Seconds from a button of the crowd to nginx: all share two processors."""


@dataclass(frozen=True)
class Closing:
    """How long people have to open their pages, how long the last rush and its tail last."""

    name: str
    opening: float
    window: float
    after: float
    tail: float
    types_every: float = 15.0
    p99: float = 3000.0


def run(
    place: Place, registration: Registration, closing: Closing, chance: random.Random
) -> tuple[Report, list[dict[str, Any]]]:
    """Let the crowd act around a close that is set for it; the count, and what it was told."""
    report = Report(closing.name)
    closes_at = time.time() + closing.opening + closing.window
    instant = datetime.fromtimestamp(closes_at, UTC)
    place.close_at(registration.stage, instant)
    people = plan(place, registration, closing, closes_at, chance)
    rows = walked(report, people, place)
    count(place, report, rows, instant)
    pressed = len(registration.submitters)
    report.lines.insert(0, f"{pressed} pressed the button within {closing.window:.0f} s.")
    report.hold("submit", 99, closing.p99)
    report.hold("autosave", 99, closing.p99)
    return report, rows


def plan(
    place: Place,
    registration: Registration,
    closing: Closing,
    closes_at: float,
    chance: random.Random,
) -> dict[str, Any]:
    """Who does what at which second."""
    begins = closes_at - closing.window

    def pressing(parts: list[dict[str, Any]], first: float, last: float) -> list[dict[str, Any]]:
        opening = begins - closing.opening
        return [
            part
            | {"at": chance.uniform(first, last), "opens_at": chance.uniform(opening, begins - 1)}
            for part in parts
        ]

    soon = begins + PRESSED_UNTIL * closing.window
    return {
        "scene": "bench.load.closing_crowd",
        "host": f"http://127.0.0.1:{place.port}",
        "closes_at": closes_at,
        "rush_at": begins,
        "ends_at": closes_at + closing.after + closing.tail,
        "types_every": closing.types_every,
        "people": {
            "Submitter": pressing(registration.submitters, begins, soon),
            "Latecomer": pressing(registration.late, closes_at + 0.001, closes_at + closing.after),
            "Writer": [
                part | {"at": begins + chance.uniform(0, min(closing.types_every, closing.window))}
                for part in registration.writers
            ],
        },
    }


def count(place: Place, report: Report, rows: list[dict[str, Any]], instant: datetime) -> None:
    """Compare what the crowd believed with what stands in the database."""
    books = _books(rows)
    with place.line() as line:
        report.missing, report.doubled = compare(books, line)
        receipts = {row[0]: row[1:] for row in line.execute(RECEIPTS).fetchall()}
        late: dict[int, datetime] = dict(line.execute(LATE).fetchall())
    for entry, (number, newest) in receipts.items():
        if number > 1:
            report.doubled.append(f"receipt of entry {entry}: {number}")
        if newest >= instant:
            report.broken.append(f"entry {entry} accepted {newest - instant} after the close")
    report.broken += [*_let_in_late(rows, instant), *_turned_away(rows, receipts, late, instant)]
    _tell(report, rows, late)


def _let_in_late(rows: list[dict[str, Any]], instant: datetime) -> Iterator[str]:
    for row in rows:
        after = row.get("pressed_at", 0.0) - instant.timestamp()
        if "acknowledged" in row and after >= 0:
            yield f"entry {row['entry']} was sent {after:.1f} s after and accepted"


def _turned_away(
    rows: list[dict[str, Any]],
    receipts: dict[int, Any],
    late: dict[int, datetime],
    instant: datetime,
) -> Iterator[str]:
    """What was refused, and should not have been, or without what belongs to a refusal."""
    for row in rows:
        if "refused" not in row:
            continue
        entry, before = row["entry"], instant.timestamp() - row["pressed_at"]
        if entry in receipts:
            yield f"entry {entry} was refused and has a receipt"
        if entry not in late or late[entry] < instant:
            yield f"entry {entry} was refused and its text is not kept as late"
        if before > ON_THE_WAY:
            yield f"entry {entry} was sent {before:.1f} s before and refused"
        if not row["has_reason"]:
            yield f"entry {entry} was refused without the reason"


def _books(rows: list[dict[str, Any]]) -> dict[int, Book]:
    books: dict[int, Book] = {}
    for row in rows:
        book = books.setdefault(row["innovation"], Book())
        if "acknowledged" in row:
            book.receipts.append(row["acknowledged"])
            if not row["code"]:
                book.broken.append(f"receipt of entry {row['entry']}: its page shows no code")
        if "saves" in row:
            book.saves, book.version = row["saves"], row["version"]
            book.texts, book.broken = row["texts"], book.broken + row["broken"]
    return books


def _tell(report: Report, rows: list[dict[str, Any]], late: dict[int, datetime]) -> None:
    """The numbers, and what was pressed in time and still came too late."""
    submitted = sum("acknowledged" in row for row in rows)
    saves = sum(row.get("saves", 0) for row in rows)
    report.acknowledged = submitted + saves
    refused = [row["kind"] for row in rows if "refused" in row]
    report.refused = len(refused)
    report.lines += [
        f"{submitted} submissions with a receipt, {saves} autosaves; {len(refused)} refused after "
        f"the instant, each with the reason and its text kept ({len(late)} kept).",
    ]
    later = sum(row.get("later", 0) for row in rows)
    if later:
        report.lines.append(f"{later} autosaves stood back in the crowd (503, sent again later).")
    unsure = sum("unsure" in row for row in rows)
    unopened = sum("unopened" in row for row in rows)
    if unsure or unopened:
        report.short.append(f"{unsure} without an answer, {unopened} could not open the page")
