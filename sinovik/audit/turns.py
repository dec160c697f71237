"""Runs of one job that take turns."""

from datetime import timedelta

from django.db import connection

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
