"""Hostile requests in bulk, each drawn from a seed; run by hand, prints what came back.

    .venv/bin/python -m bench.hostile --count 1000000 --seed 1

Every form, script address, search, list and API address of the site, as nine kinds of visitors,
is sent values of the tests' corpus, mixed, repeated, doubled and mangled, in right and wrong
content types and methods, with forged headers. Each request is undone. Exit code 1 where one was
answered by a failure, by a page with a fault, by another agency's canary, or by a refusal without
a sentence. The same seed sends the same; `--seconds` ends a run earlier, and says so.
"""

import argparse
import inspect
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

from tests.hostile import BROKEN_JSON, CORPUS, JSON_VALUES, Form, encoded, forms_of

MODULES = (
    "visits visits_after visits_articles visits_design visits_hearing visits_objections"
    " visits_plenary visits_replication visits_tables"
).split()
FORGED = {
    "X-Forwarded-For": "203.0.113.1, 10.0.0.1",
    "X-Forwarded-Host": "jahat.example",
    "X-HTTP-Method-Override": "DELETE",
    "Accept-Language": "xx-\u00ff,en;q=a",
    "HX-Request": "true",
    "If-None-Match": '"\u00ff", *',
    "If-Modified-Since": "Thu, 99 Foo 99999 99:99:99",
    "Range": "bytes=9-1,-0,a-b",
    "Content-Encoding": "gzip",
    "Cookie": "sessionid=' OR 1=1; csrftoken=\x00",
    "Accept": "application/json;q=x, */*",
}
TYPES = (
    "application/x-www-form-urlencoded",
    "application/json",
    "text/plain",
    "application/xml",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=no-such",
    "\u00ff/\u00ff",
)
METHODS = ("post", "post", "post", "put", "patch", "delete", "options", "head", "get")
QUERY = (
    "q page urut keadaan tampil tahun kembali next inovasi mereplikasi tulis kategori instansi"
    " provinsi jenis a b limit cursor until format penghargaan pemeriksa untuk versi"
).split()


@dataclass(frozen=True)
class Target:
    """An address with the visitor and the fields of its form."""

    user: Any
    method: str
    path: str
    fields: dict[str, list[str]]


