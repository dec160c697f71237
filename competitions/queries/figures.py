"""Figures of an edition, counted from rows at the moment of asking; nothing is a constant.

What the public may not know yet is None: everything until registration has closed, how
many passed until the administrative selection has closed, bands until they are announced.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count

from competitions.enums import Outcome, StageKind, StageState
from competitions.models import Edition, Entry, PublishedFigure, Stage
from competitions.queries.results_public import is_announced
from sinovik.audit import clock
from sinovik.web.prepared import HowMany, Prepared


@dataclass(frozen=True)
class Counts:
    """One line of figures: a kind of agency, a province, a field, or the whole edition."""

    agencies: int | None = None
    recorded: int | None = None
    submitted: int | None = None
    passed: int | None = None
    simulated: int = 0
    bands: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Breakdown:
    """The whole edition and its parts; keys are type values, province codes, field slugs.

    Entries without province or field are counted under the empty key.
    """

    total: Counts
    by_type: dict[str, Counts] = field(default_factory=dict)
    by_province: dict[str, Counts] = field(default_factory=dict)
    by_category: dict[str, Counts] = field(default_factory=dict)


# GROUPING() is 0 for the set that a row belongs to; four sets in one pass over the entries.
SQL = """
WITH won AS (
    SELECT result.entry_id, array_agg(stage.slug) AS bands
    FROM competitions_result result
    JOIN competitions_cutoff line ON line.id = result.cut_off_id
    JOIN competitions_announcement news ON news.cut_off_id = line.id
    JOIN competitions_stage stage ON stage.id = line.stage_id
    WHERE stage.edition_id = %(edition)s AND result.is_selected AND news.announce_at <= %(now)s
    GROUP BY result.entry_id
), passed AS (
    SELECT stay.entry_id FROM competitions_stageentry stay
    JOIN competitions_stage stage ON stage.id = stay.stage_id
    WHERE stage.edition_id = %(edition)s AND stage.kind = %(administrative)s
        AND stay.outcome = %(outcome)s
), line AS (
    SELECT e.agency_id, a.agency_type, coalesce(r.province_id, r.code, '') AS province,
        coalesce(c.slug, '') AS category, e.submitted_at, passed.entry_id AS passed_id,
        i.is_simulated, won.bands
    FROM competitions_entry e
    JOIN agencies_agency a ON a.id = e.agency_id
    JOIN innovations_innovation i ON i.id = e.innovation_id
    LEFT JOIN agencies_region r ON r.code = a.region_id
    LEFT JOIN innovations_category c ON c.id = i.category_id
    LEFT JOIN won ON won.entry_id = e.id
    LEFT JOIN passed ON passed.entry_id = e.id
    WHERE e.edition_id = %(edition)s
)
SELECT grouping(agency_type), grouping(province), grouping(category),
    agency_type, province, category,
    count(DISTINCT agency_id), count(*), count(submitted_at), count(passed_id),
    count(*) FILTER (WHERE is_simulated)
