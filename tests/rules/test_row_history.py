"""What stood in a row before: kept for every hand, by the owner, and closed to the web role."""

import re

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from psycopg.errors import InsufficientPrivilege

from agencies.models import Membership
from agencies.queries.about_person import own_data
from competitions.models import Entry
from competitions.queries.row_history import table_choices
from sinovik.audit import clock
from sinovik.audit.models import RowChange
from tests.factories import ANNOUNCED, Contest, make_contest
from tests.owner import as_owner, past_triggers
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced() -> Contest:
    return make_contest(ANNOUNCED, quota=3)


def kept() -> dict[str, list[str]]:
    """The columns that are kept, by table, as the triggers have them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgargs FROM pg_trigger"
            " WHERE tgname = 'row_history_update'"
        )
        return {
            table: bytes(columns).rstrip(b"\0").decode().split()
            for table, columns in cursor.fetchall()
        }


def test_columns_that_are_kept_exist_and_hold_no_free_text() -> None:
    tables = kept()
    assert set(tables) == {table for table, _name in table_choices()}
    models = {one._meta.db_table: one for one in apps.get_models()}
    for table, columns in tables.items():
        found = {field.column: field for field in models[table]._meta.concrete_fields}
        assert set(columns) <= set(found)
        texts = {"CharField", "TextField", "EmailField", "JSONField"}
        free = [one for one in columns if found[one].get_internal_type() in texts]
        assert [one for one in free if not found[one].choices] == []


def test_an_updated_and_a_deleted_row_leave_what_stood_in_them(announced: Contest) -> None:
    entry = announced.entries[0]
    before = RowChange.objects.filter(source="competitions_entry", row_id=entry.pk)
    assert before.filter(after__state="submitted").exists()
    count = RowChange.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agencies_user SET is_staff = is_staff, name = name || '.'")
        assert cursor.rowcount > 0
    assert RowChange.objects.count() == count
    with past_triggers() as cursor:
        cursor.execute("UPDATE competitions_result SET rank = rank + 5")
        changed = cursor.rowcount
        cursor.execute("DELETE FROM competitions_score")
        deleted = cursor.rowcount
    assert RowChange.objects.count() == count + changed + deleted
    row = RowChange.objects.filter(source="competitions_result").first()
    assert row
    assert row.after["rank"] == row.before["rank"] + 5
    assert set(row.before) == {"rank"}
    row = RowChange.objects.filter(source="competitions_score").first()
    assert row
    assert (row.act, row.after) == ("DELETE", None)
    assert row.before["mark"] > 0


def test_the_hand_is_told_apart(announced: Contest) -> None:
    statement = "UPDATE agencies_user SET is_staff = NOT is_staff WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [announced.observer.pk])
    with as_owner() as cursor:
        cursor.execute(statement, [announced.observer.pk])
    own, web = RowChange.objects.filter(source="agencies_user")[:2]
    assert (web.hand, own.hand) == ("sinovik_web", "sinovik")
    assert web.before == own.after == {"is_staff": False}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_rowchange (changed_at, source, row_id, act, before, login, role)"
        " VALUES (now(), 'x', 1, 'UPDATE', '{}', 'x', 'x')",
        "UPDATE audit_rowchange SET login = 'x'",
        "DELETE FROM audit_rowchange",
        "TRUNCATE audit_rowchange",
        "ALTER TABLE competitions_score DISABLE TRIGGER row_history_update",
        "SELECT forget_rows('competitions_score')",
        "SET session_replication_role = replica",
    ],
)
def test_the_web_role_can_neither_write_nor_stop_the_history(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert isinstance(refused.value.__cause__, InsufficientPrivilege)
    with past_triggers() as cursor:
        cursor.execute(statement)


def test_a_head_reads_the_history_without_marks_and_nobody_else_does(
    announced: Contest, client: WatchfulClient
) -> None:
    with past_triggers() as cursor:
        cursor.execute("UPDATE competitions_score SET mark = 41")
        cursor.execute("UPDATE competitions_score SET mark = 42")
        cursor.execute("UPDATE competitions_scoresheet SET total = 77.7777")
        cursor.execute("DELETE FROM competitions_announcement")
    address = reverse("competitions:row_history")
    client.force_login(announced.head)
    page = client.get(address).text
    assert "Dihapus" in page
    assert "Bukan situs" in page
    for table, mark in (("competitions_score", "→ 42"), ("competitions_scoresheet", "77[.,]7")):
        cells = client.get(address, {"tabel": table}).text.split("<tbody>")[1]
        assert "tidak ditampilkan → tidak ditampilkan" in cells
        assert not re.search(mark, cells)
    Membership.objects.filter(user=announced.team.admin).update(
        ended_at=clock.now(), ended_by=announced.head
    )
    sender = Entry.objects.exclude(submitted_by=None)[0].submitted_by
    assert sender is not None
    with past_triggers() as cursor:
        cursor.execute(
            "UPDATE competitions_entry SET state = 'draft', version_id = NULL,"
            " submitted_at = NULL, submitted_by_id = NULL"
        )
    told = client.get(address, {"tabel": "agencies_membership"}).text
    assert f"pelaku: kosong → {announced.head.name}" in told
    told = client.get(address, {"tabel": "competitions_entry"}).text
    assert f"pelaku: {sender.name} → kosong" in told
    assert re.search(r"\bversi: \d+ → kosong", told)
    shown = client.get(address, {"tabel": "competitions_stage", "baris": "999999"}).text
    assert "Tidak ada perubahan yang cocok" in shown
    for person in (announced.officer, announced.observer, announced.team.innovator):
        client.force_login(person)
        assert client.get(address).status_code == 403


def test_a_person_takes_the_history_of_their_roles_along(announced: Contest) -> None:
    person = announced.team.innovator
    Membership.objects.filter(user=person).update(ended_at=clock.now(), ended_by=announced.head)
    (row,) = own_data(person)["history"]
    assert row["before"] == {"ended_at": None, "ended_by_id": None}
    assert row["after"]["ended_by_id"] == announced.head.pk
    assert own_data(announced.observer)["history"] == []
