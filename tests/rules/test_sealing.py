"""The log of events: hashed at insert, sealed into a tree, chained, and found out when changed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, connection, transaction

from agencies.models import User
from sinovik import audit
from sinovik.audit import clock, merkle, signing
from sinovik.audit.models import AuditEvent, Leaf, Node, Seal
from sinovik.audit.sealing import (
    START,
    LedgerBroken,
    inclusion_proof,
    leaf_of,
    seal_events,
    statement_of,
    verify_log,
)
from sinovik.audit.tasks import seal_the_minute
from tests.owner import as_owner, past_triggers

MORNING = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("sari@contoh.id", name="Sari, petugas")


def write(person: User, number: int, start: int = 0) -> list[AuditEvent]:
    return audit.record_many(
        by=person,
        event="person_invited",
        objs=[person] * number,
        payloads=[{"turn": turn, "ké": "ünï"} for turn in range(start, start + number)],
    )


@contextmanager
def tampering() -> Iterator[Any]:
    """What somebody with the owner's rights could do: no trigger fires."""
    with past_triggers() as cursor:
        yield cursor


def test_an_event_is_hashed_at_insert_over_what_the_database_keeps(person: User) -> None:
    (event,) = audit.record_many(
        by=person,
        event="person_invited",
        objs=[person],
        payloads=[{"at": MORNING, "weight": Decimal("0.10"), "nested": [{"a": None}, True]}],
    )
    stored = AuditEvent.objects.get(pk=event.pk)
    assert stored.leaf == event.leaf == leaf_of(stored)
    assert len(stored.salt) == 32


def test_a_fraction_in_a_payload_is_refused(person: User) -> None:
    with pytest.raises(ValueError, match="write fractions as text"):
        audit.record(by=person, event="person_invited", obj=person, payload={"share": 0.5})


def test_the_log_names_no_person_and_equal_events_look_different(person: User) -> None:
    one, other = write(person, 1)[0], write(person, 1)[0]
    assert "Sari" not in json.dumps(statement_of(one))
    assert statement_of(one)["payload"] != statement_of(other)["payload"]
    assert statement_of(one)["actor"] != statement_of(other)["actor"]


def test_seals_grow_one_tree_and_name_each_other(person: User) -> None:
    assert seal_events() is None
    write(person, 5)
    with clock.at(MORNING):
        first = seal_events()
    write(person, 8, start=5)
    second = seal_events()
    assert first is not None
    assert second is not None
    assert (first.number, first.size, first.previous, first.sealed_at) == (1, 5, START, MORNING)
    assert (second.number, second.size, second.previous) == (2, 13, first.fingerprint)
    leaves = [bytes.fromhex(e.leaf) for e in AuditEvent.objects.order_by("leaf_row__index")]
    top: list[bytes] = []
    list(merkle.grow(0, top, leaves))
    assert second.root == merkle.fold(top).hex()
    assert signing.is_signed(second.payload.encode(), second.signature, second.key)
    assert json.loads(second.payload)["root"] == second.root
    assert seal_events() is None
    assert verify_log() == 13


def test_sealing_reads_few_rows_whatever_the_size(
    person: User, django_assert_max_num_queries: Any
) -> None:
    write(person, 300)
    seal_events()
    write(person, 1)
    with django_assert_max_num_queries(9):
        seal_events()


def test_the_job_run_twice_seals_once(person: User) -> None:
    write(person, 2)
    seal_the_minute(timestamp=0)
    seal_the_minute(timestamp=0)
    assert [seal.size for seal in Seal.objects.all()] == [2]


def test_a_proof_leads_from_the_event_to_the_signed_root(person: User) -> None:
    events = write(person, 11)
    assert inclusion_proof(events[3], Seal(size=0)) is None
    seal = seal_events()
    late = write(person, 1)[0]
    assert seal is not None
    for event in events:
        found = inclusion_proof(event, seal)
        assert found is not None
        leaf = merkle.leaf_hash(
            json.dumps(found["leaf"], sort_keys=True, separators=(",", ":")).encode()
        )
        path = [bytes.fromhex(value) for value in found["path"]]
        root = merkle.root_from_inclusion(found["index"], seal.size, leaf, path)
        assert root is not None
        assert root.hex() == json.loads(found["seal"]["payload"])["root"]
    seal_events()
    # Under the later seal, not under the earlier one.
    assert inclusion_proof(late, seal) is None
    assert inclusion_proof(late, Seal.objects.get(number=2)) is not None


