"""Scoring: save a draft, send it for good; one sheet or many with the same checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.extra_readers import call_extra_readers
from competitions.enums import SheetState
from competitions.exceptions import ConflictOfInterest, SheetIncomplete, WrongState
from competitions.models import Assignment, Criterion, Score, Scoresheet, Stage
from competitions.permissions import check_is_judge
from competitions.queries.conflicts import is_conflicted
from competitions.queries.locks import share_open_stage
from competitions.queries.marking import criteria_of, lock_sheets, released_meanwhile
from competitions.scoring import (
    RubricLine,
    marks_out_of_scale,
    missing_marks,
    missing_notes,
    sheet_total,
    stored,
)
from competitions.workflow import SHEET_MOVES, can_move
from innovations.exceptions import StaleEdit
from sinovik import audit
from sinovik.audit import clock
from sinovik.web.access import Forbidden

BATCH = 2000


@dataclass(frozen=True)
class SheetMarks:
    """What a judge gives one assignment: marks and notes by criterion key.

    A criterion named in either mapping is written whole, mark and note; one that is named
    in neither stays as it is. The mark None takes a mark back.
    """

    assignment: Assignment
    marks: Mapping[str, int | None]
    notes: Mapping[str, str] = field(default_factory=dict)
    strengths: str = ""
    weaknesses: str = ""

    @property
    def named_marks(self) -> dict[str, int | None]:
        """The mark of every criterion that the sheet names."""
        return dict.fromkeys(self.notes) | dict(self.marks)


@dataclass(frozen=True)
class _Desk:
    """Sheets under lock, and the rubric they are scored by."""

    stage: Stage
    criteria: Mapping[str, Criterion]
    sheets: Sequence[Scoresheet]

    @property
    def rubric(self) -> list[RubricLine]:
        return [
            RubricLine(one.key, one.weight, one.scale_maximum, one.note_rule)
            for one in self.criteria.values()
        ]


@transaction.atomic
def save_sheet(
    *, by: User, assignment: Assignment, edit_number: int, sheet: SheetMarks
) -> Scoresheet:
    """Save a draft, naming the edit that was read.

    Raises StaleEdit when it was saved in between, SheetIncomplete on a mark outside its
    scale, StageClosed after the deadline.
    """
    desk = _sit_down(by, [assignment])
    (row,) = desk.sheets
    if row.edit_number != edit_number:
        raise StaleEdit
    _put_down(desk, [sheet])
    _touch(row, sheet, clock.now())
    row.save(update_fields=["edit_number", "strengths", "weaknesses", "updated_at"])
    audit.record(by=by, event="scoresheet_saved", obj=row, payload={"edit_number": row.edit_number})
    return row


@transaction.atomic
def skip_sheet(*, by: User, assignment: Assignment) -> Assignment:
    """Put an unsent sheet behind everything else in the judge's own order; it comes back there."""
    desk = _sit_down(by, [assignment])
    row = desk.sheets[0].assignment
    row.skipped_at = clock.now()
    row.save(update_fields=["skipped_at"])
    audit.record(by=by, event="assignment_skipped", obj=row)
    return row


@transaction.atomic
def finalise_sheet(*, by: User, assignment: Assignment) -> Scoresheet:
    """Send a complete draft; it never changes again. The rule may call a further reader.

    Raises SheetIncomplete naming the criteria that lack a mark or a required note.
    """
    desk = _sit_down_to_send(by, [assignment])
    (row,) = desk.sheets
    marks: dict[str, int | None] = {}
    notes: dict[str, str] = {}
    for score in Score.objects.filter(scoresheet=row).select_related("criterion"):
        marks[score.criterion.key] = score.mark
        notes[score.criterion.key] = score.note
    _finalise(by, desk, row, marks, notes)
    row.save(update_fields=["state", "total", "finalised_at", "finalised_by", "updated_at"])
    audit.record(by=by, event="scoresheet_finalised", obj=row)
    call_extra_readers(desk.stage, [assignment.entry_id])
    return row


