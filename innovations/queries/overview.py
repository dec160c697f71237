"""The register at a glance: totals, fields, provinces, latest winners."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from innovations.enums import InnovationState
from innovations.models import Award, Category, Innovation

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


def totals() -> Totals:
    """Published dossiers, their agencies and provinces. One query."""
    counted = Innovation.objects.published().aggregate(
        innovations=Count("pk"),
        agencies=Count("agency", distinct=True),
        provinces=Count(PROVINCE, distinct=True),
        simulated=Count("pk", filter=Q(is_simulated=True)),
    )
    return Totals(**counted)


def winner_count() -> int:
    """Innovations with an announced award. One query."""
    return Award.objects.announced().values("innovation").distinct().count()


def categories_with_counts() -> list[Category]:
    """Fields with the number of published dossiers as `innovation_count`. One query."""
    counted = Category.objects.annotate(innovation_count=Count("innovations", filter=PUBLISHED))
    return list(counted.order_by("position"))


def counts_by_category() -> dict[str, int]:
    """Published dossiers by field. One query."""
    counted = Category.objects.annotate(count=Count("innovations", filter=PUBLISHED))
    return dict(counted.order_by("position").values_list("slug", "count"))


def counts_by_province() -> dict[str, int]:
    """Published dossiers by province code. One query."""
    rows = Innovation.objects.published().annotate(province=PROVINCE).order_by()
    counted = rows.values_list("province").annotate(count=Count("pk"))
    return {code: count for code, count in counted if code}


def latest_winners(count: int = 6) -> list[Award]:
    """The latest announced awards, the highest band and the documented titles first.

    One query; an innovation appears once, with its highest award of that year.
    """
    awards = (
        Award.objects.announced()
        .filter(innovation__state=InnovationState.PUBLISHED)
        .select_related("innovation__agency", "innovation__category")
        .defer("innovation__sections")
        .order_by("-year", "seats", "is_simulated", "innovation__agency__name")
    )
    once: dict[int, Award] = {}
    for award in awards[: count * 2]:
        once.setdefault(award.innovation_id, award)
    return list(once.values())[:count]
