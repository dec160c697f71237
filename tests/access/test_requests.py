"""T4 (ASVS 3.5.1, 3.5.3, 4.1.4, 8.3.1): reading writes nothing, writing needs a form of ours."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from agencies.actions.people import end_membership
from agencies.models import Agency, Membership
from sinovik.home.addresses import Address
from sinovik.urls import urlpatterns as site_patterns
from sinovik.web.access import public
from tests.access.asking import targets
from tests.access.making import make_world
from tests.access.reading import asked_addresses, read_kinds, read_rows
from tests.access.world import World
from tests.crawling import body_of
from tests.factories import make_agency, make_team
from tests.hostile import FLOOD, SENT_BY_BROWSERS
from tests.pages import WatchfulClient

pytestmark = [pytest.mark.slow]

ROWS, KINDS = read_rows(), read_kinds()
FOREIGN = "https://jahat.example"
UNDECLARED = ("PUT", "PATCH", "DELETE")
ALSO = {
    "innovations:innovation_edit": "PUT",
    "competitions:entry_section": "PUT",
    "competitions:scoresheet_save": "PUT",
    "competitions:check_save": "PUT",
    "innovations:upload_piece": "PATCH",
    "competitions:article_create": "PUT",
    "competitions:article_edit": "PUT",
}
"""What scripts send beside, or instead of, what forms send."""
NOT_OURS = ("account_", "api:", "None")
"""Views of allauth answer to every method with their page; the API with a fault of its own."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, undone after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def fingerprints() -> dict[str, str]:
    """What stands in every table, but for sessions: those are the browser's visit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall() if name != "django_session"]
        found = {}
        for table in tables:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), ''))"
                f' FROM "{table}" t'
            )
            found[table] = cursor.fetchone()[0]
    return found


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables that are not as they were."""
    return sorted(table for table in before if before[table] != after[table])


def first_target(world: World, address: Address, letter: str, *, is_write: bool) -> str | None:
    """The path of an object that this role passes to."""
    row = ROWS[str(address.name)]
    method = "post" if is_write else "get"
    for target in targets(world, address, row, KINDS, is_write=is_write):
        if letter in target.expected(method):
            return target.path
    return None


def signed_in(world: World, *, is_strict: bool = False) -> dict[str, Client]:
    """A client of each role, which asks for tokens or not."""
    clients = {
        letter: Client(raise_request_exception=False, enforce_csrf_checks=is_strict)
        for letter in world.cast.people
    }
    for letter, person in world.cast.people.items():
        if person:
            clients[letter].force_login(person)
    return clients


def reader_of(address: Address) -> str:
    """Somebody who may read at the address."""
    readers = ROWS[str(address.name)].readers or ROWS[str(address.name)].writers or "P"
    return "A" if "A" in readers else readers[-1]


def test_reading_changes_no_row_of_any_table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the guard of the connection, so that a view that writes would be seen by its rows.
    monkeypatch.setattr("sinovik.web.readonly.refuse_writes", lambda execute, *rest: execute(*rest))
    clients = signed_in(world)
    before, asked = fingerprints(), 0
    for address in asked_addresses():
        letter = reader_of(address)
        where = first_target(world, address, letter, is_write=False)
        if where is None or address.name == "account_logout":
            continue
        cache.clear()
        for method in ("get", "head", "options"):
            answer = getattr(clients[letter], method)(where)
            assert answer.status_code < 500, f"{method} {where}"
            body_of(answer)
            asked += 1
    assert changed(before, fingerprints()) == []
    assert asked > 600


def test_control_a_row_that_reading_wrote_is_seen(world: World) -> None:
    before = fingerprints()
    with transaction.atomic():
        Agency.objects.filter(pk=world.cast.own.agency.pk).update(name="Lain")
        assert changed(before, fingerprints()) == ["agencies_agency", "public_change"]
        transaction.set_rollback(True)


