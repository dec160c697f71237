"""What bad intentions, broken clients and bad luck send; and forms as pages show them."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from random import Random
from typing import Any
from urllib.parse import urljoin, urlsplit

from tests.pages import page_faults

CANARY = "KANARI RAHASIA TETANGGA"
"""The title of another agency's proposal."""

CORPUS: dict[str, str] = {
    "empty": "",
    "blank": " \t\r\n ",
    "nul": "a\x00b",
    "control": "a\x01\x08\x1b[31m\x7fb",
    "lone surrogate": "a\ud800b",
    "right to left": "\u202ecod.exe\u202d\u2066x",
    "zero width": "\u200b\u200d\ufeff",
    "emoji": "👩‍🚀🏽🇮🇩" * 20,
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘" * 10,
    "sql": "'; DROP TABLE competitions_entry; -- \" OR 1=1",
    "tsquery": "a & | ! ( <-> :* ' \\ )",
    "like": "%_\\%'",
    "template": "{{ 7*7 }}{% debug %}${7*7}<%= 7*7 %>#{7*7}",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "formula": '=HYPERLINK("http://x","y")+cmd|\' /C calc\'!A0',
    "path": "../../../../etc/passwd\x00.pdf",
    "header": "a\r\nSet-Cookie: x=1\r\n\r\n<b>",
    "negative": "-1",
    "huge": "9" * 400,
    "beyond bigint": "9223372036854775808",
    "exponent": "1e309",
    "not a number": "NaN",
    "infinite": "-Infinity",
    "fraction": "0.1",
    "other digits": "١٢٣",
    "date": "0000-00-00",
    "far date": "99999-12-31T25:61:61Z",
    "format": "%s%n%(x)s{0}{a.__class__}",
    "json": '{"$gt": ""}',
    "long": "kata " * 4_000,
    "one long word": "x" * 61_000,
    "many lines": "\n" * 5_000,
}
FLOOD = "x" * 10_000_000
"""Above what the server reads of a form."""

SENT_BY_BROWSERS = {"policy_report"}
"""Sent by no form and storing nothing: these have no token."""

JSON_VALUES: tuple[object, ...] = (
    None,
    True,
    -1,
    2**70,
    1e308,
    [],
    ["a", None, ["b"]],
    {},
    {"text": {"text": "x"}},
    [[[[[]]]]],
    *CORPUS.values(),
)
BROKEN_JSON: tuple[bytes, ...] = (
    b"",
    b"null",
    b"[]",
    b"7",
    b'"text"',
    b"{",
    b"\xff\xfe",
    b'{"text": "\\ud800"}',
    b'{"text": NaN}',
    b'{"text": 1e999}',
    b'{"text": "a", "text": "b"}',
    b"[" * 50_000,
    b'{"\\u0000": "a"}',
)
IS_LONG = os.environ.get("SINOVIK_HOSTILE") == "long"
"""Every value in every field by itself, instead of a seeded choice."""


