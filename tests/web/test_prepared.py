"""Questions whose SQL is written once: the values of each asking, its locks, and no others."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import (
    IntegrityError,
    NotSupportedError,
    OperationalError,
    connection,
    models,
    transaction,
)
from django.db.models import Value
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from agencies.enums import Role
from agencies.models import Agency, Membership, User
from agencies.models.user import MEMBERSHIPS
from competitions.enums import EntryState
from competitions.models import AdministrativeCheck, Entry
from competitions.queries.writing import entry_open_to, lock_entry
from innovations.models import InnovationVersion
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.management.databases import owner_cursor
from sinovik.statements import _KeptCursor, insert, kept_cursor, update
from sinovik.web.prepared import OneOf, Prepared
from tests import factories

pytestmark = pytest.mark.django_db


def test_each_question_has_its_own_values() -> None:
    one, other = factories.make_person(), factories.make_person()
    assert User.objects.get(pk=one.pk) == one
    assert User.objects.get(pk=other.pk).email == other.email
    with pytest.raises(User.DoesNotExist):
        User.objects.get(pk=0)


def test_a_day_that_would_stay_is_refused() -> None:
    asks = Prepared(lambda: Session.objects.filter(expire_date__gt=timezone.now()))
    with pytest.raises(ValueError, match="first question"):
        asks.all()


def test_a_role_of_a_season_ends_in_a_process_that_has_asked_before() -> None:
    team = factories.make_team()
    Membership.objects.filter(user=team.innovator).update(ends_on=clock.today())
    assert User.objects.get(pk=team.innovator.pk).has_role(Role.INNOVATOR)
    with clock.at(clock.now() + timedelta(days=2)):
        assert not User.objects.get(pk=team.innovator.pk).active_memberships


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_alone() -> None:
    entry = factories.make_entry_in("draft")
    with pytest.raises(TransactionManagementError):
        lock_entry(entry.pk)
    with transaction.atomic():
        assert lock_entry(entry.pk).innovation == entry.innovation
    # Now the statement is there, and Django's own check is behind it.
    with pytest.raises(TransactionManagementError):
        lock_entry(entry.pk)


def test_who_saves_finds_the_entries_that_pages_show() -> None:
    contest = factories.make_contest(entries=2)
    team, neighbours = contest.team, factories.make_team(contest.team.agency)
    people: list[Any] = [
        contest.head, contest.officer, contest.observer, *contest.evaluators[:1],
        team.admin, team.innovator, neighbours.innovator, neighbours.admin,
        factories.make_team().admin, factories.make_person(),
    ]  # fmt: skip
    alone = factories.make_person(Role.INNOVATOR, agency=team.agency)
    Membership.objects.filter(user=alone).update(unit=None)
    found = set()
    for person in [*people, alone]:
        for entry in contest.entries:
            shown = Entry.objects.visible_to(person).filter(pk=entry.pk).exists()
            opened = entry_open_to(User.objects.get(pk=person.pk), entry.pk)
            assert (opened == entry) if shown else (opened is None)
            found.add(shown)
    assert found == {True, False}


def test_annotations_and_what_is_joined_come_along() -> None:
    team = factories.make_team()
    (row,) = MEMBERSHIPS.all(person=team.admin.pk, day=clock.today())
    plain = Membership.objects.get(pk=row.pk)
    assert (row.agency.region, row.unit, row.ended_at) == (plain.agency.region, plain.unit, None)
    marked = Prepared(lambda pk: Membership.objects.filter(pk=pk).annotate(mark=Value("x")), "pk")
    assert marked.get(pk=row.pk).mark == "x"


def test_texts_of_the_statement_stand_in_it_as_they_are() -> None:
    """The server is given the blanks alone; marks of places and quotes in a text stay a text."""
    odd = "100 % %s o'clock {}"
    team = factories.make_team()
    Agency.objects.filter(pk=team.agency.pk).update(name=odd)
    asks = Prepared(
        lambda pk: Agency.objects.filter(name=odd, pk=pk).annotate(twice=Value(f"{odd}%%")), "pk"
    )
    found = asks.get(pk=team.agency.pk)
    assert (found.name, found.twice) == (odd, f"{odd}%%")  # type: ignore[attr-defined]
    assert asks.all(pk=0) == []


def test_the_server_keeps_the_statement_and_answers_with_what_is_there_now() -> None:
    team = factories.make_team()
    asks = Prepared(lambda pk: Agency.objects.filter(pk=pk).order_by(), "pk")
    for number in range(8):
        Agency.objects.filter(pk=team.agency.pk).update(name=f"Nama {number}")
        assert asks.get(pk=team.agency.pk).name == f"Nama {number}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
            ['%FROM "agencies_agency" WHERE "agencies_agency"."id" = $1%'],
        )
        assert cursor.fetchone() == (1,)


@pytest.fixture
def kept(transactional_db: None) -> Iterator[Callable[[], Any]]:
    """A question that the server keeps, of a table that the owner may alter."""

    def ask() -> Any:
        with kept_cursor() as cursor:
            cursor.execute("SELECT name FROM kept_trial WHERE id = %s", [1])
            return cursor.fetchone()

    as_the_owner("CREATE TABLE kept_trial (id int, name varchar(10))")
    try:
        as_the_owner(
            "INSERT INTO kept_trial VALUES (1, 'x')", "GRANT SELECT ON kept_trial TO PUBLIC"
        )
        for _time in range(8):
            assert ask() == ("x",)
        yield ask
    finally:
        as_the_owner("DROP TABLE kept_trial")


def as_the_owner(*statements: str) -> None:
    """By another line, as a release does while the processes before it still run."""
    with owner_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def widen(length: int) -> None:
    as_the_owner(f"ALTER TABLE kept_trial ALTER COLUMN name TYPE varchar({length})")


def test_a_process_outlives_a_column_that_is_added_or_grows(kept: Callable[[], Any]) -> None:
    as_the_owner("ALTER TABLE kept_trial ADD COLUMN later text NOT NULL DEFAULT ''")
    assert kept() == ("x",)
    for length in (20, 30):
        widen(length)
        for _time in range(8):
            assert kept() == ("x",)


def test_inside_a_transaction_a_column_that_grew_is_an_outage_once(
    kept: Callable[[], Any],
) -> None:
    widen(20)
    with pytest.raises(OperationalError, match="column"), transaction.atomic():
        kept()
    with transaction.atomic():
        assert kept() == ("x",)


def test_several_at_once_outlive_a_column_that_grew_too(kept: Callable[[], Any]) -> None:
    def both() -> Any:
        with kept_cursor() as cursor:
            cursor.executemany("SELECT name, %s::int FROM kept_trial", [[1], [2]])
            first = cursor.fetchone()
            assert cursor.nextset()
            return first, cursor.fetchone()

    for length in (20, 30):
        assert both() == (("x", 1), ("x", 2))
        widen(length)
    assert both() == (("x", 1), ("x", 2))
    widen(40)
    with pytest.raises(OperationalError, match="column"), transaction.atomic():
        both()
    with transaction.atomic():
        assert both() == (("x", 1), ("x", 2))


def test_control_the_server_itself_refuses_a_plan_whose_column_grew(
    kept: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(_KeptCursor, "execute")
    widen(20)
    with pytest.raises(NotSupportedError, match="cached plan"):
        kept()


def test_a_row_is_inserted_as_django_would(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    contest = factories.make_contest(entries=1)
    factories.walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
    kinds: list[type[models.Model]] = [AuditEvent, InnovationVersion]
    for kind in kinds:
        first = kind._default_manager.order_by("pk").first()
        assert first is not None
        fields = [field for field in kind._meta.concrete_fields if not field.primary_key]
        values = {field.attname: getattr(first, field.attname) for field in fields}
        if kind is InnovationVersion:
            values["number"] = 99
        with django_assert_num_queries(1):
            (row,) = insert([kind(**values)])
        assert row.pk
        assert not row._state.adding
        found = kind._default_manager.get(pk=row.pk)
        assert {name: getattr(found, name) for name in values} == values
    assert insert([]) == []


def test_several_rows_are_inserted_in_one_go_and_each_learns_its_own_number(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = [AuditEvent(**_event(number)) for number in range(300)]
    with django_assert_num_queries(1):
        assert insert(rows) == rows
    kept = AuditEvent.objects.in_bulk([row.pk for row in rows])
    assert [kept[row.pk].object_id for row in rows] == list(range(300))
    assert not any(row._state.adding for row in rows)


@pytest.mark.django_db(transaction=True)
def test_of_several_rows_one_that_is_refused_lets_none_in() -> None:
    held, kinds = AuditEvent.objects.count(), (AuditEvent(**_event(n)) for n in range(3))
    one, refused, other = kinds
    refused.verb = None  # type: ignore[assignment]
    for rows in ([one, refused, other], [other, one, refused]):
        with pytest.raises(IntegrityError):
            insert(rows)
        with pytest.raises(IntegrityError), transaction.atomic():
            insert(rows)
        assert AuditEvent.objects.count() == held


def test_a_table_whose_rows_the_database_fills_is_refused() -> None:
    # `session_epoch` has a default in the database, which no statement of ours would name.
    with pytest.raises(TypeError, match="is not inserted so"):
        insert([User(name="Sari")])


def _event(number: int) -> dict[str, Any]:
    return {"at": clock.now(), "verb": "row_added", "object_type": "x", "object_id": number}


def test_rows_come_in_the_order_of_their_keys_and_none_that_is_gone(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    one, other = factories.make_person(), factories.make_person()
    asks = Prepared(lambda pks: User.objects.filter(OneOf("pk", pks)).order_by(), "pks")
    assert asks.in_order([other.pk, 0, one.pk]) == [other, one]
    assert asks.in_order([one.pk, other.pk]) == [one, other]
    with django_assert_num_queries(0):
        assert asks.in_order([]) == []


def test_rows_are_updated_in_one_go_each_with_its_own_values(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    entries = factories.make_contest(entries=3).entries
    for rank, entry in zip((2, None, 1), entries, strict=True):
        entry.agency_rank, entry.state_changed_at = rank, clock.now()
        entry.arrival = "grace"  # not named, so not written
    with django_assert_num_queries(1):
        update(entries, "agency_rank", "state_changed_at")
    kept = Entry.objects.in_bulk([entry.pk for entry in entries])
    for entry in entries:
        row = kept[entry.pk]
        assert row.agency_rank == entry.agency_rank
        assert row.state_changed_at == entry.state_changed_at
        assert row.arrival == ""
    with django_assert_num_queries(0):
        update([], "agency_rank")


def test_control_a_field_of_lists_is_not_updated_so() -> None:
    with pytest.raises(TypeError, match="lists"):
        update([AdministrativeCheck(pk=1)], "reasons")
