"""Reopening a sent sheet while its stage is open."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.enums import SheetState
from competitions.exceptions import WrongState
from competitions.models import CutOff, Scoresheet, SheetReopening
from competitions.notifications.judging import tell_sheet_reopened
from competitions.permissions import check_can_reopen_sheet
from competitions.queries.locks import share_open_stage
from competitions.workflow import SHEET_MOVES, can_move
from sinovik import audit
from sinovik.audit import clock


@transaction.atomic
def reopen_sheet(*, by: User, sheet: Scoresheet, reason: str) -> SheetReopening:
    """Let the judge change a sent sheet; what was sent stays beside it for good.

    Until it is sent again the sheet counts nowhere and the stage can't close. Raises
    StageClosed after the deadline, WrongState on a draft, without a reason, and once a list
    was drawn from the stage's sheets.
    """
    stage = share_open_stage(sheet.assignment.stage_id)
    row = Scoresheet.objects.locked().select_related("assignment__evaluator").get(pk=sheet.pk)
    check_can_reopen_sheet(by, row)
    sent_at, total = row.finalised_at, row.total
    if not can_move(SHEET_MOVES, row.state, SheetState.DRAFT) or sent_at is None or total is None:
        raise WrongState(_("Lembar ini belum dikirim, jadi penilainya masih dapat mengubahnya."))
    if not reason.strip():
        raise WrongState(_("Tuliskan alasan pembukaan."))
    if CutOff.objects.filter(stage=stage).exists():
        raise WrongState(_("Daftar sudah disusun dari lembar nilai tahap ini. Lembarnya tetap."))
    opened = SheetReopening.objects.create(
        scoresheet=row,
        finalised_at=sent_at,
        total=total,
        content=_content(row),
        reason=reason.strip()[:300],
        reopened_at=clock.now(),
        reopened_by=by,
    )
    row.state, row.updated_at = SheetState.DRAFT, opened.reopened_at
    row.total = row.finalised_at = row.finalised_by = None
    # Whoever has the sheet on a screen is told that it changed.
    row.edit_number += 1
    row.save(update_fields=REOPENED_FIELDS)
    audit.record(by=by, event="scoresheet_reopened", obj=row, payload={"reason": opened.reason})
    tell_sheet_reopened(stage, row.assignment, opened.reason)
    return opened


REOPENED_FIELDS = ["state", "total", "finalised_at", "finalised_by", "edit_number", "updated_at"]


def _content(sheet: Scoresheet) -> dict[str, Any]:
    scores = list(sheet.scores.select_related("criterion"))
    return {
        "marks": {score.criterion.key: score.mark for score in scores},
        "notes": {score.criterion.key: score.note for score in scores},
        "strengths": sheet.strengths,
        "weaknesses": sheet.weaknesses,
    }