@transaction.atomic
def score_assignments(*, by: User, sheets: Sequence[SheetMarks]) -> list[Scoresheet]:
    """Save and send many complete sheets of one judge in one stage, in constant queries."""
    desk = _sit_down_to_send(by, [sheet.assignment for sheet in sheets])
    _put_down(desk, sheets)
    now = clock.now()
    for row, sheet in zip(desk.sheets, sheets, strict=True):
        _finalise(by, desk, row, sheet.marks, sheet.notes)
        _touch(row, sheet, now)
    # An upsert of whole rows: one statement, where an UPDATE with CASE takes seconds.
    Scoresheet.objects.bulk_create(
        desk.sheets,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["assignment"],
        update_fields=[
            "state",
            "edit_number",
            "strengths",
            "weaknesses",
            "total",
            "updated_at",
            "finalised_at",
            "finalised_by",
        ],
    )
    audit.record_many(by=by, event="scoresheet_finalised", objs=desk.sheets)
    call_extra_readers(desk.stage, [sheet.assignment.entry_id for sheet in sheets])
    return list(desk.sheets)


def _sit_down(by: User, assignments: Sequence[Assignment]) -> _Desk:
    """Lock the judge's own draft sheets of one open stage, in the order given."""
    check_is_judge(by)
    pks = [one.pk for one in assignments]
    stage_ids = {one.stage_id for one in assignments}
    if len(stage_ids) != 1:
        raise WrongState(_("Nilai proposal dari satu tahap."))
    stage = share_open_stage(stage_ids.pop())
    rows = lock_sheets(stage.pk, pks)
    if len(rows) != len(pks):
        raise WrongState
    if any(row.assignment.evaluator_id != by.pk for row in rows.values()):
        raise Forbidden(_("Lembar nilai ini milik penilai lain."))
    if is_conflicted(by, [row.assignment.entry_id for row in rows.values()]):
        raise ConflictOfInterest
    if any(hasattr(row.assignment, "abstention") for row in rows.values()):
        raise WrongState(_released())
    if not all(can_move(SHEET_MOVES, row.state, SheetState.FINAL) for row in rows.values()):
        raise WrongState(_("Nilai sudah dikirim dan tidak dapat diubah."))
    criteria = {one.key: one for one in criteria_of(stage.pk)}
    return _Desk(stage, criteria, [rows[pk] for pk in pks])


def _sit_down_to_send(by: User, assignments: Sequence[Assignment]) -> _Desk:
    """The same, and none was given back while the lock was waited for: a trigger refuses that.

    A draft that is saved over such an instant harms nobody, and is spared the question.
    """
    desk = _sit_down(by, assignments)
    if released_meanwhile([one.pk for one in assignments]):
        raise WrongState(_released())
    return desk


def _released() -> str:
    return _("Anda sudah melepas proposal ini. Penilai lain membacanya.")


def _put_down(desk: _Desk, sheets: Sequence[SheetMarks]) -> None:
    """Write marks and notes; what a sheet doesn't name stays."""
    scores = []
    for row, sheet in zip(desk.sheets, sheets, strict=True):
        if wrong := marks_out_of_scale(sheet.named_marks, desk.rubric):
            raise SheetIncomplete(
                _("Nilai di luar skala untuk: %(criteria)s.") % {"criteria": ", ".join(wrong)}
            )
        scores += [
            Score(
                scoresheet=row,
                criterion=desk.criteria[key],
                mark=mark,
                note=sheet.notes.get(key, "").strip(),
            )
            for key, mark in sheet.named_marks.items()
        ]
    Score.objects.bulk_create(
        scores,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["scoresheet", "criterion"],
        update_fields=["mark", "note"],
    )


def _touch(row: Scoresheet, sheet: SheetMarks, now: datetime) -> None:
    row.edit_number += 1
    row.strengths, row.weaknesses = sheet.strengths.strip(), sheet.weaknesses.strip()
    row.updated_at = now


def _finalise(
    by: User,
    desk: _Desk,
    row: Scoresheet,
    marks: Mapping[str, int | None],
    notes: Mapping[str, str],
) -> None:
    rubric = desk.rubric
    if keys := missing_marks(marks, rubric):
        raise SheetIncomplete(_("Belum dinilai: %(criteria)s.") % {"criteria": _names(desk, keys)})
    if keys := missing_notes(marks, notes, rubric):
        raise SheetIncomplete(
            _("Nilai yang diberikan perlu catatan: %(criteria)s.")
            % {"criteria": _names(desk, keys)}
        )
    row.state = SheetState.FINAL
    row.total = stored(sheet_total(marks, rubric))
    row.finalised_at = row.updated_at = clock.now()
    row.finalised_by = by


def _names(desk: _Desk, keys: Sequence[str]) -> str:
    return ", ".join(desk.criteria[key].name for key in keys)
