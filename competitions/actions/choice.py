"""Putting the proposals that wait with an agency in order, before its quota bites."""

from django.db import transaction

from agencies.models import Agency, User
from competitions.enums import EntryState
from competitions.exceptions import WrongState
from competitions.models import Entry
from competitions.permissions.entries import check_can_submit_entry
from competitions.queries.choice import waiting_in_order
from sinovik import audit


@transaction.atomic
def move_in_choice(*, by: User, entry: Entry, up: bool) -> list[Entry]:
    """Move a waiting entry one place up or down among those of its agency and group.

    The order binds nobody: it helps the admin see which ones the quota still holds. At
    either end nothing changes. Raises WrongState for an entry that waits no more.
    """
    Agency.objects.locked().get(pk=entry.agency_id)
    row = Entry.objects.select_related("agency", "group").get(pk=entry.pk)
    check_can_submit_entry(by, row)
    if row.state != EntryState.WITH_AGENCY:
        raise WrongState
    rows = list(waiting_in_order(row.agency, [row.group]))
    place = rows.index(row)
    target = min(max(place + (-1 if up else 1), 0), len(rows) - 1)
    rows.insert(target, rows.pop(place))
    for rank, one in enumerate(rows, start=1):
        one.agency_rank = rank
    Entry.objects.bulk_update(rows, ["agency_rank"])
    audit.record(by=by, event="entry_ranked", obj=row, payload={"rank": target + 1})
    return rows
