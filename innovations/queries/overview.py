"""The register at a glance: totals, fields, provinces, latest winners."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from agencies.models import Agency
from innovations.enums import InnovationState
from innovations.models import Award, Innovation
from innovations.queries.columns import Numbers, holder
from sinovik.audit import clock
from sinovik.web.prepared import HowMany, Prepared

PROVINCE = Coalesce(
    "location__province_id", "location_id", "agency__region__province_id", "agency__region_id"
)
PUBLISHED = Q(innovations__state=InnovationState.PUBLISHED)


@dataclass(frozen=True)
class Totals:
    """Counted from rows of published dossiers."""

    innovations: int
    agencies: int
    provinces: int
    simulated: int


@dataclass(frozen=True)
class Field:
    """A category with its published dossiers."""

    slug: str
    name: str
    count: int


@dataclass(frozen=True)
class Glance:
    """Published dossiers: all, by category in the order of the list, and by province code."""

    totals: Totals
    categories: list[Field]
    provinces: dict[str, int]


def register_at_a_glance() -> Glance:
    """Count the published dossiers; two queries, however many there are.

    All but the agencies are counted from the columns that this process holds of the register.
    """
    columns, names = holder.read()
    in_category = np.bincount(columns["category"], minlength=1)
    in_province = np.bincount(columns["province"], minlength=1)

    def within(counts: Numbers, number: int) -> int:
        return int(counts[number]) if number < len(counts) else 0

    return Glance(
        Totals(
            innovations=columns.size,
            agencies=_AGENCIES.all()[0][0],
            provinces=int(np.count_nonzero(in_province[1:])),
            simulated=int(np.count_nonzero(columns["is_simulated"])),
        ),
        [Field(slug, name, within(in_category, pk)) for pk, slug, name in names.categories],
        {
            code: count
            for code, _name in names.provinces
            if (count := within(in_province, int(code)))
        },
    )


def _with_a_dossier() -> QuerySet[Agency, Any]:
    published = Innovation.objects.published().filter(agency=OuterRef("pk")).order_by()
    return Agency.objects.filter(Exists(published)).order_by().values_list(HowMany("pk"))


_AGENCIES = Prepared(_with_a_dossier)


def winner_count() -> int:
    """Innovations with an announced award. One query."""
    ((count,),) = _WINNERS.all(now=clock.now())
    return int(count)


_WINNERS = Prepared(
    lambda now: Award.objects.announced(now).order_by().values_list(HowMany("innovation")),
    "now",
)


def latest_winners() -> list[Award]:
    """The latest announced awards, the highest band and the documented titles first.

    One query; an innovation appears once, with its highest award of that year.
    """
    once: dict[int, Award] = {}
    for award in _LATEST.all(now=clock.now()):
        once.setdefault(award.innovation_id, award)
    return list(once.values())[:SHOWN]


SHOWN = 6
"""Winners on the front page."""

_LATEST = Prepared(
    lambda now: (
        Award.objects.announced(now)
        .filter(innovation__state=InnovationState.PUBLISHED)
        .select_related("innovation__agency", "innovation__category")
        .defer("innovation__sections")
        .order_by("-year", "seats", "is_simulated", "innovation__agency__name")[: SHOWN * 2]
    ),
    "now",
)
