"""What an entrant learns of its judging from the announcement on: marks in their field, comments.

Everything comes from rows that are frozen when the list is locked; whether it may be shown is
asked of the clock at each reading. A field's percentiles are kept in the cache under the hash of
the locked list. Nobody else's mark, score or rank is told, and no judge's name.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, Prefetch, Sum

from competitions.enums import CommentPlace
from competitions.models import Criterion, CutOff, Entry, HeldComment, Result, Score, Scoresheet
from competitions.queries.ranking import scoring_stage
from competitions.queries.sheets import counting_sheets, sheets_on
from competitions.scoring import Quartiles, Standing, mean, quartiles, standing

SMALLEST_FIELD = 10
"""In a smaller field the percentiles lie at or between one or two entries' marks."""


@dataclass(frozen=True)
class Line:
    """One measure of the entry, 0 or 1 to `highest`, in the field of its group."""

    name: str
    value: Decimal
    lowest: int
    highest: int
    field: Quartiles | None
    question: str = ""
    weight: Decimal | None = None

    @property
    def standing(self) -> Standing | None:
        """Where the value stands in the field, None where the field is too small to say."""
        return standing(self.value, self.field) if self.field else None


@dataclass(frozen=True)
class Released:
    """A comment that the entrant may read; `is_edited` where the secretariat took a name out."""

    place: CommentPlace
    criterion: str
    text: str
    is_edited: bool


@dataclass(frozen=True)
class Feedback:
    """What one announced list says to an entry. `held` comments wait for the secretariat."""

    result: Result
    field_size: int
    score: Line
    lines: Sequence[Line]
    comments: Sequence[Released]
    held: int


@dataclass(frozen=True)
class _Field:
    """Percentiles of a group within a list, by criterion; empty where the group is small."""

    size: int
    score: Quartiles | None
    criteria: dict[int, Quartiles]


def feedback_of(entry: Entry, at: datetime | None = None) -> list[Feedback]:
    """The entry's feedback from every list whose instant has passed, the latest first.

    Six queries, and two more for each list whose percentiles are not in the cache.
    """
    results = list(
        Result.objects.disclosed(at)
        .filter(entry=entry)
        .select_related(
            "certificate",
            "cut_off__announcement",
            "cut_off__applied_by",
            "cut_off__comment_scan",
            "cut_off__stage__ranks_from",
        )
        .order_by("-cut_off__stage__position")
    )
    sources = {scoring_stage(result.cut_off.stage).pk for result in results}
    if not sources:
        return []
    criteria: dict[int, list[Criterion]] = {pk: [] for pk in sources}
    for one in Criterion.objects.filter(stage__in=sources).order_by("position"):
        criteria[one.stage_id].append(one)
    sheets: dict[int, list[Scoresheet]] = {pk: [] for pk in sources}
    scored = Prefetch("scores", Score.objects.order_by("criterion__position"))
    for sheet in sheets_on(entry, sources).prefetch_related(scored):
        sheets[sheet.assignment.stage_id].append(sheet)
    held: dict[int, list[HeldComment]] = {result.cut_off_id: [] for result in results}
    for comment in HeldComment.objects.filter(
        cut_off__in=held, scoresheet__assignment__entry=entry
    ):
        held[comment.cut_off_id].append(comment)
    return [
        _feedback(entry, result, criteria[source], sheets[source], held[result.cut_off_id])
        for result in results
        for source in [scoring_stage(result.cut_off.stage).pk]
    ]


def _feedback(
    entry: Entry,
    result: Result,
    criteria: Sequence[Criterion],
    sheets: Sequence[Scoresheet],
    held: Sequence[HeldComment],
) -> Feedback:
    field = _field_of(result.cut_off, entry.group_id)
    marks: dict[int, list[Decimal]] = {}
    for sheet in sheets:
        for score in sheet.scores.all():
            if score.mark is not None:
                marks.setdefault(score.criterion_id, []).append(Decimal(score.mark))
    is_scanned = hasattr(result.cut_off, "comment_scan")
    return Feedback(
        result=result,
        field_size=field.size,
        score=Line("", result.score, 0, 100, field.score),
        lines=[
            Line(
                one.name,
                mean(marks[one.pk]),
                1,
                one.scale_maximum,
                field.criteria.get(one.pk),
                one.question,
                one.weight,
            )
            for one in criteria
            if one.pk in marks
        ],
        comments=_released(criteria, sheets, held) if is_scanned else [],
        held=sum(comment.decided_at is None for comment in held),
    )


def _released(
    criteria: Sequence[Criterion], sheets: Sequence[Scoresheet], held: Sequence[HeldComment]
) -> list[Released]:
    """Comments by criterion, in an order that tells neither judge nor sheet."""
    names = {one.pk: one.name for one in criteria}
    order = {pk: place for place, pk in enumerate([*names, None])}
    waiting = {(one.scoresheet_id, one.place, one.criterion_id): one for one in held}
    found: list[tuple[int, str, str, Released]] = []
    for sheet, place, criterion, text in _written(sheets):
        comment = waiting.get((sheet, place, criterion))
        if comment is not None and comment.decided_at is None:
            continue
        said = comment.text if comment is not None else text
        is_edited = comment is not None and comment.is_edited
        shuffled = hashlib.sha256(said.encode()).hexdigest()
        name = names.get(criterion, "") if criterion is not None else ""
        row = Released(place, name, said.strip(), is_edited)
        found.append((order.get(criterion, 0), place.value, shuffled, row))
    return [row for *_key, row in sorted(found, key=lambda one: one[:3])]


def _written(
    sheets: Sequence[Scoresheet],
) -> Iterator[tuple[int, CommentPlace, int | None, str]]:
    for sheet in sheets:
        if sheet.strengths.strip():
            yield sheet.pk, CommentPlace.STRENGTHS, None, sheet.strengths
        if sheet.weaknesses.strip():
            yield sheet.pk, CommentPlace.WEAKNESSES, None, sheet.weaknesses
        for score in sheet.scores.all():
            if score.note.strip():
                yield sheet.pk, CommentPlace.NOTE, score.criterion_id, score.note


def _field_of(cut_off: CutOff, group: int) -> _Field:
    key = f"feedback:2:{cut_off.pk}:{cut_off.content_hash}:{group}"
    found: _Field | None = cache.get(key)
    if found is None:
        found = _count_field(cut_off, group)
        cache.set(key, found)
    return found


def _count_field(cut_off: CutOff, group: int) -> _Field:
    """Percentiles of a group's scores and of its means by criterion. Two queries."""
    results = cut_off.results.filter(entry__group=group)
    scores = list(results.values_list("score", flat=True))
    if len(scores) < SMALLEST_FIELD:
        return _Field(len(scores), None, {})
    sheets = counting_sheets(scoring_stage(cut_off.stage))
    rows = (
        Score.objects.filter(
            scoresheet__in=sheets,
            scoresheet__assignment__entry__in=results.values("entry"),
            mark__isnull=False,
        )
        .order_by()
        .values_list("criterion", "scoresheet__assignment__entry")
        .annotate(total=Sum("mark"), number=Count("pk"))
    )
    means: dict[int, list[Decimal]] = {}
    for criterion, _entry, total, number in rows:
        means.setdefault(criterion, []).append(Decimal(total) / number)
    return _Field(len(scores), quartiles(scores), {pk: quartiles(own) for pk, own in means.items()})
