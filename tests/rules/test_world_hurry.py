"""What speeds up the writing of a world is taken back, and the planner learns what has grown."""

from typing import Any

import pytest
from django.db import connection

from innovations.models import Innovation
from sinovik.management.world.stagehands import count_rows, words_indexed_in_batches
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def asked(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def collects() -> bool:
    found = asked("SELECT reloptions FROM pg_class WHERE relname = 'search_words'")
    return "fastupdate=on" in found


def test_index_of_words_collects_while_a_world_is_written_and_never_after() -> None:
    assert not collects()
    with words_indexed_in_batches():
        assert collects()
    assert not collects()
    with pytest.raises(KeyError), words_indexed_in_batches():
        raise KeyError
    assert not collects()


def test_rows_that_came_are_counted() -> None:
    rows = len(factories.make_contest(entries=3).entries)
    asked("SELECT pg_stat_force_next_flush()")
    count_rows()
    known = asked("SELECT reltuples FROM pg_class WHERE relname = 'innovations_innovation'")
    assert known == Innovation.objects.count() >= rows
