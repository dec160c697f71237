"""Simulated marks: entry quality, evaluator severity, noise; and what judges write.

The product ranks whatever sheets it finds. To make a replay come out as published, the marks
of the planned winners and of their nearest rivals are nudged, one mark at a time, until the
winners' totals stand above the others'; everything else is as drawn.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from competitions.actions.scoresheets import SheetMarks
from competitions.models import Assignment, Criterion, Stage
from competitions.scoring import needs_note
from sinovik.management.world.vocabulary import lines_of

HIGHEST, LOWEST = 5, 1
CENTRE, QUALITY_WEIGHT, NOISE = 3.2, 0.62, 0.62
SEVERITY = 0.22
SPREAD = 45
"""Points on either side over which nudged entries are scattered, so that no ledge shows."""
WINNER_QUALITY, RIVAL_QUALITY = 1.35, 1.45

PERSONAL_EVERY = 97
"""One entry in so many has comments that tell a person."""

Marks = dict[str, int]


@dataclass
class Jury:
    """Draws sheets of one stage. `weights` are in per cent, by criterion key."""

    random: Random
    weights: Mapping[str, int]
    quality: dict[int, float] = field(default_factory=dict)
    severity: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, stage: Stage, random: Random) -> "Jury":
        """A jury for the rubric of a stage."""
        criteria = Criterion.objects.filter(stage=stage).order_by("position")
        return cls(random, {one.key: int(one.weight) for one in criteria})

    def draw(self, entry: int, judge: int) -> Marks:
        """Marks of one judge for one entry."""
        if judge not in self.severity:
            self.severity[judge] = self.random.gauss(0, SEVERITY)
        centre = CENTRE + QUALITY_WEIGHT * self.quality[entry] + self.severity[judge]
        return {
            key: min(HIGHEST, max(LOWEST, round(self.random.gauss(centre, NOISE))))
            for key in self.weights
        }

    def set_quality(self, entries: Iterable[int], winners: set[int]) -> None:
        """Winners are good, and some of the others nearly as good."""
        for entry in entries:
            if entry in winners:
                self.quality[entry] = WINNER_QUALITY + abs(self.random.gauss(0, 0.35))
            else:
                self.quality[entry] = min(RIVAL_QUALITY, self.random.gauss(0, 0.8))

    def points(self, sheets: Sequence[Marks]) -> int:
        """Weighted marks of an entry's sheets together; ranks entries with as many sheets."""
        return sum(self.weights[key] * mark for sheet in sheets for key, mark in sheet.items())

    def settle(self, sheets: Mapping[int, list[Marks]], winners: set[int]) -> None:
        """Nudge marks until every winner has more points than everybody else."""
        totals = {entry: self.points(own) for entry, own in sheets.items()}
        line = sorted(totals.values(), reverse=True)[len(winners) - 1]
        for entry, own in sheets.items():
            if entry in winners and self.points(own) < line:
                self._nudge_until(own, +1, line + self.random.randint(0, SPREAD))
            elif entry not in winners and self.points(own) >= line:
                self._nudge_until(own, -1, line - 1 - self.random.randint(0, SPREAD))

    def tie_at_line(self, sheets: Mapping[int, list[Marks]], winners: set[int]) -> None:
        """Give the best of the others the last winner's marks: a tie for the plenary to settle.

        After `settle`, and by no lot, so that the rest stays as it was.
        """
        last = min(winners, key=lambda entry: (self.points(sheets[entry]), entry))
        for entry in winners - {last}:
            while self.points(sheets[entry]) <= self.points(sheets[last]):
                self._raise_one(sheets[entry])
        others = [
            entry for entry in sheets.keys() - winners if len(sheets[entry]) == len(sheets[last])
        ]
        rival = max(others, key=lambda entry: (self.points(sheets[entry]), -entry), default=None)
        for own, copied in zip(sheets[rival] if rival else (), sheets[last], strict=False):
            own.update(copied)

    def _raise_one(self, sheets: Sequence[Marks]) -> None:
        """Raise the lowest mark by one."""
        sheet, key = min(
            ((sheet, key) for sheet in sheets for key in sheet), key=lambda one: one[0][one[1]]
        )
        sheet[key] += 1

    def _nudge_until(self, sheets: Sequence[Marks], step: int, goal: int) -> None:
        """Nudge until the points reach `goal` in the direction of `step`."""
        while step * self.points(sheets) < step * goal:
            self._nudge(sheets, step)

    def _nudge(self, sheets: Sequence[Marks], step: int) -> None:
        """Move one mark by one, where there is room and it shows least."""
        limit = HIGHEST if step > 0 else LOWEST
        room = [(sheet, key) for sheet in sheets for key, mark in sheet.items() if mark != limit]
        sheet, key = self.random.choice(room)
        sheet[key] += step


class Remarks:
    """Notes and verdicts in a judge's words."""

    def __init__(self, random: Random) -> None:
        self.random = random
        path = Path(__file__).resolve().parent / "judging_notes.toml"
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        self.lines = {
            key: {kind: lines_of(block) for kind, block in table.items()}
            for key, table in tables.items()
        }

    def sheet(self, assignment: Assignment, marks: Mapping[str, int]) -> SheetMarks:
        """A complete sheet: every mark that needs a note has one."""
        notes = {
            key: self.random.choice(self.lines[key]["high" if mark == HIGHEST else "low"])
            for key, mark in marks.items()
            if needs_note(mark, HIGHEST)
        }
        overall = self.lines["overall"]
        strengths = self.random.sample(overall["strengths"], 2)
        weaknesses = self.random.sample(overall["weaknesses"], 1)
        if assignment.entry_id % PERSONAL_EVERY == 0:
            # A slip for the secretariat to find; drawn by no lot, so that the rest stays as it was.
            weaknesses.append(overall["personal"][assignment.pk % len(overall["personal"])])
        return SheetMarks(
            assignment=assignment,
            marks=dict(marks),
            notes=notes,
            strengths=" ".join(strengths),
            weaknesses=" ".join(weaknesses),
        )

    def begun(self, assignment: Assignment, marks: Mapping[str, int], count: int) -> SheetMarks:
        """A sheet with only the first `count` criteria marked and nothing written yet."""
        return SheetMarks(assignment=assignment, marks=dict(list(marks.items())[:count]))
