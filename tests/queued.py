"""The library's tables of jobs, empty before a test and after it."""

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture
def nothing_queued(transactional_db: None) -> Iterator[None]:
    """They are none of Django's, which empties its own after a test with real transactions."""
    _forget_jobs()
    yield
    _forget_jobs()


def _forget_jobs() -> None:
    with connection.cursor() as cursor:
        for table in ("periodic_defers", "jobs", "workers"):
            cursor.execute(f"DELETE FROM procrastinate_{table}")
