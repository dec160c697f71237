"""The scene of an evening: all evaluators mark at once."""

import time
from dataclasses import dataclass
from typing import Any

from bench.load.place import Place
from bench.load.report import Report
from bench.load.running import walked

SHEETS = """
    SELECT sheet.assignment_id, sheet.edit_number, sheet.state = 'final', criterion.key,
           score.mark, score.note
    FROM competitions_scoresheet sheet
    JOIN competitions_score score ON score.scoresheet_id = sheet.id
    JOIN competitions_criterion criterion ON criterion.id = score.criterion_id
"""
PAGE_P95, SAVE_P95 = 150.0, 60.0


@dataclass(frozen=True)
class Evening:
    """How many evaluators with how many sheets, and the seconds between two marks."""

    name: str
    judges: int
    sheets: int
    thinks: float


def run(
    place: Place, people: list[dict[str, Any]], scene: Evening
) -> tuple[Report, list[dict[str, Any]]]:
    """Let them mark; the count, and what they were told."""
    report = Report(scene.name)
    plan = {
        "scene": "bench.load.evening_crowd",
        "host": f"http://127.0.0.1:{place.port}",
        "ends_at": time.time() + 900,
        "thinks": scene.thinks,
        "people": {"Judge": people},
    }
    rows = walked(report, plan, place)
    count(place, report, rows)
    report.hold("sheet", 95, PAGE_P95)
    report.hold("autosave", 95, SAVE_P95)
    return report, rows


def count(place: Place, report: Report, rows: list[dict[str, Any]]) -> None:
    """Each acknowledged mark, note and sent sheet against its row."""
    stored: dict[int, dict[str, Any]] = {}
    with place.line() as line:
        for pk, version, is_final, key, mark, note in line.execute(SHEETS).fetchall():
            sheet = stored.setdefault(pk, {"version": version, "is_final": is_final, "marks": {}})
            if key in sheet["marks"]:
                report.doubled.append(f"{key} of sheet {pk}")
            sheet["marks"][key] = [mark, note]
    sheets = [sheet for row in rows for sheet in row["sheets"]]
    for sheet in sheets:
        found = stored.get(sheet["assignment"], {"version": 0, "is_final": False, "marks": {}})
        report.missing += [
            f"{key} of sheet {sheet['assignment']}"
            for key, told in sheet["marks"].items()
            if found["marks"].get(key) != told
        ]
        if found["version"] < sheet["version"] or (sheet["is_sent"] and not found["is_final"]):
            report.missing.append(f"sheet {sheet['assignment']} as it was acknowledged")
    sent = sum(sheet["is_sent"] for sheet in sheets)
    saves = sum(sheet["saves"] for sheet in sheets)
    report.acknowledged = sent + saves
    report.lines.append(f"{sent} of {len(sheets)} sheets sent, {saves} autosaves.")
    if sent < len(sheets):
        report.broken.append(f"{len(sheets) - sent} complete sheets were not taken")