def test_undeclared_method_is_refused(world: World) -> None:
    wrong, clients = [], signed_in(world)
    for address in asked_addresses():
        name = str(address.name)
        if name.startswith(NOT_OURS):
            continue
        letter = reader_of(address)
        where = first_target(world, address, letter, is_write=ROWS[name].readers is None)
        methods = [one for one in UNDECLARED if ALSO.get(name) != one]
        methods += ["POST"] if ROWS[name].writers is None else []
        for method in methods:
            status = clients[letter].generic(method, where or "/").status_code
            if where and status != 405:
                wrong.append(f"{letter} {method} {where} -> {status}")
    assert not wrong, wrong


def test_writing_needs_the_token_and_comes_from_here(world: World) -> None:
    wrong, asked, clients = [], 0, signed_in(world, is_strict=True)
    for address in asked_addresses():
        row = ROWS[str(address.name)]
        if not row.writers or row.name.startswith("api:") or row.name in SENT_BY_BROWSERS:
            continue
        letter = row.writers[-1]
        where = first_target(world, address, letter, is_write=True)
        if where is None:
            continue
        client, token = clients[letter], "a" * 32
        client.cookies["csrftoken"] = token
        sent = {"csrfmiddlewaretoken": token}
        for what, data, headers in (
            ("no token", {}, {}),
            ("foreign origin", sent, {"Origin": FOREIGN}),
        ):
            with transaction.atomic():
                status = _write(client, row.method, where, data, headers)
                transaction.set_rollback(True)
            asked += 1
            if status != 403:
                wrong.append(f"{letter} {row.method} {where} with {what} -> {status}")
        with transaction.atomic():
            if _write(client, row.method, where, sent, {"X-CSRFToken": token}) == 403:
                wrong.append(f"{letter} {row.method} {where} with its token -> 403")
            transaction.set_rollback(True)
    assert not wrong, wrong
    assert asked > 300


def test_ten_megabytes_are_refused_with_a_sentence_at_every_address(world: World) -> None:
    wrong, asked, clients = [], 0, signed_in(world, is_strict=True)
    flood = b"text=" + FLOOD.encode()
    for address in asked_addresses():
        row = ROWS[str(address.name)]
        if not row.writers or row.name.startswith("api:") or row.method != "post":
            continue
        where = first_target(world, address, row.writers[-1], is_write=True)
        if where is None:
            continue
        asked += 1
        answer = clients[row.writers[-1]].post(where, flood, "application/x-www-form-urlencoded")
        is_told = "Kiriman Anda terlalu besar." in answer.content.decode()
        if answer.status_code != 413 or not is_told:
            wrong.append(f"{where} -> {answer.status_code}")
    assert not wrong, wrong
    assert asked > 100


def _write(
    client: Client, method: str, where: str, data: dict[str, str], headers: dict[str, str]
) -> int:
    if method == "post":
        answer = client.post(where, data, headers=headers)
    else:
        kind = "application/json"
        answer = getattr(client, method)(where, data=b"{}", content_type=kind, headers=headers)
    # To the end, so that a file is closed again.
    body_of(answer)
    return int(answer.status_code)


@public
def careless(request: HttpRequest) -> HttpResponse:
    """A view that answers to every method and writes where it should read."""
    make_agency(name="Tertulis")
    return HttpResponse("ditulis")


urlpatterns = [path("ceroboh/", careless), *site_patterns]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_control_careless_view_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        assert client.get("/ceroboh/").status_code == 500
        transaction.set_rollback(True)
    monkeypatch.setattr("sinovik.web.readonly.refuse_writes", lambda execute, *rest: execute(*rest))
    before = fingerprints()
    assert client.get("/ceroboh/").status_code == 200
    assert changed(before, fingerprints()) == ["agencies_agency", "public_change"]
    assert client.generic("PROPFIND", "/ceroboh/").status_code != 405


@pytest.mark.django_db
def test_role_that_ends_ends_with_the_next_request(client: WatchfulClient) -> None:
    team = make_team()
    client.force_login(team.innovator)
    assert client.get("/kerja/inovasi/").status_code == 200
    end_membership(by=team.admin, membership=Membership.objects.get(user=team.innovator))
    answer = client.get("/kerja/inovasi/")
    assert answer.headers["Location"] == "/akun/masuk/?next=/kerja/inovasi/"
