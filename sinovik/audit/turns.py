"""Who does the same at once: runs of one job take turns, a second press finds the first."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

PRESSED_AGAIN = timedelta(minutes=1)
"""For so long what a person makes alike is the same press of a button, not a second thing."""


def take_turn(number: int, *of: int, is_shared: bool = False) -> None:
    """Wait until every other transaction that took this turn has ended; hold it until ours does.

    For a job whose two runs at once would do the same work twice and that has no row to lock.
    Each job has a number of its own (`pg_advisory_xact_lock`); `of` tells whose turn it is
    where there is one for each row. Shared turns wait only for those that are not.
    """
    lock = "pg_advisory_xact_lock_shared" if is_shared else "pg_advisory_xact_lock"
    numbers = [number, *of]
    places = ", ".join(["%s"] * len(numbers))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}({places})", numbers)


def made_just_now(
    rows: "QuerySet[Row]", values: dict[str, Any], *, at: str, now: datetime
) -> Row | None:
    """What the press before made: alike in `values`, at an instant (`at`) within PRESSED_AGAIN.

    Certain where whoever makes such rows holds a lock or a turn.
    """
    return rows.filter(**values, **{f"{at}__gt": now - PRESSED_AGAIN}).first()