class Sender:
    """Draws requests and sends them."""

    def __init__(self, seed: int, attacker: Any, targets: list[Target], api: list[str]) -> None:
        self.random = Random(seed)
        self.attacker = attacker
        self.targets = targets
        self.api = api
        self.statuses: Counter[int] = Counter()
        self.slowest: list[tuple[float, str]] = []
        self.sent_away = 0

    def value(self) -> str:
        """A value of the corpus, often mixed with another, or noise."""
        draw = self.random
        text = draw.choice(list(CORPUS.values()))
        turn = draw.randrange(6)
        if turn == 0:
            text += draw.choice(list(CORPUS.values()))
        elif turn == 1:
            text = "".join(chr(draw.randrange(0x110000)) for _one in range(draw.randrange(40)))
        elif turn == 2 and text:
            place = draw.randrange(len(text))
            text = text[:place] + chr(draw.randrange(0x3000)) + text[place:]
        return text.encode("utf-8", "replace").decode()[:70_000]

    def fields(self, target: Target) -> dict[str, list[str]]:
        """The form's fields, some of them hostile, doubled, missing or unknown."""
        sent = {name: list(values) for name, values in target.fields.items()}
        names = list(sent) or ["x"]
        for _one in range(self.random.choice([1, 1, 1, 2, len(names)])):
            name = self.random.choice(names)
            turn = self.random.randrange(8)
            if turn == 0:
                sent.pop(name, None)
            elif turn == 1:
                sent[name] = [*sent.get(name, []), self.value()]
            elif turn == 2:
                sent[name + self.random.choice(["[]", "\x00", "__pk", "-0-id", "_id"])] = ["1"]
            else:
                sent[name] = [self.value()]
        return sent

    def one(self) -> None:
        """Draw a request, send it, and count what came back."""
        turn = self.random.randrange(10)
        if turn == 0:
            self._ask_api()
        elif turn <= 2:
            self._ask_list()
        else:
            self._send_form(is_odd=turn >= 8)

    def _forged(self) -> dict[str, str]:
        names = self.random.sample(list(FORGED), self.random.choice([0, 0, 1, 2]))
        return {name: FORGED[name] for name in names}

    def _ask_api(self) -> None:
        names = self.random.sample(QUERY, 2)
        query = urlencode({name: self.value()[:2000] for name in names})
        self._send(None, "get", f"{self.random.choice(self.api)}?{query}", headers=self._forged())

    def _ask_list(self) -> None:
        target = self.random.choice(self.targets)
        names = self.random.sample(QUERY, self.random.randrange(1, 4))
        query = urlencode([(name, self.value()[:2000]) for name in names], doseq=True)
        path = target.path.partition("?")[0]
        self._send(target.user, "get", f"{path}?{query}", headers=self._forged())

    def _send_form(self, *, is_odd: bool) -> None:
        target = self.random.choice(self.targets)
        method = self.random.choice(METHODS) if is_odd else target.method
        if method == "get":
            data = {name: values[-1][:2000] for name, values in self.fields(target).items()}
            self._send(target.user, "get", target.path, data=data, headers=self._forged())
            return
        headers = self._forged() | {"If-Match": self.random.choice(['"1"', "x", '"99999999999"'])}
        if method in ("options", "head"):
            self._send(target.user, method, target.path, headers=headers)
        elif is_odd or target.method == "put":
            kind = self.random.choice(TYPES) if is_odd else "application/json"
            body = self._body(target)
            self._send(target.user, "raw", target.path, verb=method.upper(), data=body,
                       content_type=kind, headers=headers)  # fmt: skip
        else:
            self._send(target.user, method, target.path, data=self.fields(target), headers=headers)

    def _body(self, target: Target) -> bytes:
        turn = self.random.randrange(3)
        if turn == 0:
            return self.random.choice(BROKEN_JSON)
        if turn == 1:
            names = list(target.fields) or ["text"]
            return encoded({self.random.choice(names): self.random.choice(JSON_VALUES)})
        return urlencode(self.fields(target), doseq=True).encode()[
            : self.random.choice([10, 10**6])
        ]

    def _send(self, user: Any, method: str, path: str, **sent: Any) -> None:
        self.attacker.be(user)
        began = time.process_time()
        answer = self.attacker.send(method, path, f"{sent.get('data')!r:.120}", **sent)
        self.statuses[answer.status_code] += 1
        self.sent_away += answer.get("Location", "").startswith("/akun/masuk/")
        took = time.process_time() - began
        self.slowest = sorted([*self.slowest, (took, f"{method} {path[:90]}")])[-5:]


