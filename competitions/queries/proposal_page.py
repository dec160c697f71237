"""What a page that shows a whole proposal reads beside the entry, by one statement."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from agencies.models import User
from competitions.models import Entry, LateSubmission, Receipt, Result
from competitions.models.entry import EntryQuerySet
from competitions.queries.carrying import earlier_proposals
from competitions.queries.reach import Visible
from sinovik.audit import clock

PAGE = (
    "edition",
    "group",
    "agency",
    "version",
    "innovation__unit",
    "innovation__category",
    "innovation__replicates__agency",
    "innovation__location",
    "innovation__agency",
    "innovation__updated_by",
)
"""What a page that shows the whole proposal reads beside the entry."""


def entry_with_tasks(user: User, pk: int) -> Any:
    """An entry that is `visible_to` the person, with `PAGE` and what it has of rows few have.

    `has_late`, `has_receipt`, `has_feedback` and `has_earlier`; None for everybody else's.
    """
    return _WITH_TASKS.first(user, pk=pk, now=clock.now())


def _with_tasks(entries: EntryQuerySet, pk: Any, now: Any) -> QuerySet[Entry]:
    own = {"entry": OuterRef("pk")}
    earlier = earlier_proposals(OuterRef("innovation"), OuterRef("created_at"))
    return (
        entries.filter(pk=pk)
        .select_related(*PAGE)
        .annotate(
            has_late=Exists(LateSubmission.objects.filter(**own)),
            has_receipt=Exists(Receipt.objects.filter(**own)),
            has_feedback=Exists(Result.objects.disclosed(now).filter(**own)),
            has_earlier=Exists(earlier.exclude(pk=OuterRef("pk"))),
        )
        .order_by()
    )


_WITH_TASKS = Visible(_with_tasks, "pk", "now")
