"""Break-glass: whoever writes past the site is noted, and a head confirms having seen it."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from competitions.models import OwnerWriteSeen
from sinovik.audit.models import AuditEvent, OwnerWrite, RowChange
from sinovik.home.metrics import FIGURES
from sinovik.management.databases import owner_cursor
from tests.factories import REGISTRATION, Contest, make_contest
from tests.owner import as_owner, past_triggers
from tests.pages import WatchfulClient


@pytest.fixture
def contest() -> Contest:
    return make_contest(REGISTRATION, quota=3)


def notes() -> list[tuple[str, str]]:
    return list(OwnerWrite.objects.order_by("pk").values_list("act", "source"))


@pytest.fixture
def psql(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A line of the owner's that is none of Django's, as psql opens it."""
    own = connection.get_connection_params() | {"options": "", "application_name": "psql"}
    own = {key: own[key] for key in ("host", "user", "dbname", "options", "application_name")}
    with psycopg.connect(**own, autocommit=True) as line:
        yield line


@pytest.mark.django_db(transaction=True)
def test_psql_as_the_owner_is_noted_and_manage_py_is_not(
    psql: psycopg.Connection, contest: Contest
) -> None:
    assert notes() == []
    psql.execute("SELECT count(*) FROM agencies_user")
    assert notes() == []
    with owner_cursor() as cursor:
        cursor.execute("UPDATE agencies_user SET is_staff = is_staff")
    assert notes() == []
    psql.execute("UPDATE agencies_user SET is_staff = true WHERE id = %s", [contest.observer.pk])
    with psql.transaction():
        psql.execute("SET LOCAL session_replication_role = replica")
        psql.execute("UPDATE competitions_stage SET closes_at = closes_at + interval '1 day'")
        psql.execute("UPDATE competitions_stage SET closes_at = closes_at - interval '1 hour'")
    assert notes() == [("UPDATE", "agencies_user"), ("UPDATE", "competitions_stage")]
    row = OwnerWrite.objects.latest("pk")
    assert (row.login, row.program) == (settings.DATABASE_OWNER["USER"], "psql")
    change = RowChange.objects.filter(source="agencies_user").latest("pk")
    assert (change.before, change.after) == ({"is_staff": False}, {"is_staff": True})
    assert change.hand == row.login


@pytest.mark.django_db
def test_every_table_that_the_site_writes_notes_its_owner(contest: Contest) -> None:
    unnoted = {"public_change", "audit_ownerwrite", "audit_rowchange"}
    with as_owner() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'procrastinate%'"
        )
        tables = {name for (name,) in cursor.fetchall()}
        assert len(tables) > 100
        for table in sorted(tables - unnoted):
            cursor.execute(f"DELETE FROM {table} WHERE false")
    assert {source for _act, source in notes()} == tables - unnoted


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_ownerwrite", "audit_rowchange"])
def test_wiping_the_notes_leaves_a_note(contest: Contest, table: str) -> None:
    with past_triggers() as cursor:
        cursor.execute("UPDATE agencies_user SET is_staff = NOT is_staff")
        cursor.execute(f"DELETE FROM {table}")
        assert cursor.rowcount > 0
    assert ("DELETE", table) in notes()


@pytest.mark.django_db
def test_the_site_itself_leaves_no_note(contest: Contest) -> None:
    contest.observer.save()
    assert notes() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'owner_write'")
        assert cursor.fetchone()[0] > 100


@pytest.mark.django_db
def test_a_head_is_shown_it_until_one_confirms_what_was_shown(
    contest: Contest, client: WatchfulClient
) -> None:
    home, page = reverse("competitions:work_home"), reverse("competitions:row_history")
    client.force_login(contest.head)
    assert "penulisan di luar situs" not in client.get(home).text
    with as_owner() as cursor:
        cursor.execute("UPDATE agencies_user SET is_staff = NOT is_staff")
    assert "Konfirmasi 1 penulisan di luar situs" in client.get(home).text
    assert "UPDATE pengguna" in client.get(page).text
    shown = OwnerWrite.objects.get()
    with as_owner() as cursor:
        cursor.execute("UPDATE competitions_stage SET grace_minutes = grace_minutes")
    confirm = reverse("competitions:owner_writes_confirm")
    answers = {"writes": str(shown.pk), "note": "Rina, atas permintaan 065/2"}
    assert client.get(confirm).status_code == 405
    client.post(confirm, {"writes": str(shown.pk)})
    client.post(confirm, answers | {"writes": "x,1"})
    client.force_login(contest.officer)
    assert client.post(confirm, answers).status_code == 403
    assert OwnerWriteSeen.objects.count() == 0
    client.force_login(contest.head)
    client.post(confirm, answers)
    client.post(confirm, answers)
    (seen,) = OwnerWriteSeen.objects.all()
    assert (seen.write, seen.seen_by) == (shown, contest.head)
    assert AuditEvent.objects.named("owner_writes_seen").count() == 1
    assert "Konfirmasi 1 penulisan di luar situs" in client.get(home).text
    with connection.cursor() as cursor:
        cursor.execute(FIGURES["owner_writes_unseen"][1])
        assert cursor.fetchone() == (1,)