def world() -> tuple[Any, list[Target], list[str]]:
    """The attacker, every target of every page that the visits open, and the API's addresses."""
    from importlib import import_module

    from django.test import Client

    from sinovik.home.addresses import all_addresses

    forms: Any = import_module("tests.journeys.test_hostile_forms")
    visit_as: Any = import_module("tests.browser.visits").Visit
    sample: Any = import_module("tests.project.test_url_policy").sample

    class RawClient(Client):
        """Sends octets as they are, whatever type they are said to have."""

        def raw(self, path: str, *, verb: str, **sent: Any) -> Any:
            return self.generic(verb, path, **sent)

    class Crowd(forms.Attacker):  # type: ignore[misc, name-defined]
        """An attacker who is many people in turn without signing in anew each time."""

        may_read_canary: bool

        def __init__(self) -> None:
            super().__init__()
            self.clients: dict[Any, Any] = {}

        def be(self, user: Any) -> None:
            key = user.pk if user is not None else None
            if key not in self.clients:
                self.client = RawClient(raise_request_exception=False)
                self.become(visit_as("", user))
                self.clients[key] = (self.client, self.may_read_canary, self.client.cookies)
            self.client, self.may_read_canary, cookies = self.clients[key]
            # Whatever the last answer did to them.
            self.client.cookies = deepcopy(cookies)

    forms.plant_canary()
    crowd, targets = Crowd(), []
    modules = [import_module(f"tests.browser.{name}") for name in MODULES]
    for visit in [one for module in modules for group in groups(module) for one in group()]:
        crowd.be(visit.user)
        targets.append(Target(visit.user, "get", visit.address, {}))
        page = crowd.client.get(visit.address)
        if page.streaming or not page.get("Content-Type", "").startswith("text/html"):
            continue
        reader = forms_of(visit.address, page.content.decode())
        for method, address in sorted(reader.scripts):
            targets.append(Target(visit.user, method.lower(), address, {"text": [""]}))
        for form in reader.forms:
            if not forms._ends_the_visit(form):
                targets.append(Target(visit.user, form.method, _way(form), form.fields))
    api = [sample(one) for one in all_addresses() if one.route.startswith("api/v1/")]
    return crowd, targets, api


def _way(form: Form) -> str:
    return form.path if form.method == "get" else form.action


def groups(module: Any) -> list[Callable[[], Any]]:
    """The functions of a module of visits that need nothing to begin."""
    found = inspect.getmembers(module, inspect.isfunction)
    return [
        function
        for name, function in found
        if name.endswith("_visits")
        and function.__module__ == module.__name__
        and not inspect.signature(function).parameters
    ]


def run(count: int, seed: int, seconds: float) -> int:
    """Send the requests within one transaction that is never committed."""
    from django.db import transaction

    from sinovik.api import gate

    gate.MOST = 1_000_000_000
    logging.disable(logging.CRITICAL)
    with transaction.atomic():
        attacker, targets, api = world()
        sender = Sender(seed, attacker, targets, api)
        print(f"{len(targets)} sasaran halaman, {len(api)} alamat API", flush=True)
        began, sent = time.monotonic(), 0
        while sent < count and time.monotonic() - began < seconds:
            sender.one()
            sent += 1
        took = time.monotonic() - began
        transaction.set_rollback(True)
    for told in dict.fromkeys(attacker.broken):
        print("SALAH", told[:400])
    print("jawaban:", ", ".join(f"{code} {n}" for code, n in sorted(sender.statuses.items())),
          f"(ke halaman masuk {sender.sent_away})")  # fmt: skip
    for cpu, what in reversed(sender.slowest):
        print(f"terlama: {cpu * 1000:.0f} ms prosesor, {what}")
    short = "" if sent == count else f" (dari {count}; waktu habis)"
    print(f"{sent} permintaan{short}, benih {seed}, {len(attacker.broken)} salah, {took:.0f} detik")
    return 1 if attacker.broken else 0


def main() -> int:
    """On a test database: a throwaway cluster, or that of SINOVIK_TEST_DATABASE_URL, kept."""
    parser = argparse.ArgumentParser(description="Hostile requests in bulk")
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    given = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_databases, setup_test_environment

    from sinovik.management.databases import as_owner
    from sinovik.postgres.roles import make_role

    django.setup()
    setup_test_environment()
    cluster = settings.EMBEDDED_CLUSTER
    if cluster:
        cluster.hold()
    try:
        # Made by the owner, as for the tests; asked with the rights of the web role.
        with as_owner():
            with connection._nodb_cursor() as cursor:
                make_role(cursor, settings.DATABASE_WEB_ROLE)
            setup_databases(
                verbosity=0, interactive=False, keepdb=not cluster, serialized_aliases=set()
            )
        return run(given.count, given.seed, given.seconds)
    finally:
        if cluster:
            cluster.release()
            cluster.stop()


if __name__ == "__main__":
    sys.exit(main())
