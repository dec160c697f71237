"""Do chances come true? One half of the earlier edition foretells the other.

The edition is replayed at several distances from its close: what was known then goes in,
what happened is compared. Simulated people: the table shows that the arithmetic holds
together, not that real agencies behave so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from competitions.enums import EntryState, StageState
from competitions.models import Edition, Entry
from competitions.pace import Expectation, History, Holder, Standing, forecast
from competitions.queries.tasks import registrations
from sinovik.audit.models import AuditEvent

DISTANCES = (30, 20, 10, 5, 2, 1)
BANDS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.01)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Way:
    created_at: datetime
    sent_at: datetime | None
    submitted_at: datetime | None


def report() -> None:
    """Print for each band of chances how many entries really missed the close."""
    edition = Edition.objects.filter(stages__state=StageState.CLOSED).distinct().first()
    assert edition is not None
    close = registrations([edition.pk])[edition.pk].closes_at
    ways = _ways(edition)
    expected = Expectation.of(_history(ways[::2], close))
    pairs = list(_replay(ways[1::2], close, expected))
    print(f"\nPrakiraan {edition.name} (simulasi): separuh meramal separuh, {len(pairs)} ramalan\n")
    print("| peluang | ramalan | rata-rata peluang | sungguh tidak sampai |")
    print("| --- | ---: | ---: | ---: |")
    low = 0.0
    for high in BANDS:
        inside = [pair for pair in pairs if low <= pair[0] < high]
        if inside:
            said = sum(chance for chance, _missed in inside) / len(inside)
            came = sum(missed for _chance, missed in inside) / len(inside)
            print(f"| {low:.0%}-{min(high, 1):.0%} | {len(inside)} | {said:.1%} | {came:.1%} |")
        low = high
    brier = sum((chance - missed) ** 2 for chance, missed in pairs) / len(pairs)
    rate = sum(missed for _chance, missed in pairs) / len(pairs)
    print(f"\nBrier {brier:.3f}; dengan selalu menjawab {rate:.0%}: {rate * (1 - rate):.3f}.")


def _ways(edition: Edition) -> list[Way]:
    events = AuditEvent.objects.named("entry_sent").filter(object_type=Entry._meta.label_lower)
    sent = dict(events.order_by("pk").values_list("object_id", "at"))
    rows = Entry.objects.filter(edition=edition).exclude(state=EntryState.WITHDRAWN)
    return [
        Way(created, sent.get(pk), submitted)
        for pk, created, submitted in rows.order_by("pk").values_list(
            "pk", "created_at", "submitted_at"
        )
    ]


def _history(ways: Sequence[Way], close: datetime) -> History:
    return History(
        unit_days=[(w.sent_at - w.created_at) / DAY for w in ways if w.sent_at],
        agency_days=[
            (w.submitted_at - w.sent_at) / DAY for w in ways if w.sent_at and w.submitted_at
        ],
        unit_leads=[(close - w.sent_at) / DAY for w in ways if w.sent_at],
        agency_leads=[(close - w.submitted_at) / DAY for w in ways if w.submitted_at],
        unit_stayed=sum(w.sent_at is None for w in ways),
        agency_stayed=sum(bool(w.sent_at and not w.submitted_at) for w in ways),
    )


def _replay(
    ways: Sequence[Way], close: datetime, expected: Expectation
) -> Iterator[tuple[float, bool]]:
    for left in DISTANCES:
        now = close - left * DAY
        for way in ways:
            if way.created_at > now or (way.submitted_at and way.submitted_at <= now):
                continue
            sent = way.sent_at if way.sent_at and way.sent_at <= now else None
            since = sent or way.created_at
            standing = Standing(
                holder=Holder.AGENCY if sent else Holder.UNIT,
                done=1.0,
                age=(now - way.created_at) / DAY,
                held=(now - since) / DAY,
                quiet=(now - since) / DAY,
                left=left,
            )
            yield forecast(standing, expected).chance, way.submitted_at is None
