"""Runs of one job that take turns."""

from django.db import connection


def take_turn(number: int) -> None:
    """Wait until every other transaction that took this turn has ended; hold it until ours does.

    For a job whose two runs at once would do the same work twice and that has no row to lock.
    Each job has a number of its own (`pg_advisory_xact_lock`).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
