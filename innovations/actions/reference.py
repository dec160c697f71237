"""Loading categories and development goals; loading twice changes nothing."""

from django.db import transaction

from agencies.models import User
from agencies.permissions import check_is_secretariat_head
from innovations.models import Category, SustainableGoal
from sinovik import audit
from sinovik.web.reference import read_table


@transaction.atomic
def load_goals(*, by: User | None) -> int:
    """Load the seventeen development goals; returns how many are new."""
    if by is not None:
        check_is_secretariat_head(by)
    known = set(SustainableGoal.objects.values_list("number", flat=True))
    created = SustainableGoal.objects.bulk_create(
        [
            SustainableGoal(
                number=int(row["number"]),
                name=row["name"],
                name_en=row["name_en"],
                color=row["color"],
            )
            for row in read_table("innovations", "sustainable_goals")
            if int(row["number"]) not in known
        ]
    )
    audit.record_many(by=by, event="goal_loaded", objs=created)
    return len(created)


@transaction.atomic
def load_categories(*, by: User | None) -> int:
    """Load the categories of KIPP 2021; returns how many are new."""
    if by is not None:
        check_is_secretariat_head(by)
    known = set(Category.objects.values_list("slug", flat=True))
    created = Category.objects.bulk_create(
        [
            Category(slug=row["slug"], name=row["name"], position=position, source=row["source"])
            for position, row in enumerate(read_table("innovations", "categories"), start=1)
            if row["slug"] not in known
        ]
    )
    audit.record_many(by=by, event="category_loaded", objs=created)
    return len(created)
