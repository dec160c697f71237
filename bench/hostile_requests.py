"""What `bench.hostile` sends: requests drawn from a seed, and what came back of them."""

import time
from collections import Counter
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from importlib import import_module
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from django.test import Client

from tests.hostile import BROKEN_JSON, CORPUS, JSON_VALUES, encoded

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
NUMBERS = (
    "0",
    "-1",
    "999999999",
    "2147483648",
    "9223372036854775808",
    "1.0",
    "0x1",
    "1e3",
    "%D9%A1",
)
"""For a number in an address, beside those of other rows."""
STEPS = (
    "..", ".", "", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%00", "%FF%FE", "%ED%A0%80", ".env",
    ".git%2Fconfig", "wp-login.php", ";a=b", "%0D%0ASet-Cookie:%20x=1", "index.json", "admin",
)  # fmt: skip
"""What is put between two slashes of an address."""
SLOWEST = 5
METHODS = ("post", "post", "post", "put", "patch", "delete", "options", "head", "get")
KINDS = [
    "API",
    *["daftar"] * 2,
    *["isian"] * 5,
    *["cara atau jenis lain"] * 2,
    "orang lain",
    "alamat rusak",
]
"""What each turn of twelve sends."""
QUERY = (
    "q page urut keadaan tampil tahun kembali next inovasi mereplikasi tulis kategori instansi"
    " provinsi jenis a b limit cursor until format penghargaan pemeriksa untuk versi"
).split()


@dataclass(frozen=True)
class Target:
    """An address with the visitor's number and the fields of its form."""

    user: int | None
    method: str
    path: str
    fields: dict[str, list[str]]


class Sender:
    """Draws requests and sends them."""

    def __init__(self, seed: str, attacker: Any, targets: list[Target], api: list[str]) -> None:
        self.random = Random(seed)
        self.attacker = attacker
        self.pages = targets
        # A page without a form is asked as a list only.
        self.forms = [one for one in targets if one.fields or one.method != "get"]
        self.api = api
        self.users = sorted({one.user for one in targets}, key=str)
        self.kinds: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.slowest: list[tuple[float, str]] = []

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
        turn = self.random.randrange(12)
        if turn == 0:
            self._ask_api()
        elif turn <= 2:
            self._ask_list()
        elif turn <= 9:
            self._send_form(self.random.choice(self.forms), is_odd=turn >= 8)
        else:
            self.go_astray(is_other=turn == 10)
        self.kinds[KINDS[turn]] += 1

    def _forged(self) -> dict[str, str]:
        names = self.random.sample(list(FORGED), self.random.choice([0, 0, 1, 2]))
        return {name: FORGED[name] for name in names}

    def _ask_api(self) -> None:
        names = self.random.sample(QUERY, 2)
        query = urlencode({name: self.value()[:2000] for name in names})
        self._send(None, "get", f"{self.random.choice(self.api)}?{query}", headers=self._forged())

    def _ask_list(self) -> None:
        target = self.random.choice(self.pages)
        names = self.random.sample(QUERY, self.random.randrange(1, 4))
        query = urlencode([(name, self.value()[:2000]) for name in names], doseq=True)
        path = target.path.partition("?")[0]
        self._send(target.user, "get", f"{path}?{query}", headers=self._forged())

    def go_astray(self, *, is_other: bool) -> None:
        """A page or form of somebody else, or at an address that nobody wrote."""
        target = self.random.choice(self.pages)
        if is_other:
            target = replace(target, user=self.random.choice(self.users))
        else:
            target = replace(target, path=self._mangled(target.path))
        self._send_form(target, is_odd=False)

    def _mangled(self, address: str) -> str:
        """An address with one step of it replaced, doubled, put in or left out."""
        steps = address.partition("?")[0].split("/")
        place = self.random.randrange(1, len(steps))
        numbered = [place for place, step in enumerate(steps) if step.isdigit()]
        turn = self.random.randrange(6)
        if turn <= 1 and numbered:
            number = self.random.choice([*NUMBERS, str(self.random.randrange(2_000))])
            steps[self.random.choice(numbered)] = number
        elif turn <= 2:
            steps[place] = quote(self.value()[:300], safe="")
        elif turn == 3:
            steps.insert(place, self.random.choice(STEPS))
        elif turn == 4:
            steps.insert(place, steps[place])
        else:
            del steps[place]
        return "/".join(steps) or "/"

    def _send_form(self, target: Target, *, is_odd: bool) -> None:
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

    def _send(self, user: int | None, method: str, path: str, **sent: Any) -> None:
        self.attacker.be(user)
        began = time.process_time()
        answer = self.attacker.send(method, path, f"{sent!r:.1900}", **sent)
        took = time.process_time() - began
        is_sent_away = answer.get("Location", "").startswith("/akun/")
        self.statuses[f"{answer.status_code}{' ke akun' if is_sent_away else ''}"] += 1
        if len(self.slowest) < SLOWEST or took > self.slowest[-1][0]:
            told = f"{method} {path[:90]}"
            self.slowest = sorted([*self.slowest, (took, told)], reverse=True)[:SLOWEST]


class RawClient(Client):
    """Sends octets as they are, whatever type they are said to have."""

    def raw(self, path: str, *, verb: str, **sent: Any) -> Any:
        """A request with a method of one's own."""
        return self.generic(verb, path, **sent)


def crowd_of(attacker: type[Any]) -> Any:
    """An attacker who is many people in turn without signing in anew each time."""

    from agencies.models import User

    visit_as: Any = import_module("tests.browser.visits").Visit

    class Crowd(attacker):  # type: ignore[misc]
        may_read_canary: bool

        def __init__(self) -> None:
            super().__init__()
            self.clients: dict[Any, Any] = {}

        def be(self, key: int | None) -> None:
            if key not in self.clients:
                user = None if key is None else User.objects.get(pk=key)
                self.client = RawClient(raise_request_exception=False)
                self.become(visit_as("", user))
                jar = {name: one.value for name, one in self.client.cookies.items()}
                self.clients[key] = (self.client, self.may_read_canary, jar)
            self.client, self.may_read_canary, jar = self.clients[key]
            # Whatever the last answer did to them.
            self.client.cookies = SimpleCookie(jar)

    return Crowd()
