"""The scene of an announcement: a crowd of strangers asks for a result that is not out yet."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.load import awaited
from bench.load.place import Place
from bench.load.report import Report
from bench.load.running import walked

WITHIN = 2.0
P99 = 250.0


@dataclass(frozen=True)
class Announcing:
    """How many visitors ask how often, how long before the instant and after it.

    Together they ask for more than `a_second`, which is what is promised: a crowd that asks for
    just so much is never answered more, and each of its own delays would count against the site.
    """

    name: str
    visitors: int
    asks_every: float
    a_second: float
    opening: float
    before: float
    after: float


def run(place: Place, contest: Any, scene: Announcing) -> tuple[Report, list[dict[str, Any]]]:
    """Schedule the announcement while the site runs, let the crowd ask; what it saw."""
    report = Report(scene.name)
    announce_at = time.time() + scene.opening + scene.before
    with place.inside():
        awaited.schedule(contest, datetime.fromtimestamp(announce_at, UTC))
    rows = walked(report, plan(place, contest, scene, announce_at), place)
    count(report, rows, [page["name"] for page in pages(contest)])
    (total,) = [row for row in report.times if row["name"] == "all"]
    if total["a_second"] < scene.a_second:
        report.short.append(
            f"{total['a_second']:.0f} requests a second, target {scene.a_second:.0f}"
        )
    report.hold("all", 99, P99)
    return report, rows


def pages(contest: Any) -> list[dict[str, Any]]:
    """Where a result stands; all of it public, none of it before the instant."""
    year, band = contest.edition.year, awaited.BAND
    edition = f"/kompetisi/{year}/"
    found = [{"name": "result", "path": f"{edition}{band}/", "good": [200]}] * 4
    found += [{"name": "winners", "path": "/pemenang/", "good": [200]}] * 2
    return [
        *found,
        {"name": "list as CSV", "path": f"{edition}{band}/daftar.csv", "good": [200]},
        {"name": "bundle", "path": f"{edition}hasil/bundle.json", "good": [200, 404]},
        {
            "name": "JSON",
            "path": f"/api/v1/editions/{year}/results?band={band}",
            "good": [200, 429],
        },
    ]


def plan(place: Place, contest: Any, scene: Announcing, announce_at: float) -> dict[str, Any]:
    """Everybody asks from the beginning to the end."""
    leaves_at = announce_at + scene.after
    return {
        "scene": "bench.load.awaiting_crowd",
        "host": f"http://127.0.0.1:{place.port}",
        "announce_at": announce_at,
        "leaves_at": leaves_at,
        "ends_at": leaves_at + 120,
        "within": WITHIN,
        "asks_every": scene.asks_every,
        "decree": awaited.DECREE,
        "pages": pages(contest),
        "people": {"Visitor": [{"first": place} for place in range(scene.visitors)]},
    }


def count(report: Report, rows: list[dict[str, Any]], names: list[str]) -> None:
    """What was shown too early, too late or not at all; each page absent a moment before."""
    report.acknowledged = sum(row["answers"] for row in rows)
    early = [each for row in rows for each in row["early"]]
    outdated = [each for row in rows for each in row["outdated"]]
    report.broken += [f"shown early: {each}" for each in early]
    report.broken += [f"not shown {WITHIN:.0f} s after: {each}" for each in outdated[:5]]
    failed = sum(row["failed"] for row in report.times if row["name"] == "all")
    if failed:
        report.broken.append(f"{failed} answers were not what a visitor may expect")
    for name in dict.fromkeys(names):
        absent = [row["absent"][name] for row in rows if name in row["absent"]]
        shown = [row["shown"][name] for row in rows if name in row["shown"]]
        if not absent or not shown:
            report.broken.append(
                f"{name}: seen without the result {len(absent)}, with {len(shown)}"
            )
            continue
        report.lines.append(
            f"{name}: last without the result {-max(absent):.3f} s before the instant, "
            f"first with it in a request {min(shown):.3f} s after."
        )
