"""An edition whose list is locked and scheduled: everybody waits for one instant."""

from datetime import datetime
from importlib import import_module
from typing import Any

BAND = "top-2"
DECREE = "RAHASIA-777/2026"
"""Stands nowhere before the instant; titles of proposals (`Inovasi 12`) do not either."""
PAIRS = [(high, low) for high in range(1, 6) for low in range(1, 6)]


def build(*, entries: int, seats: int) -> Any:
    """Proposals, marks and a locked list by the actions; `entries` a multiple of 25.

    So many proposals have the same marks as there are for each of the 25 pairs; seats that are
    a multiple of that, too, split no such group.
    """
    from sinovik import notifications

    factories = import_module("tests.factories")
    alike = entries // len(PAIRS)
    with notifications.muted():
        contest = factories.make_contest.__wrapped__(
            BAND,
            entries=entries,
            reviews=1,
            judges=1,
            seats=(seats, 1),
            marks=[pair for pair in PAIRS for _ in range(alike)],
        )
        factories.lock(contest, BAND)
    return contest


def schedule(contest: Any, announce_at: datetime) -> None:
    """Enter the decree and the instant, as the head of the secretariat does."""
    from competitions.actions.announcements import schedule_announcement
    from sinovik.web.zones import contest_day

    schedule_announcement(
        by=contest.head,
        cut_off=contest.cut_off(BAND),
        decree_number=DECREE,
        decree_dated_on=contest_day(announce_at),
        announce_at=announce_at,
    )
