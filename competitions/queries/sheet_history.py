"""The sheets of a stage as the secretariat follows them, and what a reopened one said before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _

from competitions.models import Assignment, Criterion, Scoresheet, SheetReopening, Stage
from sinovik.web.prepared import OneOf, Prepared
from sinovik.web.querysets import counted_beside


def followed_sheets(stage: Stage, hidden: Collection[int]) -> "QuerySet[Assignment]":
    """Assignments of the stage with what a row shows; without what is hidden.

    Annotates `reopened`: how often the sheet was reopened.
    """
    rows = Assignment.objects.filter(stage=stage).exclude(entry__in=hidden)
    return _with_what_is_shown(rows).order_by("entry", "evaluator__name", "pk")


def followed_rows(pks: Sequence[int]) -> list[Assignment]:
    """Some of `followed_sheets`, in this order. One query."""
    return _ROWS.in_order(pks)


def _with_what_is_shown(rows: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
    reopenings = SheetReopening.objects.filter(scoresheet__assignment=OuterRef("pk"))
    return (
        rows.select_related(
            "scoresheet",
            "evaluator",
            "abstention",
            "entry__edition",
            "entry__agency",
            "entry__innovation",
        )
        .defer("entry__innovation__sections")
        .annotate(reopened=counted_beside(reopenings))
    )


_ROWS = Prepared(
    lambda pks: _with_what_is_shown(Assignment.objects.filter(OneOf("pk", pks))).order_by(), "pks"
)


@dataclass(frozen=True)
class Line:
    """One field of a sheet in each of its versions, oldest first."""

    label: str
    values: Sequence[Any]

    @property
    def has_changed(self) -> bool:
        """Whether the last version differs from the one before."""
        return len(self.values) > 1 and self.values[-1] != self.values[-2]


@dataclass(frozen=True)
class SheetHistory:
    """A sheet as it was sent each time, and as it is now, the last."""

    reopenings: Sequence[SheetReopening]
    totals: Sequence[Decimal | None]
    lines: Sequence[Line]


def history_of_sheet(sheet: Scoresheet) -> SheetHistory:
    """Every version of a sheet side by side; three queries. `sheet` needs its assignment."""
    reopenings = list(
        SheetReopening.objects.filter(scoresheet=sheet)
        .select_related("reopened_by")
        .order_by("reopened_at")
    )
    criteria = list(Criterion.objects.filter(stage=sheet.assignment.stage_id).order_by("position"))
    scores = {score.criterion_id: score for score in sheet.scores.all()}
    present = {
        "marks": {one.key: scores[one.pk].mark for one in criteria if one.pk in scores},
        "notes": {one.key: scores[one.pk].note for one in criteria if one.pk in scores},
        "strengths": sheet.strengths,
        "weaknesses": sheet.weaknesses,
    }
    versions = [*(row.content for row in reopenings), present]
    return SheetHistory(
        reopenings=reopenings,
        totals=[*(row.total for row in reopenings), sheet.total],
        lines=_lines(criteria, versions),
    )


def _lines(criteria: Sequence[Criterion], versions: Sequence[dict[str, Any]]) -> list[Line]:
    lines = []
    for one in criteria:
        name = _(one.name)
        lines.append(Line(name, [version["marks"].get(one.key) for version in versions]))
        note = _("Catatan untuk %(criterion)s") % {"criterion": name}
        lines.append(Line(note, [version["notes"].get(one.key, "") for version in versions]))
    for key, label in (("strengths", _("Kekuatan")), ("weaknesses", _("Kelemahan"))):
        lines.append(Line(label, [version[key] for version in versions]))
    return lines
