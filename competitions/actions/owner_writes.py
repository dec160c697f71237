"""A second person confirms having seen what was written past the site."""

from collections.abc import Collection

from django.db import transaction

from agencies.models import User
from competitions.models import OwnerWriteSeen
from competitions.permissions.trust import check_can_see_row_history
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.models import OwnerWrite


@transaction.atomic
def confirm_owner_writes(*, by: User, writes: Collection[int], note: str) -> int:
    """Keep that `by` has seen these writes; those that are confirmed already stay as they are.

    Only what was shown: a transaction may end later and still have an earlier number.
    Returns how many are new. Raises Forbidden.
    """
    check_can_see_row_history(by)
    rows = OwnerWrite.objects.filter(pk__in=writes, seen=None)
    made = OwnerWriteSeen.objects.bulk_create(
        [
            OwnerWriteSeen(write=row, seen_at=clock.now(), seen_by=by, note=note)
            for row in rows.order_by("pk")
        ],
        ignore_conflicts=True,
    )
    if made:
        audit.record(
            by=by,
            event="owner_writes_seen",
            obj=by,
            payload={"writes": [row.write_id for row in made]},
        )
    return len(made)
