"""Questions whose SQL is written once: the values of each asking, its locks, and no others."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Value
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from agencies.enums import Role
from agencies.models import Agency, Membership, User
from agencies.models.user import MEMBERSHIPS
from competitions.models import Entry
from competitions.queries.writing import entry_open_to, lock_entry
from sinovik.audit import clock
from sinovik.web.prepared import Prepared
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
