"""The owner's hand in tests gets into nobody's way."""

import pytest
from django.db import connection

from tests.factories import make_team
from tests.owner import as_owner, tell_the_planner

pytestmark = pytest.mark.django_db
HELD = (
    "SELECT count(*) FILTER (WHERE database <> 0), count(*) FILTER (WHERE database = 0)"
    " FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'"
    " AND mode = 'ShareUpdateExclusiveLock'"
)


def test_telling_the_planner_holds_nothing_that_other_databases_share() -> None:
    make_team()

    def held() -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(HELD)
            own, shared = cursor.fetchone()
        return own, shared

    tell_the_planner()
    own, shared = held()
    assert own > 50
    assert shared == 0
    with as_owner() as cursor:
        cursor.execute("ANALYZE")
    assert held()[1] > 0, "a plain ANALYZE must be seen to lock them, or this test shows nothing"
