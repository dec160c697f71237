"""Following every link of the site as one visitor.

Addresses are of one kind when one entry of the URLconf answers them, in one language. A stranger's
walk asks for every kind whole, save those that hang on thousands of dossiers or hundreds of
agencies: of these the first two hundred, and one in twenty of the others by a sum of the path,
which is the same in both languages. Filters combine without end: of one kind with one set of
parameters the first few. A signed-in person meets the same public pages again, one of each kind
is asked for, and of the working pages the first two. What was met and left out is counted and
told.
"""

import sys
import time
import zlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from bench.site.reading import Link, Page, read_json, read_page, read_xml
from bench.site.visiting import REDIRECTS, Answer, Visitor
from sinovik.web.access import PUBLIC

OTHER_SCHEMES = ("mailto:", "tel:", "data:", "otpauth:")
STANDING = ("/", "/en/", "/robots.txt", "/sitemap.xml", "/kerja/", "/en/kerja/")
"""Where a walk begins; robots read the two files without being led there."""


TOLD_EVERY = 500
MOST = 20_000
"""A walk that is longer is broken off and says so: some kind has no end."""
FURTHER = 20
"""Of a kind with more paths than its bound, one in so many of the others."""

Fault = tuple[str, str]
"""Where, and what."""


@dataclass(frozen=True)
class Bounds:
    """How many of one kind are asked for; queries of one set of parameters."""

    paths: int
    files: int
    queries: int
    takes_further: bool = False


STRANGER = Bounds(paths=200, files=20, queries=16, takes_further=True)
MEMBER = Bounds(paths=2, files=1, queries=1)
MEMBER_IN_PUBLIC = Bounds(paths=1, files=0, queries=1)


@dataclass
class Walk:
    """What a visitor met: pages read, faults, addresses left out, hosts outside."""

    role: str
    base: str
    bounds: Bounds
    pages: dict[str, Page] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    outside: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    anchors: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    targets: dict[str, set[str]] = field(default_factory=dict)


def language_of(path: str) -> str:
    """The language that an address stands for."""
    return "en" if path == "/en" or path.startswith("/en/") else "id"


def _found(path: str) -> ResolverMatch | None:
    with translation.override(language_of(path)), suppress(Resolver404):
        return resolve(path)
    return None


@cache
def kind_of(address: str) -> str:
    """The entry of the URLconf that an address belongs to, in its language."""
    path = unquote(urlsplit(address).path)
    if path.startswith("/static/"):
        return "static"
    found = _found(path)
    return f"{language_of(path)} {found.route.removeprefix('en/') if found else path}"


@cache
def is_public(address: str) -> bool:
    """Whether a stranger may open it too."""
    found = _found(unquote(urlsplit(address).path))
    return bool(found and getattr(found.func, "policy", None) == PUBLIC)


def is_file(path: str) -> bool:
    """Whether a file or an answer of the API stands there; whole tables take their time."""
    return "." in path.rpartition("/")[2] or path.removeprefix("/en").startswith("/api/")


def is_among_further(path: str) -> bool:
    """One path in twenty, the same in both languages."""
    return zlib.crc32(path.removeprefix("/en").encode()) % FURTHER == 0