@pytest.mark.django_db(transaction=True)
def test_an_event_whose_transaction_ends_late_is_sealed_later() -> None:
    person = User.objects.create_user("sari@contoh.id", name="Sari")
    written, sealed = Barrier(2), Barrier(2)
    early: list[int] = []

    def dawdle() -> None:
        try:
            with transaction.atomic():
                early.append(write(person, 1)[0].pk)
                written.wait(20)
                sealed.wait(20)
        finally:
            connection.close()

    thread = Thread(target=dawdle)
    thread.start()
    written.wait(20)
    with transaction.atomic():
        fast = write(person, 1)[0].pk
    first = seal_events()
    sealed.wait(20)
    thread.join(20)
    assert early[0] < fast
    assert first is not None
    assert first.size == 1
    second = seal_events()
    assert second is not None
    assert second.size == 2
    assert list(Leaf.objects.order_by("index").values_list("event", flat=True)) == [fast, *early]
    assert verify_log() == 2


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain() -> None:
    person = User.objects.create_user("sari@contoh.id", name="Sari")
    with transaction.atomic():
        write(person, 40)
    start = Barrier(2)

    def seal() -> None:
        try:
            start.wait(20)
            seal_events()
        finally:
            connection.close()

    threads = [Thread(target=seal) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert verify_log() == 40
    assert Seal.objects.count() == 1


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE audit_auditevent SET verb = 'person_removed' WHERE id = {second}", "event"),
        ("UPDATE audit_auditevent SET at = at + interval '1 us' WHERE id = {second}", "event"),
        ("UPDATE audit_auditevent SET actor_label = 'Budi' WHERE id = {second}", "event"),
        ("UPDATE audit_auditevent SET object_id = object_id + 1 WHERE id = {second}", "event"),
        ("UPDATE audit_auditevent SET payload = '{{\"turn\": 9}}' WHERE id = {second}", "event"),
        ("UPDATE audit_auditevent SET salt = repeat('0', 32) WHERE id = {second}", "event"),
        ("UPDATE audit_auditevent SET leaf = repeat('0', 64) WHERE id = {second}", "event"),
        ("DELETE FROM audit_leaf WHERE index = 1", "leaf 1 is missing"),
        ("UPDATE audit_leaf SET index = 99 WHERE index = 4", "leaf 4 is missing"),
        ("UPDATE audit_node SET hash = repeat('0', 64) WHERE level = 1 AND index = 1", "subtree"),
        ("UPDATE audit_seal SET root = repeat('0', 64) WHERE number = 1", "seal 1"),
        ("UPDATE audit_seal SET size = 4 WHERE number = 2", "seal 2"),
        ("UPDATE audit_seal SET sealed_at = now() WHERE number = 1", "seal 1"),
        ("UPDATE audit_seal SET previous = repeat('1', 64) WHERE number = 2", "seal 2"),
        ("UPDATE audit_seal SET signature = repeat('A', 86) || '==' WHERE number = 1", "signature"),
        ("DELETE FROM audit_seal WHERE number = 1", "seal 2"),
    ],
)
def test_every_change_behind_the_triggers_is_named(
    person: User, statement: str, named: str
) -> None:
    events = write(person, 3)
    with clock.at(MORNING - timedelta(hours=1)):
        seal_events()
    write(person, 2)
    seal_events()
    assert verify_log() == 5
    with tampering() as cursor:
        cursor.execute(statement.format(second=events[1].pk))
    with pytest.raises(LedgerBroken, match=named):
        verify_log()
    with pytest.raises(CommandError, match="TIDAK SAH"):
        call_command("verify_ledger")


def test_a_seal_signed_by_a_key_of_ours_must_still_state_the_log(person: User) -> None:
    write(person, 2)
    seal = seal_events()
    assert seal is not None
    forged = seal.payload.replace(seal.root, "0" * 64)
    with tampering() as cursor:
        cursor.execute(
            "UPDATE audit_seal SET payload = %s, root = repeat('0', 64), signature = %s",
            [forged, signing.sign(forged.encode())],
        )
    with pytest.raises(LedgerBroken, match="seal 1 states something else"):
        verify_log()


@pytest.mark.parametrize("table", ["leaf", "node", "seal"])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_log_changed_by_raw_sql_is_refused(person: User, table: str, verb: str) -> None:
    write(person, 4)
    seal_events()
    column = {"leaf": "event_id", "node": "hash", "seal": "root"}[table]
    statement = {
        "UPDATE": f"UPDATE audit_{table} SET {column} = {column}",
        "DELETE": f"DELETE FROM audit_{table}",
        "TRUNCATE": f"TRUNCATE audit_{table} CASCADE",
    }[verb]
    with (
        pytest.raises((InternalError, IntegrityError), match="append-only"),
        transaction.atomic(),
        as_owner() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert (Leaf.objects.count(), Node.objects.count(), Seal.objects.count()) == (4, 3, 1)


def test_the_command_tells_what_it_verified(person: User) -> None:
    write(person, 3)
    seal_events()
    write(person, 2)
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert out.getvalue() == "SAH: 3 kejadian dalam buku, 2 menunggu segel berikutnya.\n"
