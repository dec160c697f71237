"""The contenders of a selection stage, computed from stored sheets."""

from competitions.models import Stage
from competitions.queries.extra_readers import awaited_extras
from competitions.queries.sheets import marks_by_entry, reopened_drafts, totals_by_entry
from competitions.queries.stages import still_in
from competitions.ranking import Contender, Ranked, rank
from competitions.scoring import entry_score, mean


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


def ranked(stage: Stage) -> tuple[Ranked, ...]:
    """The ranking as it would stand now, entries without a score left out."""
    found, _short = contenders(stage)
    return rank(found)