class Crawler:
    """One visitor's walk; what another walk has found right of the files is not asked again."""

    def __init__(self, visitor: Visitor, walk: Walk, known_files: set[str]) -> None:
        self.visitor, self.walk = visitor, walk
        self._known = known_files
        self._queue: deque[tuple[str, Link, str]] = deque()
        self._met: set[str] = set()
        self._paths: dict[str, set[str]] = defaultdict(set)
        self._queries: Counter[tuple[str, str]] = Counter()

    def run(self) -> None:
        """Walk until nothing new is met."""
        for address in STANDING:
            self._offer(Link(address, "start"), "start")
        began = time.monotonic()
        while self._queue:
            address, link, origin = self._queue.popleft()
            self._visit(address, link, origin)
            asked = self.walk.asked.total()
            if asked % TOLD_EVERY == 0:
                seconds = time.monotonic() - began
                waiting = f"{len(self._queue)} waiting, {seconds:.0f} s, at {kind_of(address)}"
                print(f"{self.walk.role}: {asked} asked, {waiting}", file=sys.stderr)
            if asked == MOST:
                self._complain(address, f"the walk has no end: {len(self._queue)} waiting")
                break
        self._check_anchors()

    def _visit(self, address: str, link: Link, origin: str) -> None:
        answer = self.visitor.get(address)
        self.walk.asked[kind_of(address)] += 1
        self.walk.statuses[address] = answer.status
        if answer.status in REDIRECTS:
            self._offer(Link(answer.location, "redirect"), origin, address)
        elif answer.status >= 400:
            # An address that takes POST alone says 405: it is there, and open to this visitor.
            is_sent = link.method != "get" and answer.status in (400, 405)
            if not is_sent:
                self._complain(origin, f"{answer.status} {address} ({link.source})")
        else:
            self._read(address, answer, link)

    def _read(self, address: str, answer: Answer, link: Link) -> None:
        found: list[Link] = []
        try:
            found = self._links_in(address, answer, link)
        except (ValueError, SyntaxError) as error:  # ParseError of XML is the latter
            self._complain(address, f"no valid {answer.kind}: {error}")
        for one in found:
            self._offer(one, address)

    def _links_in(self, address: str, answer: Answer, link: Link) -> list[Link]:
        kind = answer.kind
        if kind == "text/html":
            page = read_page(answer.body.decode())
            self.walk.targets[address] = set(page.ids)
            if page.lang and link.method in ("get", "post"):
                self.walk.pages[address] = page
                self.walk.bodies[address] = answer.body
            return page.links
        if kind.endswith("svg+xml") and address.startswith("/static/"):
            text = answer.body.decode()
            self.walk.targets[address] = set(read_page(text).ids)
            return []
        if kind.endswith("xml"):
            return read_xml(answer.body)
        if kind.endswith("json"):
            is_lines = kind == "application/x-ndjson"
            documents = answer.body.splitlines() if is_lines else [answer.body]
            return read_json(documents, self.walk.base)
        _require_mark(kind, answer.body)
        return []

    def _offer(self, link: Link, origin: str, against: str = "") -> None:
        raw = link.address.strip()
        if raw.startswith(OTHER_SCHEMES):
            return
        here = urljoin(self.walk.base, against or (origin if origin.startswith("/") else "/"))
        absolute, fragment = urldefrag(urljoin(here, raw))
        parts = urlsplit(absolute)
        if f"{parts.scheme}://{parts.netloc}" != self.walk.base:
            self._note_outside(link, origin, absolute)
            return
        self.walk.checked += 1
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        if link.method == "script":
            # What a script completes ("/api/.../") can't be asked for as it stands.
            address = address if link.is_part else ""
        if fragment and not fragment.startswith(":~:"):
            self.walk.anchors[address].setdefault(unquote(fragment), origin)
        if address and address not in self._met:
            self._met.add(address)
            if self._is_wanted(address, link):
                self._queue.append((address, link, origin))

    def _is_wanted(self, address: str, link: Link) -> bool:
        parts = urlsplit(address)
        kind, bounds = kind_of(address), self.walk.bounds
        if bounds is MEMBER and is_public(address):
            bounds = MEMBER_IN_PUBLIC
        if kind == "static":
            is_new = address not in self._known or address.endswith(".svg")
            self._known.add(address)
            return is_new
        if not self._has_room(kind, parts.path, bounds):
            self.walk.left_out[kind].add(address)
            return False
        if parts.query:
            names = " ".join(sorted({name for name, _ in parse_qsl(parts.query, True)}))
            self._queries[kind, names] += 1
            most = max(1, bounds.queries // 6) if is_file(parts.path) else bounds.queries
            if self._queries[kind, names] > most:
                self.walk.left_out[f"{kind}?{names}"].add(address)
                return False
        self._paths[kind].add(parts.path)
        return True

    def _has_room(self, kind: str, path: str, bounds: Bounds) -> bool:
        paths, most = self._paths[kind], bounds.files if is_file(path) else bounds.paths
        is_further = bounds.takes_further and not is_file(path) and is_among_further(path)
        return len(paths) < most or path in paths or is_further

    def _note_outside(self, link: Link, origin: str, absolute: str) -> None:
        parts = urlsplit(absolute)
        self.walk.outside[parts.netloc or absolute] += 1
        if parts.scheme not in ("http", "https") or not parts.netloc:
            self._complain(origin, f"odd address {absolute} ({link.source})")
        elif link.is_part or link.method == "post":
            self._complain(origin, f"a part from another site: {absolute} ({link.source})")

    def _check_anchors(self) -> None:
        for address, wanted in self.walk.anchors.items():
            targets = self.walk.targets.get(address)
            if targets is None:
                continue
            for fragment, origin in wanted.items():
                if fragment not in targets and fragment != "top":
                    self._complain(origin, f"no target {address}#{fragment}")

    def _complain(self, origin: str, what: str) -> None:
        self.walk.faults.append((origin, what))


MARKS = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG",
    "text/calendar": b"BEGIN:VCALENDAR",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": b"PK",
    "application/zip": b"PK",
    "font/woff2": b"wOF2",
}


def _require_mark(kind: str, body: bytes) -> None:
    if not body.startswith(MARKS.get(kind, b"")):
        raise ValueError(f"begins with {body[:12]!r}")


def pages_by_kind(walk: Walk) -> Iterator[tuple[str, list[str]]]:
    """Addresses of the pages read, by kind."""
    groups: dict[str, list[str]] = defaultdict(list)
    for address in walk.pages:
        groups[kind_of(address)].append(address)
    yield from groups.items()
