"""Two heads explain what was written past the site: one names who and why, another confirms."""

from collections.abc import Collection

from django.db import transaction

from agencies.models import User
from competitions.models import OwnerWriteConfirmed, OwnerWriteWord
from competitions.permissions.trust import check_can_confirm_word, check_can_see_row_history
from competitions.queries.owner_writes import unconfirmed_writes
from sinovik import audit
from sinovik.audit import clock


@transaction.atomic
def name_owner_writes(
    *, by: User, writes: Collection[int], written_by: User | None, note: str
) -> int:
    """Say who made these writes and why, in place of an earlier word; those confirmed stay.

    Only what was shown: a transaction may end later and still have an earlier number.
    Returns of how many it was said. Raises Forbidden.
    """
    check_can_see_row_history(by)
    now = clock.now()
    made = OwnerWriteWord.objects.bulk_create(
        [
            OwnerWriteWord(write=row, said_at=now, said_by=by, written_by=written_by, note=note)
            for row in unconfirmed_writes().filter(pk__in=writes).order_by("pk")
        ]
    )
    if made:
        payload = {
            "writes": [row.write_id for row in made],
            "written_by": written_by.pk if written_by else None,
        }
        audit.record(by=by, event="owner_writes_named", obj=by, payload=payload)
    return len(made)


@transaction.atomic
def confirm_owner_writes(*, by: User, words: Collection[int]) -> int:
    """Stand by another head's words, unless they were replaced or are confirmed already.

    Returns how many are new. Raises Forbidden for who said one or is named in it.
    """
    check_can_see_row_history(by)
    rows = OwnerWriteWord.objects.filter(pk__in=words, write__in=unconfirmed_writes())
    newest = dict(
        OwnerWriteWord.objects.filter(write__words__in=words)
        .order_by("write_id", "-pk")
        .distinct("write_id")
        .values_list("write_id", "pk")
    )
    standing = [row for row in rows.order_by("pk") if newest[row.write_id] == row.pk]
    for row in standing:
        check_can_confirm_word(by, row)
    made = OwnerWriteConfirmed.objects.bulk_create(
        [
            OwnerWriteConfirmed(word=row, confirmed_at=clock.now(), confirmed_by=by)
            for row in standing
        ],
        ignore_conflicts=True,
    )
    if made:
        payload = {"writes": [row.write_id for row in standing]}
        audit.record(by=by, event="owner_writes_confirmed", obj=by, payload=payload)
    return len(made)
