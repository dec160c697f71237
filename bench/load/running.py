"""Starts the crowd's process with its plan and reads what it tells."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.load.report import Report

ROOT = Path(__file__).parents[2]


def walked(report: Report, plan: dict[str, Any], directory: Path) -> list[dict[str, Any]]:
    """Let the crowd of a plan act; its rows, and its times in the report."""
    given, answered = directory / "plan.json", directory / "told.json"
    given.write_text(json.dumps(plan))
    subprocess.run(
        [sys.executable, "-m", "bench.load.crowd", str(given), str(answered)],
        cwd=ROOT,
        check=True,
    )
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
