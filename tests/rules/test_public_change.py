"""The marks of change: no state of a watched table is taken for another."""

import pytest
from django.db import connection, transaction

from innovations.models import Category
from sinovik.web import shared
from tests.races import during

TABLE = "innovations_category"


def mark() -> int:
    return shared.read_state().marks[TABLE]


def newest() -> int:
    """What a naive reader would go by: the number of the last change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM public_change WHERE source = %s", [TABLE])
        number: int = cursor.fetchone()[0]
    return number


def change() -> None:
    Category.objects.filter(slug="tidak-ada").update(position=1)


@pytest.mark.django_db(transaction=True)
def test_change_that_commits_after_a_later_one_is_seen() -> None:
    seen: list[tuple[int, int]] = []

    def first() -> None:
        change()

    def second() -> None:
        with transaction.atomic():
            change()
        seen.append((mark(), newest()))

    outcomes = during(first, second)
    assert outcomes == (None, None)
    ((before, naive),) = seen
    # The control: the number of the newest change is the same before and after.
    assert newest() == naive
    assert mark() != before


@pytest.mark.django_db
def test_mark_never_comes_back_and_old_ones_go() -> None:
    seen = [mark()]
    for _ in range(100):
        change()
        seen.append(mark())
    assert len(set(seen)) == len(seen)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public_change WHERE source = %s", [TABLE])
        assert cursor.fetchone()[0] <= 33


@pytest.mark.django_db
def test_change_taken_back_takes_its_mark_back() -> None:
    before = mark()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        change()
        assert mark() != before
        raise ZeroDivisionError
    assert mark() == before
