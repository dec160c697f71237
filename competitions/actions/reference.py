"""Loading the figures that were published about KIPP; loading twice changes nothing."""

import tomllib
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from agencies.models import User
from agencies.permissions import check_is_secretariat_head
from competitions.blueprints import RuleBlueprint
from competitions.models import PublishedFigure
from sinovik import audit
from sinovik.web.reference import read_table

REFERENCE = Path(__file__).resolve().parent.parent / "reference"


def rule_blueprints(name: str) -> tuple[RuleBlueprint, ...]:
    """The rules of a shipped edition ("2019", "modern"), each with its source."""
    with (REFERENCE / "rules.toml").open("rb") as file:
        rows = tomllib.load(file)[name]["rule"]
    return tuple(RuleBlueprint(**row) for row in rows)


@transaction.atomic
def load_published_figures(*, by: User | None) -> int:
    """Load published figures, each with its source; returns how many are new.

    Two sources may give different values for the same measure: both rows are kept.
    """
    if by is not None:
        check_is_secretariat_head(by)
    known = set(PublishedFigure.objects.values_list("year", "metric", "group", "value", "source"))
    rows = [
        PublishedFigure(
            year=int(row["year"]),
            metric=row["metric"],
            group=row["group"],
            value=Decimal(row["value"]),
            source=row["source"],
            note=row["note"],
        )
        for row in read_table("competitions", "kipp_statistics")
    ]
    new = [r for r in rows if (r.year, r.metric, r.group, r.value, r.source) not in known]
    created = PublishedFigure.objects.bulk_create(new)
    audit.record_many(by=by, event="figure_loaded", objs=created)
    return len(created)
