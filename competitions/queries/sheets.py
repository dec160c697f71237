"""Rubrics and the sheets that count."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from competitions.calibration import Sheet
from competitions.enums import SheetState
from competitions.models import (
    Abstention,
    Assignment,
    ConflictDeclaration,
    Criterion,
    Entry,
    Score,
    Scoresheet,
    Stage,
)
from competitions.queries.stages import still_in
from competitions.scoring import RubricLine
from sinovik.web.prepared import OneOf, Prepared


def rubric_of(stage: Stage) -> list[RubricLine]:
    """The stage's criteria as arithmetic sees them, in order."""
    return [
        RubricLine(criterion.key, criterion.weight, criterion.scale_maximum)
        for criterion in Criterion.objects.filter(stage=stage).order_by("position")
    ]


def counting_sheets(stage: Stage | Any) -> "QuerySet[Scoresheet]":
    """Final sheets of a stage, those of judges who declared a conflict left out."""
    return _counting().filter(assignment__stage=stage)


def sheets_on(entry: Entry, stages: Collection[int]) -> "QuerySet[Scoresheet]":
    """The counting sheets on one entry in these stages, assignment loaded, in a fixed order."""
    rows = _counting().filter(assignment__entry=entry, assignment__stage__in=stages)
    return rows.select_related("assignment").order_by("pk")


def _counting() -> "QuerySet[Scoresheet]":
    declared = ConflictDeclaration.objects.filter(
        user=OuterRef("assignment__evaluator"), entry=OuterRef("assignment__entry")
    )
    return Scoresheet.objects.filter(~Exists(declared), state=SheetState.FINAL)


def free_assignments(stage: Stage | Any) -> "QuerySet[Assignment]":
    """Assignments of the stage over which nobody declared a conflict and that nobody gave back."""
    # Asked as what doesn't exist: for a joined row that is null PostgreSQL expects hardly any.
    released = Abstention.objects.filter(assignment=OuterRef("pk"))
    declared = ConflictDeclaration.objects.filter(
        user=OuterRef("evaluator"), entry=OuterRef("entry")
    )
    return Assignment.objects.filter(~Exists(released), ~Exists(declared), stage=stage).order_by()


def reopened_drafts(stage: Stage) -> set[int]:
    """Entries that wait for a reopened sheet to be sent again; one query."""
    rows = free_assignments(stage).filter(
        scoresheet__reopenings__isnull=False,
        scoresheet__state=SheetState.DRAFT,
        entry__in=still_in(stage).values("entry"),
    )
    return set(rows.values_list("entry_id", flat=True))


def sheets_held(stage: Stage) -> dict[int, tuple[int, int]]:
    """How many sheets each judge holds, and has not sent, by judge id."""
    draft = Count("pk", filter=Q(scoresheet__state=SheetState.DRAFT))
    rows = (
        free_assignments(stage).values_list("evaluator_id").annotate(total=Count("pk"), draft=draft)
    )
    return {judge: (total, unsent) for judge, total, unsent in rows}


def calibration_sheets(
    source: Stage, entry_ids: "Collection[int] | QuerySet[Any, Any]"
) -> list[Sheet]:
    """The counting sheets of a scoring stage on these entries, in a fixed order. One query."""
    rows = counting_sheets(source).filter(assignment__entry__in=entry_ids, total__isnull=False)
    fields = ("assignment__entry", "assignment__evaluator", "total")
    ordered = rows.order_by("assignment__entry", "assignment__evaluator").values_list(*fields)
    return [Sheet(entry, judge, total) for entry, judge, total in ordered if total is not None]


def totals_by_entry(stage: Stage, entry_ids: Collection[int]) -> dict[int, list[Decimal]]:
    """Totals of the counting sheets, by entry, lowest first."""
    totals: dict[int, list[Decimal]] = {}
    for entry_id, total in _TOTALS.all(stage=stage.pk, entries=[*entry_ids]):
        if total is not None:
            totals.setdefault(entry_id, []).append(total)
    return totals


_TOTALS = Prepared(
    lambda stage, entries: (
        _counting()
        .filter(OneOf("assignment__entry_id", entries), assignment__stage=stage)
        .order_by("total")
        .values_list("assignment__entry", "total")
    ),
    *("stage", "entries"),
)


def marks_by_entry(
    stage: Stage, entry_ids: Collection[int], keys: Collection[str]
) -> dict[tuple[int, str], list[Decimal]]:
    """Marks for some criteria in the counting sheets, by entry and criterion."""
    rows = Score.objects.filter(
        scoresheet__in=counting_sheets(stage),
        scoresheet__assignment__entry__in=entry_ids,
        criterion__key__in=keys,
        mark__isnull=False,
    )
    marks: dict[tuple[int, str], list[Decimal]] = {}
    for entry_id, key, mark in rows.values_list(
        "scoresheet__assignment__entry", "criterion__key", "mark"
    ):
        marks.setdefault((entry_id, key), []).append(Decimal(mark or 0))
    return marks


def entries_short_of_sheets(stage: Stage) -> list[int]:
    """Entries still in the stage with fewer counting sheets than it asks for."""
    counted = dict(
        counting_sheets(stage)
        .values_list("assignment__entry")
        .annotate(number=Count("pk"))
        .order_by()
    )
    stays = still_in(stage).order_by("entry").values_list("entry", flat=True)
    return [pk for pk in stays if counted.get(pk, 0) < stage.reviews_per_entry]
