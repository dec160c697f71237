"""What is asked each time a score saves itself, as often as a judge marks or notes something."""

from collections.abc import Collection

from competitions.models import Assignment, Criterion, Score, Scoresheet
from sinovik.web.prepared import OneOf, Prepared

_OWN = Prepared(
    lambda pk, judge: (
        Assignment.objects.filter(pk=pk, evaluator=judge).select_related("scoresheet").order_by()
    ),
    *("pk", "judge"),
)
_CRITERIA = Prepared(
    lambda stage: Criterion.objects.filter(stage=stage).order_by("position"), "stage"
)
_SCORES = Prepared(
    lambda sheet: Score.objects.filter(scoresheet=sheet).select_related("criterion"), "sheet"
)
_LOCKED = Prepared(
    lambda stage, assignments: (
        Scoresheet.objects.locked()
        .filter(OneOf("assignment_id", assignments), assignment__stage=stage)
        .select_related("assignment__abstention")
        .order_by("pk")
    ),
    *("stage", "assignments"),
)


def own_sheet(judge_id: int, pk: int) -> Assignment | None:
    """The judge's own assignment with its sheet."""
    return _OWN.first(pk=pk, judge=judge_id)


def criteria_of(stage_id: int) -> list[Criterion]:
    """A stage's criteria in their order, without the levels that only a page shows."""
    return _CRITERIA.all(stage=stage_id)


def scores_on(sheet: Scoresheet) -> list[Score]:
    """What a sheet holds, the criteria with it."""
    return _SCORES.all(sheet=sheet.pk)


def lock_sheets(stage_id: int, assignment_ids: Collection[int]) -> dict[int, Scoresheet]:
    """Sheets of one stage under lock, by assignment; abstentions with them."""
    rows = _LOCKED.all(stage=stage_id, assignments=[*assignment_ids])
    return {row.assignment_id: row for row in rows}
