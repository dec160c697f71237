"""What a judge asks all evening: the sheet that is opened, and the one that saves itself."""

from collections.abc import Collection

from competitions.enums import SheetState
from competitions.models import (
    Abstention,
    Assignment,
    Criterion,
    CriterionLevel,
    Score,
    Scoresheet,
    SheetReopening,
)
from sinovik.web.prepared import OneOf, Prepared, put

_OWN = Prepared(
    lambda pk, judge: (
        Assignment.objects.filter(pk=pk, evaluator=judge).select_related("scoresheet").order_by()
    ),
    *("pk", "judge"),
)
_READING = Prepared(
    lambda pk, judge: (
        Assignment.objects.filter(pk=pk, evaluator=judge)
        .select_related(
            *("stage__edition", "entry__edition", "version"),
            *("scoresheet__finalised_by", "abstention"),
        )
        .order_by()
    ),
    *("pk", "judge"),
)
_LEVELS = Prepared(
    lambda criteria: CriterionLevel.objects.filter(OneOf("criterion", criteria)), "criteria"
)
_REOPENINGS = Prepared(lambda sheet: SheetReopening.objects.filter(scoresheet=sheet), "sheet")
_NEXT = Prepared(
    lambda judge, stage: (
        Assignment.objects.for_evaluator(judge)
        .filter(stage=stage, scoresheet__state=SheetState.DRAFT)
        .in_reading_order()[:1]
    ),
    *("judge", "stage"),
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


def own_reading(judge_id: int, pk: int) -> Assignment | None:
    """The judge's own assignment with all that its page reads beside the sheet."""
    return _READING.first(pk=pk, judge=judge_id)


def next_unsent(judge_id: int, stage_id: int) -> Assignment | None:
    """The first sheet in the judge's order that is not sent."""
    return _NEXT.first(judge=judge_id, stage=stage_id)


def rubric_with_levels(stage_id: int) -> list[Criterion]:
    """`criteria_of`, each with the levels that a page shows; two queries."""
    criteria = criteria_of(stage_id)
    levels = _LEVELS.all(criteria=[one.pk for one in criteria])
    for criterion in criteria:
        put(criterion, "levels", [one for one in levels if one.criterion_id == criterion.pk])
    return criteria


def last_reopening(sheet: Scoresheet) -> SheetReopening | None:
    """The last time the sheet was reopened, if it was."""
    return ([None, *_REOPENINGS.all(sheet=sheet.pk)])[-1]


def criteria_of(stage_id: int) -> list[Criterion]:
    """A stage's criteria in their order, without the levels that only a page shows."""
    return _CRITERIA.all(stage=stage_id)


def scores_on(sheet: Scoresheet) -> list[Score]:
    """What a sheet holds, the criteria with it."""
    return _SCORES.all(sheet=sheet.pk)


def lock_sheets(stage_id: int, assignment_ids: Collection[int]) -> dict[int, Scoresheet]:
    """Sheets of one stage under lock, by assignment; abstentions with them.

    An abstention that the lock was waited for does not show: `released_meanwhile` sees it.
    """
    rows = _LOCKED.all(stage=stage_id, assignments=[*assignment_ids])
    return {row.assignment_id: row for row in rows}


def released_meanwhile(assignment_ids: Collection[int]) -> bool:
    """Whether one of these, whose sheets are held, was given back. One query."""
    return Abstention.objects.filter(assignment__in=assignment_ids).exists()
