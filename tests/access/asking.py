"""Asking every address as everybody, each time as if nothing had been asked before."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.core.cache import cache
from django.core.handlers import wsgi
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import converters

from sinovik.home.addresses import Address
from tests.access.reading import EVERYBODY, Kind, Row
from tests.access.world import World
from tests.crawling import body_of

SIGN_IN = 401
"""What a redirect to the sign-in page counts as."""
OUT = frozenset({SIGN_IN, 403, 404, 405})
NEW_EACH_TIME = {
    "Set-Cookie",
    "X-Request-Id",
    "X-Request-ID",
    "Content-Security-Policy",
    "Content-Length",
    "Expires",
    "RateLimit-Reset",
}
"""The last two are the clock's alone: two askings on both sides of a second tell them apart."""


@dataclass(frozen=True)
class Answer:
    """What came back, without what is new in each drawing."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    read: frozenset[str]
    wrote: bool

    @property
    def is_in(self) -> bool:
        """Whether the person got past the policy, whatever the view then made of it."""
        return self.status not in OUT

    def header(self, name: str) -> str:
        """A header, empty where there is none."""
        return dict(self.headers).get(name, "")


@dataclass(frozen=True)
class Target:
    """An address with one object: who passes there by objects.txt, and who may know of it."""

    row: Row
    relation: str
    passes: str
    known: str
    parameters: dict[str, Any]
    path: str

    def expected(self, method: str) -> str:
        """Who passes: whom the address lets in and the object as well."""
        return "".join(one for one in self.row.may(method) if one in self.passes)


class Noting(QueryDict):
    """A query that notes what a view reads from it."""

    noted: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.noted.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.noted.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        """As in Django, but noted."""
        self.noted.add(key)
        return super().getlist(key, default)


def changes() -> int:
    """Rows that this transaction has written so far, sessions apart; triggers' writes count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_xact_user_tables"
            " WHERE relname <> 'django_session'"
        )
        return int(cursor.fetchone()[0])


class Asker:
    """A client of each role; what a request changes is undone."""

    def __init__(self, world: World) -> None:
        self.clients: dict[str, Client] = {}
        for letter, person in world.cast.people.items():
            self.clients[letter] = Client(raise_request_exception=False)
            if person:
                self.clients[letter].force_login(person)

    def ask(self, letter: str, method: str, path: str, data: Any = None) -> Answer:
        """One request in a savepoint that is rolled back."""
        cache.clear()
        Noting.noted = set()
        with transaction.atomic(), patch.object(wsgi, "QueryDict", Noting):
            before = 0 if method == "get" else changes()
            answer = getattr(self.clients[letter], method)(path, *([data] if data else []))
            body = body_of(answer)
            wrote = method != "get" and changes() != before
            transaction.set_rollback(True)
        status = answer.status_code
        if status == 302 and answer["Location"].startswith("/akun/masuk/?next="):
            status = SIGN_IN
        headers = tuple(
            sorted((name, value) for name, value in answer.items() if name not in NEW_EACH_TIME)
        )
        return Answer(status, body, headers, frozenset(Noting.noted), wrote)


MISSING = {
    converters.IntConverter: "999999999",
    converters.UUIDConverter: "00000000-0000-0000-0000-000000000001",
}
"""Of which no row is made."""


def filled(address: Address, parameters: dict[str, Any]) -> str:
    """The path of an address with these parameters."""
    route = address.route
    for name, value in parameters.items():
        route = re.sub(rf"<(\w+:)?{name}>", str(value), route)
    assert "<" not in route, f"no value for {route}"
    return "/" + route + QUERIES.get(str(address.name), "")


QUERIES = {"api:results": "?band=top-2"}
"""Where an object is named by its query."""


def missing_path(address: Address, target: "Target") -> str:
    """The address with the name of nothing in its last place: the row itself, not its parent."""
    kinds = address.pattern.pattern.converters
    last = next((name for name in reversed(kinds) if name not in SIDES), None)
    if last is None:
        return target.path
    return filled(address, target.parameters | {last: MISSING.get(type(kinds[last]), "tidak-ada")})


SIDES = frozenset({"key", "kind", "band", "look", "table", "number", "volume", "letter", "address"})
"""Parameters that name a part of a row, and no row of their own."""


LENGTH_OF_A_CODE = 8
"""Shorter names may stand in a page for other reasons."""


def without_path(answer: Answer, path: str) -> tuple[Any, ...]:
    """All of an answer but the address that was asked, which pages repeat in their links."""
    spot = path.split("?")[0]
    body = answer.body.replace(spot.encode(), b"")
    last = spot.rstrip("/").rpartition("/")[2]
    if len(last) >= LENGTH_OF_A_CODE:
        body = body.replace(last.encode(), b"")
    headers = tuple((name, value.replace(path, "")) for name, value in answer.headers)
    return answer.status, body, headers


def targets(
    world: World, address: Address, row: Row, kinds: dict[str, Kind], *, is_write: bool = False
) -> Iterator[Target]:
    """An address with each object of its kind."""
    if not row.kind:
        yield Target(row, "", EVERYBODY, EVERYBODY, {}, filled(address, {}))
        return
    kind = kinds[row.written if is_write else row.kind]
    base = kinds.get(kind.base, kind)
    names = (row.kind, kind.base, base.base, kinds.get(base.base, base).base)
    things = next(world.things[name] for name in names if name in world.things)
    for relation, passes in kind.passes.items():
        known = base.passes.get(relation, passes)
        named = things[relation]
        yield Target(row, relation, passes, known, named, filled(address, named))
