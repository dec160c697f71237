"""Starts the crowd's process with its plan and reads what it tells."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.load.place import PROCESSORS, Place, used
from bench.load.report import Report

ROOT = Path(__file__).parents[2]


EVERY = 0.5


def walked(report: Report, plan: dict[str, Any], place: Place) -> list[dict[str, Any]]:
    """Let the crowd of a plan act; its rows, and its times in the report.

    Also who used the processors, from the plan's `rush_at` (else from the start) on.
    """
    given, answered = place.directory / "plan.json", place.directory / "told.json"
    given.write_text(json.dumps(plan))
    command = [sys.executable, "-m", "bench.load.crowd", str(given), str(answered)]
    with subprocess.Popen(command, cwd=ROOT) as crowd:
        report.lines.append(_shares(crowd, place, plan.get("rush_at", 0.0)))
    if crowd.returncode:
        raise subprocess.CalledProcessError(crowd.returncode, command)
    found = json.loads(answered.read_text())
    report.times = found["times"]
    rows: list[dict[str, Any]] = found["told"]
    people = sum(len(parts) for parts in plan["people"].values())
    failed = [row["failed"] for row in rows if "failed" in row]
    if failed or len(rows) < people:
        raise RuntimeError(
            f"{len(rows)} of {people} people played their part\n" + "".join(failed[:1])
        )
    return rows


def _shares(crowd: "subprocess.Popen[bytes]", place: Place, rush_at: float) -> str:
    """Who used the processors from an instant until the crowd has gone, in one sentence."""

    def now() -> dict[str, float]:
        return place.processors() | {"client": used(crowd.pid)}

    while crowd.poll() is None and time.time() < rush_at:
        time.sleep(EVERY)
    first = last = now()
    began = ended = time.monotonic()
    while crowd.poll() is None:
        last, ended = now(), time.monotonic()
        time.sleep(EVERY)
    seconds = {name: last[name] - first[name] for name in PROCESSORS}
    told = ", ".join(f"{name} {spent:.1f}" for name, spent in seconds.items())
    return (
        f"Seconds of a processor in {ended - began:.0f} s on {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f}: {told}; together {sum(seconds.values()):.1f}."
    )
