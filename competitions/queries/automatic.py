"""Orders to submit at the close, with the deadline that each has to meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from competitions.models import AutomaticSubmission, Entry
from competitions.queries.deadlines import deadlines
from competitions.queries.tasks import registrations
from sinovik.web.prepared import OneOf, Prepared

LEAD = timedelta(minutes=5)
"""How long before the close the sending begins: time to try again, and for many."""
NOTICE = timedelta(days=1)
"""How long before the close an order's admin reads what is still missing."""


@dataclass(frozen=True)
class DueOrder:
    """A pending order and the close it has to meet."""

    order: AutomaticSubmission
    closes_at: datetime

    def is_due(self, at: datetime) -> bool:
        """Whether it is time to send it, or to say that it was not sent."""
        return at >= self.closes_at - LEAD

    def wants_notice(self, at: datetime) -> bool:
        """Whether the day before the close has come and nobody was told yet."""
        return self.order.reminded_at is None and self.closes_at - NOTICE <= at < self.closes_at


def pending_orders() -> list[DueOrder]:
    """Every order that waits, in the order it was given. Queries grow with open editions."""
    orders = list(
        AutomaticSubmission.objects.pending()
        .select_related(
            "entry__edition", "entry__group", "entry__agency", "entry__innovation", "ordered_by"
        )
        .order_by("pk")
    )
    stages = registrations({order.entry.edition_id for order in orders})
    closes: dict[tuple[int, int], datetime] = {}
    for edition_id, stage in stages.items():
        agency_ids = {one.entry.agency_id for one in orders if one.entry.edition_id == edition_id}
        for agency_id, instant in deadlines(stage, agency_ids).items():
            closes[edition_id, agency_id] = instant
    return [
        DueOrder(order, closes[order.entry.edition_id, order.entry.agency_id]) for order in orders
    ]


def order_of(entry: Entry) -> AutomaticSubmission | None:
    """The latest order for an entry, waiting or ended."""
    orders = AutomaticSubmission.objects.filter(entry=entry).select_related("ordered_by")
    return orders.order_by("-pk").first()


_PENDING = Prepared(
    lambda entries: AutomaticSubmission.objects.pending().filter(OneOf("entry", entries)), "entries"
)


def ordered(entry_ids: Sequence[int]) -> set[int]:
    """Which of these entries wait for their close. Under their locks it stays so."""
    return {order.entry_id for order in _PENDING.all(entries=[*entry_ids])}
