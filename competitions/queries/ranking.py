"""The contenders of a selection stage, computed from stored sheets, and how they rank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import User
from competitions.calibration import Calibration, Outlook, Part, Sheet, calibrate, outlooks
from competitions.enums import RunBasis, StageKind
from competitions.exceptions import ScoresNotConnected
from competitions.models import Stage
from competitions.queries.extra_readers import awaited_extras
from competitions.queries.sheets import (
    calibration_sheets,
    marks_by_entry,
    reopened_drafts,
    totals_by_entry,
)
from competitions.queries.stages import still_in
from competitions.ranking import Contender, Ranked, rank, rescored
from competitions.scoring import entry_score, mean

SEED = 20190636
NAMED_JUDGES = 3


def scoring_stage(stage: Stage) -> Stage:
    """The stage whose sheets rank this one: `ranks_from`, or itself."""
    return stage.ranks_from or stage


def contenders(stage: Stage) -> tuple[list[Contender], list[int]]:
    """Contenders of a selection stage, and the entries that lack sheets for a score.

    Who waits for a further reader's sheet, or for a reopened one, has no score yet.
    """
    source = scoring_stage(stage)
    entry_ids = list(still_in(stage).order_by("entry").values_list("entry", flat=True))
    totals = totals_by_entry(source, entry_ids)
    awaited = awaited_extras(source) | reopened_drafts(source)
    keys = list(stage.tie_break or source.tie_break)
    marks = marks_by_entry(source, entry_ids, keys) if keys else {}
    found, short = [], []
    for entry_id in entry_ids:
        sheets = totals.get(entry_id, [])
        score = entry_score(sheets, source.reviews_per_entry)
        if score is None or entry_id in awaited:
            short.append(entry_id)
            continue
        breaks = tuple(mean(marks[entry_id, key]) for key in keys)
        found.append(Contender(entry_id, score, breaks, sheets[0], sheets[-1], len(sheets)))
    return found, short


def sheets_of(stage: Stage, found: Sequence[Contender]) -> list[Sheet]:
    """The sheets that rank the contenders; one query."""
    return calibration_sheets(scoring_stage(stage), [one.entry for one in found])


def lines_of_stage(stage: Stage, seats: int) -> list[int]:
    """Every line that the stage's sheets draw: its own, then those of bands with the same base."""
    others = Stage.objects.filter(
        edition=stage.edition_id, kind=StageKind.SELECTION, ranks_from=scoring_stage(stage)
    )
    counts = others.exclude(pk=stage.pk).order_by("position").values_list("seats", flat=True)
    return [seats, *(count for count in counts if count)]


@dataclass(frozen=True)
class Ranking:
    """Contenders in order, both of their scores, and how sure each place is."""

    ranked: tuple[Ranked, ...]
    raw: Mapping[int, Decimal]
    fit: Calibration
    outlooks: Mapping[int, Outlook]


def ranking_of(
    found: Sequence[Contender], sheets: Sequence[Sheet], *, ranks_by: str, lines: Sequence[int]
) -> Ranking:
    """Rank by raw or calibrated scores; pure but for the names in a refusal.

    Raises ScoresNotConnected where calibrated scores span more parts than one.
    """
    ranked, fit = order_of(found, sheets, ranks_by=ranks_by)
    by_calibrated = ranks_by == RunBasis.CALIBRATED
    sure = outlooks(sheets, fit, lines=lines, by_calibrated=by_calibrated, seed=SEED)
    return Ranking(ranked, {one.entry: one.score for one in found}, fit, sure)


def order_of(
    found: Sequence[Contender], sheets: Sequence[Sheet], *, ranks_by: str
) -> tuple[tuple[Ranked, ...], Calibration]:
    """Contenders in order, and the fit by which they may rank. Raises ScoresNotConnected."""
    fit = calibrate(sheets)
    by_calibrated = ranks_by == RunBasis.CALIBRATED
    if by_calibrated and not fit.is_connected:
        raise ScoresNotConnected(not_connected(fit.parts))
    return rank(rescored(found, fit.scores) if by_calibrated else found), fit


def not_connected(parts: Sequence[Part]) -> str:
    """Why calibrated scores can't rank, part by part, and what to do. One query."""
    judges = {pk for part in parts for pk in part.evaluators}
    names = dict(User.objects.filter(pk__in=judges).values_list("pk", "name"))
    told = "; ".join(_part_text(number, part, names) for number, part in enumerate(parts, start=1))
    return _(
        "Nilai disesuaikan tidak dapat menentukan peringkat: penilai terpisah dalam %(count)s"
        " bagian yang tidak membaca peserta yang sama. %(parts)s. Tugaskan satu penilai pada dua"
        " bagian, atau usulkan peringkat menurut nilai mentah."
    ) % {"count": len(parts), "parts": told}


def _part_text(number: int, part: Part, names: Mapping[int, str]) -> str:
    listed = sorted(names[pk] for pk in part.evaluators)
    more = len(listed) - NAMED_JUDGES
    shown = ", ".join(listed[:NAMED_JUDGES])
    if more > 0:
        shown += _(" dan %(more)s lainnya") % {"more": more}
    text = ngettext(
        "Bagian %(number)s: %(judges)s (%(count)s peserta)",
        "Bagian %(number)s: %(judges)s (%(count)s peserta)",
        len(part.entries),
    )
    return text % {"number": number, "judges": shown, "count": len(part.entries)}
