"""The web role, as which this suite runs: what it may not do, and that the owner could."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from sinovik.audit.models import AuditEvent
from sinovik.postgres.roles import FinalTable, excess_rights, final_tables, grant_web
from sinovik.web.querysets import Immutable
from tests.owner import as_owner, past_triggers

pytestmark = pytest.mark.django_db

WEB = "sinovik_web"
TABLE_CHANGES = [
    "CREATE TABLE stray (id int)",
    "CREATE TEMP TABLE competitions_result (id int)",
    "CREATE SCHEMA stray",
    "CREATE FUNCTION stray() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER stray BEFORE INSERT ON audit_auditevent FOR EACH ROW"
    " EXECUTE FUNCTION audit_refuse_change()",
    "ALTER TABLE audit_auditevent DISABLE TRIGGER auditevent_row_final",
    "ALTER TABLE audit_auditevent ADD stray int",
    "DROP TRIGGER auditevent_row_final ON audit_auditevent",
    "DROP TABLE competitions_nudge",
    "SET session_replication_role = replica",
    # To where it stands: no rollback takes that back, and numbers must not come again.
    "SELECT setval('audit_auditevent_id_seq', nextval('audit_auditevent_id_seq'))",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('audit', 'stray', now())",
    "DELETE FROM django_migrations",
    "INSERT INTO audit_ownerwrite (written_at, source, act, login, role, program, transaction)"
    " VALUES (now(), 'x', 'x', 'x', 'x', 'x', 1)",
]


def is_refused(statement: str) -> bool:
    """Whether the role that runs now lacks the right; other errors are raised."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            return True
        raise
    return False


def changes_of(table: FinalTable) -> Iterator[str]:
    column = apps_column(table.name)
    if table.keeps_columns:
        yield f"UPDATE {table.name} SET {column} = {column}"
    if table.keeps_rows:
        yield f"DELETE FROM {table.name}"


def apps_column(name: str) -> str:
    model = next(one for one in apps.get_models() if one._meta.db_table == name)
    return model._meta.concrete_fields[1].column


def final() -> list[FinalTable]:
    with connection.cursor() as cursor:
        return final_tables(cursor)


def test_every_model_that_is_written_once_is_a_final_table_and_no_other() -> None:
    written_once = {one._meta.db_table for one in apps.get_models() if issubclass(one, Immutable)}
    log = {one._meta.db_table for one in apps.get_app_config("audit").get_models()}
    assert {row.name for row in final() if row.keeps_columns and row.keeps_rows} == (
        written_once | log
    )


def test_the_web_role_changes_no_row_of_a_final_table_and_the_owner_could() -> None:
    statements = [one for table in final() for one in changes_of(table)]
    assert len(statements) > 80
    assert [one for one in statements if not is_refused(one)] == []
    with past_triggers():
        assert [one for one in statements if is_refused(one)] == []


def test_the_web_role_empties_no_table_and_the_owner_could() -> None:
    names = connection.introspection.table_names()
    assert len(names) > 100
    assert [one for one in names if not is_refused(f"TRUNCATE {one} CASCADE")] == []
    with past_triggers() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert not is_refused("TRUNCATE audit_auditevent CASCADE")


@pytest.mark.parametrize("statement", TABLE_CHANGES)
def test_the_web_role_changes_no_table_and_the_owner_could(statement: str) -> None:
    assert is_refused(statement)
    with as_owner():
        assert not is_refused(statement)


def test_the_web_role_owns_nothing_and_is_nobody_special() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (WEB,)
        assert excess_rights(cursor) == []
        cursor.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert set(cursor.fetchone()) == {False}
    with as_owner() as cursor:
        assert f"memiliki tabel {AuditEvent._meta.db_table}" in excess_rights(cursor)


def test_the_deployment_check_names_a_site_that_runs_as_the_owner() -> None:
    def warned() -> list[str | None]:
        found = run_checks(tags=["database"], include_deployment_checks=True, databases=["default"])
        return [one.id for one in found]

    assert "sinovik.W001" not in warned()
    with as_owner():
        assert "sinovik.W001" in warned()


def test_a_right_too_many_goes_with_the_next_migration() -> None:
    with as_owner() as cursor:
        cursor.execute(
            "GRANT ALL ON audit_seal TO sinovik_web; GRANT DELETE ON audit_leaf TO sinovik_web;"
            " GRANT UPDATE ON agencies_supportlook TO sinovik_web;"
            " GRANT CREATE ON SCHEMA public TO PUBLIC"
        )
    with connection.cursor() as cursor:
        assert sorted(excess_rights(cursor)) == [
            "boleh membuat tabel di skema public",
            "boleh mengubah tabel final agencies_supportlook",
            "boleh mengubah tabel final audit_leaf",
            "boleh mengubah tabel final audit_seal",
        ]
    with as_owner() as cursor:
        grant_web(cursor, WEB)
    with connection.cursor() as cursor:
        assert excess_rights(cursor) == []