"""
BAND_COLUMN = ", count(*) FILTER (WHERE %(band_{0})s = ANY(bands))"
SETS = " FROM line GROUP BY GROUPING SETS ((), (agency_type), (province), (category))"


def stages_of(edition: Edition) -> list[Stage]:
    """Stages in order with cut-off and announcement loaded. One query."""
    return _STAGES.all(edition=edition.pk)


_STAGES = Prepared(
    lambda edition: (
        Stage.objects.filter(edition=edition)
        .order_by("position")
        .select_related("cut_off__announcement")
    ),
    "edition",
)


def submitted_count(edition: Edition, stages: Sequence[Stage]) -> int | None:
    """How many entries were sent to the ministry, once registration has closed.

    One query at most.
    """
    if not is_over(stages, StageKind.REGISTRATION):
        return None
    return int(_SUBMITTED.all(edition=edition.pk)[0][0])


_SUBMITTED = Prepared(
    lambda edition: (
        Entry.objects.filter(edition=edition, submitted_at__isnull=False)
        .order_by()
        .values_list(HowMany("pk"))
    ),
    "edition",
)


def band_stages(stages: Sequence[Stage]) -> list[Stage]:
    """The stages that make a band, the widest first."""
    bands = [stage for stage in stages if stage.kind == StageKind.SELECTION]
    return sorted(bands, key=lambda stage: -(stage.seats or 0))


def is_over(stages: Sequence[Stage], kind: str) -> bool:
    """Whether every stage of a kind has closed; false when the edition has none."""
    states = [stage.state for stage in stages if stage.kind == kind]
    return bool(states) and all(state == StageState.CLOSED for state in states)


def breakdown(edition: Edition, stages: Sequence[Stage]) -> Breakdown:
    """Count an edition and its parts, as far as the public may know. One query at most."""
    if not is_over(stages, StageKind.REGISTRATION):
        return Breakdown(Counts(bands={stage.slug: None for stage in band_stages(stages)}))
    bands = band_stages(stages)
    sql = SQL + "".join(BAND_COLUMN.format(number) for number in range(len(bands))) + SETS
    parameters: dict[str, Any] = {
        "edition": edition.pk,
        "now": clock.now(),
        "administrative": StageKind.ADMINISTRATIVE,
        "outcome": Outcome.PASSED,
    }
    parameters |= {f"band_{number}": stage.slug for number, stage in enumerate(bands)}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    return _arrange(rows, stages, bands)


def _arrange(
    rows: list[tuple[Any, ...]], stages: Sequence[Stage], bands: Sequence[Stage]
) -> Breakdown:
    shows_passed = is_over(stages, StageKind.ADMINISTRATIVE)
    announced = {stage.slug: is_announced(stage) for stage in bands}
    parts: dict[str, dict[str, Counts]] = {"type": {}, "province": {}, "category": {}, "": {}}
    for no_type, no_province, no_category, kind, province, category, *counts in rows:
        agencies, recorded, submitted, passed, simulated, *won = counts
        part, key = "", ""
        for name, absent, value in (
            ("type", no_type, kind),
            ("province", no_province, province),
            ("category", no_category, category),
        ):
            if not absent:
                part, key = name, value
        parts[part][key] = Counts(
            agencies=agencies,
            recorded=recorded,
            submitted=submitted,
            passed=passed if shows_passed else None,
            simulated=simulated,
            bands={
                slug: count if announced[slug] else None
                for slug, count in zip(announced, won, strict=True)
            },
        )
    total = parts[""].get("", Counts(bands=dict.fromkeys(announced)))
    return Breakdown(total, parts["type"], parts["province"], parts["category"])


def goals_of(edition: Edition, stages: Sequence[Stage]) -> dict[int, tuple[int, int]]:
    """Dossiers recorded and submitted by number of the Sustainable Development Goal.

    Empty until registration has closed. A dossier may name several goals. One query.
    """
    if not is_over(stages, StageKind.REGISTRATION):
        return {}
    return {
        number: (recorded, submitted)
        for number, recorded, submitted in _BY_GOAL.all(edition=edition.pk)
    }


_BY_GOAL = Prepared(
    lambda edition: (
        Entry.objects.filter(edition=edition, innovation__goals__isnull=False)
        .order_by()
        .values_list("innovation__goals")
        .annotate(recorded=Count("pk"), submitted=Count("submitted_at"))
    ),
    "edition",
)


def funnel(edition: Edition) -> Counts:
    """The edition's chain from record to award. Two queries."""
    return breakdown(edition, stages_of(edition)).total


def published_figures(year: int | None = None) -> list[PublishedFigure]:
    """What others published, of one year or of all. One query."""
    return _FIGURES.all() if year is None else _FIGURES_OF_A_YEAR.all(year=year)


_FIGURES = Prepared(lambda: PublishedFigure.objects.all())
_FIGURES_OF_A_YEAR = Prepared(lambda year: PublishedFigure.objects.filter(year=year), "year")