@dataclass
class Form:
    """A form of a page: where it goes, and what a browser would send untouched."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """How each field is typed: the type of its input, `select` or `textarea`."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    """What a select, radios, checkboxes or buttons of one name offer."""
    autosave: str = ""
    version: str = ""
    upload: str = ""
    """Where its script saves, over which version, and where it sends files in pieces."""

    @property
    def path(self) -> str:
        """The address without its question mark and what follows."""
        return urlsplit(self.action).path


class FormReader(HTMLParser):
    """Collects forms and the addresses that scripts send to."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self.scripts: set[tuple[str, str]] = set()
        self._select = ""
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name, method in (
            ("data-autosave-url", "PUT"),
            ("data-presence-url", "POST"),
            ("data-findings-url", "POST"),
        ):
            if name in given:
                self.scripts.add((method, urljoin(self.address, given[name])))
        if tag == "form":
            method = given.get("method", "get").lower()
            action = urljoin(self.address, given.get("action") or self.address)
            self.forms.append(Form(action, method, version=given.get("data-version", "")))
            self._open = True
            if "data-autosave-url" in given:
                self.forms[-1].autosave = urljoin(self.address, given["data-autosave-url"])
            if "data-upload" in given:
                self.forms[-1].upload = urljoin(self.address, given["data-upload"])
        elif self._open and tag in ("input", "textarea", "button") and given.get("name"):
            self._keep(given["name"], given, is_button=tag == "button")
        elif self._open and tag == "select":
            self._select = given.get("name", "")
        elif self._open and tag == "option" and self._select:
            form = self.forms[-1]
            form.kinds[self._select] = "select"
            form.choices.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "select":
            self._select = ""

    def _keep(self, name: str, given: dict[str, str], *, is_button: bool) -> None:
        fields = self.forms[-1].fields
        kind = given.get("type", "text")
        if name == "csrfmiddlewaretoken":
            return
        self.forms[-1].kinds.setdefault(name, "button" if is_button else kind)
        if is_button or kind in ("radio", "checkbox"):
            self.forms[-1].choices.setdefault(name, []).append(given.get("value", "on"))
        if kind in ("radio", "checkbox") and "checked" not in given:
            fields.setdefault(name, [given.get("value", "on")])
        elif not (is_button and name in fields):
            fields[name] = [given.get("value", "")]


def forms_of(address: str, html: str) -> FormReader:
    """Forms and script addresses of a page."""
    reader = FormReader(address)
    reader.feed(html)
    return reader


def attacks(form: Form, random: Random) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """(name of the attack, what is sent): a seeded choice of values and fields, or all of them."""
    names = list(form.fields)
    yield "nothing", {}
    yield "unknown fields", {**form.fields, "is_staff": ["1"], "by": ["1"], "state": ["submitted"]}
    yield (
        "everything twice",
        {name: [*values, *values, "x"] for name, values in form.fields.items()},
    )
    yield "names with marks", {f"{name}[]": values for name, values in form.fields.items()}
    if not names:
        return
    kinds = list(CORPUS)
    for kind in kinds if IS_LONG else random.sample(kinds, 4):
        yield f"{kind} everywhere", {name: [CORPUS[kind]] for name in names}
    for name in names if IS_LONG else random.sample(names, min(3, len(names))):
        for kind in kinds if IS_LONG else random.sample(kinds, 1):
            yield f"{kind} in {name}", {**form.fields, name: [CORPUS[kind]]}


def encoded(value: object) -> bytes:
    """JSON as a broken client may write it: lone surrogates escaped, NaN spelled out."""
    return json.dumps(value).encode()


DRAWN = re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken": "|session-left=")\w+')
"""What is new on each drawing of the same page."""
SHOWN = frozenset(
    "competitions:check_correction competitions:article_create competitions:article_edit"
    " competitions:check_batch competitions:radar_nudge notifications:unsubscribe".split()
)
"""Where a form may be answered by a page: a preview, a question, or that no more mails come."""
REFUSED = (400, 403, 409, 422, 423)


def broken_promises(answer: Any, body: bytes, *, may_read_canary: bool) -> Iterator[str]:
    """What is wrong with an answer, whatever was asked: failures, leaks, faulty pages."""
    if answer.status_code >= 500:
        yield "failed"
    if not may_read_canary and CANARY.encode() in body:
        yield "canary"
    if answer.streaming or not answer.get("Content-Type", "").startswith("text/html"):
        return
    html = body.decode(answer.charset)
    is_page = answer.request["REQUEST_METHOD"] == "POST" and "<h1" in html
    if is_page and answer.status_code == 200 and answer.resolver_match.view_name not in SHOWN:
        yield "neither done nor refused"
    if "<script>alert(1)</script>" in html:
        yield "markup"
    if faults := _faults(DRAWN.sub(r"\1", html)):
        yield str(faults)
    if answer.status_code in REFUSED and len(html.strip()) <= 20:
        yield "refused without a sentence"


@lru_cache(maxsize=2_000)
def _faults(html: str) -> list[str]:
    """A page's faults; most refusals are one and the same page."""
    return [one for one in page_faults(html) if "template mark" not in one]
