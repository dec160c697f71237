"""Break-glass: whoever writes past the site is noted, and a head confirms having seen it."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from agencies.enums import Role
from agencies.models import User
from competitions.actions.owner_writes import confirm_owner_writes, name_owner_writes
from competitions.models import OwnerWriteConfirmed, OwnerWriteWord
from competitions.queries.owner_writes import owner_writes
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent, OwnerWrite, RowChange
from sinovik.home.metrics import FIGURES
from sinovik.management.databases import owner_cursor
from sinovik.web.access import Forbidden
from tests.factories import REGISTRATION, Contest, make_contest, make_person
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


@pytest.fixture
def second(contest: Contest) -> User:
    return make_person(Role.SECRETARIAT_HEAD, agency=contest.head.active_memberships[0].agency)


@pytest.fixture
def third(second: User) -> User:
    return make_person(Role.SECRETARIAT_HEAD, agency=second.active_memberships[0].agency)


def write_past() -> OwnerWrite:
    with as_owner() as cursor:
        cursor.execute("UPDATE agencies_user SET is_staff = NOT is_staff")
    return OwnerWrite.objects.latest("pk")


def unseen() -> int:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES["owner_writes_unseen"][1])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_heads_are_shown_it_until_one_names_and_another_confirms_what_was_shown(
    contest: Contest, second: User, client: WatchfulClient
) -> None:
    home, page = reverse("competitions:work_home"), reverse("competitions:row_history")
    client.force_login(contest.head)
    assert "penulisan di luar situs" not in client.get(home).text
    shown = write_past()
    assert "1 penulisan di luar situs belum dijelaskan" in client.get(home).text
    assert "mengubah pengguna" in client.get(page).text
    with as_owner() as cursor:
        cursor.execute("UPDATE competitions_stage SET grace_minutes = grace_minutes")
    name, confirm = (reverse(f"competitions:owner_writes_{act}") for act in ("name", "confirm"))
    answers = {"writes": str(shown.pk), "note": "Rina, atas permintaan 065/2"}
    assert client.get(name).status_code == client.get(confirm).status_code == 405
    for wrong in ({"note": ""}, {"writes": "x,1"}, {"written_by": str(contest.team.admin.pk)}):
        assert client.post(name, answers | wrong).status_code == 422
    client.force_login(contest.officer)
    assert client.post(name, answers).status_code == 403
    assert OwnerWriteWord.objects.count() == 0
    client.force_login(contest.head)
    client.post(name, answers)
    word = OwnerWriteWord.objects.get()
    assert (word.write, word.said_by, word.written_by) == (shown, contest.head, None)
    assert "kepala lain yang mengonfirmasinya" in client.get(page).text
    assert (unseen(), OwnerWriteConfirmed.objects.count()) == (2, 0)
    client.force_login(contest.officer)
    assert client.post(confirm, {"words": str(word.pk)}).status_code == 403
    client.force_login(second)
    assert "Benar, saya mengonfirmasi" in client.get(page).text
    client.post(confirm, {"words": str(word.pk)})
    client.post(confirm, {"words": str(word.pk)})
    assert OwnerWriteConfirmed.objects.get().confirmed_by == second
    for event in ("owner_writes_named", "owner_writes_confirmed"):
        assert AuditEvent.objects.named(event).count() == 1
    assert "1 penulisan di luar situs belum dijelaskan" in client.get(home).text
    assert unseen() == 1
    # What two heads have explained takes no other word.
    told = "Keterangan itu sudah diganti atau dikonfirmasi"
    assert told in client.post(name, answers, follow=True).text
    assert OwnerWriteWord.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_word_is_said_beside_what_was_typed(
    contest: Contest, second: User, client: WatchfulClient
) -> None:
    page, name = (reverse(f"competitions:{act}") for act in ("row_history", "owner_writes_name"))
    first = write_past()
    name_owner_writes(by=second, writes=[first.pk], written_by=None, note="Rina")
    word = OwnerWriteWord.objects.get()
    with as_owner() as cursor:
        cursor.execute("UPDATE competitions_stage SET grace_minutes = grace_minutes")
    later = OwnerWrite.objects.latest("pk")
    client.force_login(contest.head)
    chosen = f'<option value="{second.pk}" selected>'
    for writes, control in ((later, "id_note"), (first, f"id_{word.pk}_note")):
        refused = client.post(name, {"writes": str(writes.pk), "written_by": str(second.pk)})
        assert refused.status_code == 422
        assert f'href="#{control}"' in refused.text
        assert refused.text.count(chosen) == 1
        assert refused.text.count(f'id="{control}_error"') == 1
    # Told once; the page itself says nothing of it afterwards.
    assert "Kesalahan" not in client.get(page).text
    confirm_owner_writes(by=contest.head, words=[word.pk])
    name_owner_writes(by=contest.head, writes=[later.pk], written_by=None, note="Rina")
    confirm_owner_writes(by=second, words=[OwnerWriteWord.objects.latest("pk").pk])
    gone = client.post(name, {"writes": str(later.pk)}, follow=True)
    assert "Keterangan itu sudah diganti atau dikonfirmasi" in gone.text


@pytest.mark.django_db
def test_who_said_it_and_who_is_named_do_not_confirm_it(
    contest: Contest, second: User, third: User, client: WatchfulClient
) -> None:
    page, confirm = (
        reverse(f"competitions:{name}") for name in ("row_history", "owner_writes_confirm")
    )
    shown = write_past()
    name_owner_writes(by=contest.head, writes=[shown.pk], written_by=second, note="Darurat")
    word = OwnerWriteWord.objects.get()
    told = {contest.head: "Anda yang menulis keterangan ini", second: "Anda disebut"}
    for person, sentence in told.items():
        client.force_login(person)
        text = client.get(page).text
        assert sentence in text
        assert "Benar, saya mengonfirmasi" not in text
        assert sentence in client.post(confirm, {"words": str(word.pk)}, follow=True).text
        with pytest.raises(Forbidden):
            confirm_owner_writes(by=person, words=[word.pk])
        made = OwnerWriteConfirmed(word=word, confirmed_at=clock.now(), confirmed_by=person)
        with pytest.raises(IntegrityError, match="does not confirm it"), transaction.atomic():
            made.save(force_insert=True)
        # Nor past the triggers that may be passed by.
        with past_triggers() as cursor, pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(
                "INSERT INTO competitions_ownerwriteconfirmed"
                " (word_id, confirmed_at, confirmed_by_id) VALUES (%s, now(), %s)",
                [word.pk, person.pk],
            )
    assert confirm_owner_writes(by=third, words=[word.pk]) == 1


@pytest.mark.django_db
def test_a_later_word_stands_in_place_of_the_earlier(
    contest: Contest, second: User, third: User
) -> None:
    shown = write_past()
    name_owner_writes(by=contest.head, writes=[shown.pk], written_by=third, note="Keliru")
    wrong = OwnerWriteWord.objects.get()
    name_owner_writes(by=second, writes=[shown.pk], written_by=None, note="Rina, 065/2")
    assert confirm_owner_writes(by=third, words=[wrong.pk]) == 0
    (unexplained, (word,)) = owner_writes()
    assert (unexplained.writes, word.note) == ([], "Rina, 065/2")
    assert confirm_owner_writes(by=contest.head, words=word.words) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_heads_said_stays(contest: Contest, second: User, act: str) -> None:
    shown = write_past()
    name_owner_writes(by=contest.head, writes=[shown.pk], written_by=None, note="Rina")
    confirm_owner_writes(by=second, words=OwnerWriteWord.objects.values_list("pk", flat=True))
    for table in ("competitions_ownerwriteword", "competitions_ownerwriteconfirmed"):
        with as_owner() as cursor, pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(act.format(table))
