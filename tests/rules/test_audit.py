from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction

from agencies.models import User
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from tests.owner import as_owner

NEW_YEAR = datetime(2019, 1, 1, tzinfo=UTC)


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("sari@contoh.id", name="Sari, petugas")


def test_record_in_transaction_keeps_who_what_when(person: User) -> None:
    with clock.at(NEW_YEAR):
        event = audit.record(by=person, event="person_invited", obj=person, payload={"role": "x"})
    stored = AuditEvent.objects.about(person).named("person_invited").get()
    assert stored.pk == event.pk
    assert (stored.at, stored.actor, stored.actor_label) == (NEW_YEAR, person, str(person))
    assert (stored.object_type, stored.payload) == ("agencies.user", {"role": "x"})


def test_record_many_in_one_query(person: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        audit.record_many(by=None, event="person_invited", objs=[person] * 3)
    assert AuditEvent.objects.about(person).count() == 3


@pytest.mark.parametrize("name", ["invited", "Person_Invited", "person invited", ""])
def test_record_with_a_bad_name_is_refused(person: User, name: str) -> None:
    with pytest.raises(ValueError, match="participle"):
        audit.record(by=person, event=name, obj=person)


@pytest.mark.django_db(transaction=True)
def test_record_outside_transaction_is_refused() -> None:
    user = User.objects.create_user("sari@contoh.id", name="Sari")
    with pytest.raises(audit.NotInTransaction):
        audit.record(by=user, event="person_invited", obj=user)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET verb = 'x_y'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent CASCADE",
    ],
)
def test_ledger_changed_by_raw_sql_is_refused(person: User, statement: str) -> None:
    audit.record(by=person, event="person_invited", obj=person)
    with (
        pytest.raises((InternalError, IntegrityError), match="append-only"),
        transaction.atomic(),
        as_owner() as cursor,
    ):
        # Foreign keys are checked now: TRUNCATE would else fail for another reason.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert AuditEvent.objects.count() == 1


def test_event_saved_directly_is_refused(person: User) -> None:
    event = audit.record(by=person, event="person_invited", obj=person)
    with pytest.raises(TypeError):
        event.save()


def test_clock_at_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2019, 1, 1)):  # noqa: DTZ001
        pass


def test_database_now_follows_the_moved_clock(db: None) -> None:
    assert abs((clock.database_now() - clock.now()).total_seconds()) < 60
    with clock.at(NEW_YEAR):
        assert clock.database_now() == clock.now() == NEW_YEAR
