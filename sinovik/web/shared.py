"""Public pages that everybody sees alike: named by their content, held until they change.

A page is held in this process with the tables it was made from. It is given again only while
no row of those tables has changed (``public_change``, written by triggers in the transaction
of the change) and the clock has passed no instant at which something becomes public. See
docs/adr/0042-shared-pages.md.
"""

import hashlib
import re
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, wraps
from threading import Lock
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

from sinovik.statements import kept_cursor
from sinovik.web import replica

V = TypeVar("V", bound=Callable[..., Any])
LONGEST_HELD = timedelta(minutes=5)
COUNTDOWN_HELD = timedelta(seconds=1)
"""A page that tells the server's time is wrong by as much as it is old."""
STATE_SECONDS = 0.5
"""So long this process goes by the marks it has read; with a proxy's second a change shows
within two. Instants are kept to exactly: no state outlives the next of them."""
PROXY_SECONDS = 1
MARGIN = timedelta(seconds=2)
"""Proxies count whole seconds: one that may hold for a second may do so for nearly two."""
MOST_OCTETS = 24_000_000
LARGEST = 500_000
LONGEST_ADDRESS = 1000
OF_A_BODY = frozenset({"Content-Type", "Content-Length", "Content-Encoding", "Content-Language"})
WORD = re.compile(r"\w+")
PACKS = re.compile(r"\bgzip\b")

_tables: ContextVar[set[str] | None] = ContextVar("sinovik_tables", default=None)
_tells_time: ContextVar[bool] = ContextVar("sinovik_tells_time", default=False)


@dataclass
class _Clock:
    """What the apps above tell: the one "now", and columns whose instants change pages."""

    now: Callable[[], datetime] = timezone.now
    instants: list[tuple[str, str]] = field(default_factory=list)


_clock = _Clock()


def follow(now: Callable[[], datetime], instants: Iterable[tuple[str, str]]) -> None:
    """Take over the site's clock and the (table, column) pairs at which pages change by it."""
    _clock.now = now
    _clock.instants = list(instants)


def note_time() -> None:
    """Say that what is being written tells the server's time."""
    _tells_time.set(True)


@dataclass(frozen=True)
class State:
    """Of every watched table a mark that no other state of it has had, and what comes next."""

    marks: dict[str, int]
    at: datetime
    next_at: datetime | None

    def mark_of(self, tables: Iterable[str]) -> int:
        """One mark for several tables."""
        mark = 0
        for table in tables:
            mark ^= self.marks[table]
        return mark


def read_state() -> State:
    """Read the marks and the next instant; one query. Read it before the page is made."""
    at = _clock.now()
    coming = ", ".join(
        f'(SELECT min("{column}") FROM "{table}" WHERE "{column}" > %s)'  # noqa: S608 (from code)
        for table, column in _clock.instants
    )
    next_at = f"LEAST({coming})" if coming else "NULL"
    sql = f"SELECT source, bit_xor(salt), {next_at} FROM public_change GROUP BY source"  # noqa: S608
    with kept_cursor() as cursor:
        cursor.execute(sql, [at] * len(_clock.instants))
        rows = cursor.fetchall()
    return State({row[0]: row[1] for row in rows}, at, rows[0][2] if rows else None)


@dataclass
class _Known:
    """The last state that was read, with the second of this process in which it was asked."""

    state: State | None = None
    asked_at: float = 0.0


_known: defaultdict[str, _Known] = defaultdict(_Known)
"""By server: a mark of the primary says nothing of what a replica has."""


def known_state() -> State:
    """The state of now or of at most STATE_SECONDS ago; often no query.

    An older one is safe for a page that is made now: it is made anew once too often at most.
    """
    known = _known[connection.alias]
    state, now, asked_at = known.state, _clock.now(), time.monotonic()
    if state is None or asked_at - known.asked_at >= STATE_SECONDS:
        is_old = True
    else:
        is_old = now < state.at or (state.next_at is not None and now >= state.next_at)
    if is_old or state is None:
        state = read_state()
        known.state, known.asked_at = state, asked_at
    return replace(state, at=now)


@cache
def _every_table() -> frozenset[str]:
    models = apps.get_models(include_auto_created=True)
    return frozenset(model._meta.db_table for model in models)


@contextmanager
def tables_read() -> Iterator[set[str]]:
    """Collect the names of the models' tables that statements inside the block mention."""
    found: set[str] = set()

    def note(execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        text = sql if isinstance(sql, str) else sql.as_string(None)
        found.update(_every_table().intersection(WORD.findall(text)))
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield found


@dataclass(frozen=True)
class Held:
    """A finished answer and what it stands on."""

    content: bytes
    headers: tuple[tuple[str, str], ...]
    tables: frozenset[str]
    mark: int
    made_at: datetime
    until: datetime
    next_at: datetime | None

    def is_valid(self, state: State) -> bool:
        """Whether a page made in that state would be the same."""
        is_its_time = self.made_at <= state.at < self.until
        return is_its_time and state.mark_of(self.tables) == self.mark

    def answer(self) -> HttpResponse:
        """The answer again, for one more visitor."""
        response = HttpResponse(self.content)
        for name, value in self.headers:
            response[name] = value
        return response


class Store:
    """Held answers by address, those not asked for longest dropped first."""

    def __init__(self, most_octets: int = MOST_OCTETS) -> None:
        self._most = most_octets
        self._octets = 0
        self._held: OrderedDict[Any, Held] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Any) -> Held | None:
        """The answer of an address, valid or not."""
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
            return held

    def keep(self, key: Any, held: Held) -> None:
        """Put the answer in place of an older one."""
        with self._lock:
            self._drop(key)
            self._held[key] = held
            self._octets += len(held.content)
            while self._octets > self._most:
                self._drop(next(iter(self._held)))

    def _drop(self, key: Any) -> None:
        if old := self._held.pop(key, None):
            self._octets -= len(old.content)


store = Store()


@dataclass(frozen=True)
class Stamp:
    """What a shared view leaves on its answer for the middleware outside."""

    state: State
    tables: frozenset[str]
    tells_time: bool

    @property
    def until(self) -> datetime:
        """The instant from which on the page may be another one though no row changed."""
        last = self.state.at + (COUNTDOWN_HELD if self.tells_time else LONGEST_HELD)
        return min(last, self.state.next_at or last)

    def held(self, response: HttpResponse) -> Held:
        """The answer as it can be given again."""
        return Held(
            content=response.content,
            headers=tuple(response.items()),
            tables=self.tables,
            mark=self.state.mark_of(self.tables),
            made_at=self.state.at,
            until=self.until,
            next_at=self.state.next_at,
        )


def is_alike(request: HttpRequest) -> bool:
    """Whether nothing about the visitor can show: a read without a session."""
    return request.method in ("GET", "HEAD") and settings.SESSION_COOKIE_NAME not in request.COOKIES


def shared(view: V) -> V:
    """Let everybody without a session have one answer of the view (status 200 alone).

    The view may depend on the address, the language in it, `HX-Request` and rows of watched
    tables, and on nothing else of the request.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not is_alike(request):
            return view(request, *args, **kwargs)
        return replica.read(request, lambda: made(request, *args, **kwargs))

    def made(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        state = getattr(request, "public_state", None) or known_state()
        told = _tells_time.set(False)
        try:
            with tables_read() as tables:
                response = view(request, *args, **kwargs)
            stamp = Stamp(state, frozenset(tables), _tells_time.get())
        finally:
            _tells_time.reset(told)
        if _may_be_shared(request, response) and tables <= state.marks.keys():
            if not stamp.tells_time:
                digest = hashlib.sha256(response.content).hexdigest()
                response["ETag"] = f'"{digest[:32]}"'
            patch_vary_headers(response, ["Cookie"])
            response.stamp = stamp
        return response

    wrapped.is_shared = True  # type: ignore[attr-defined]
    return wrapped  # type: ignore[return-value]


def brief(view: V) -> V:
    """Let a proxy give an answer of the view to all without a session for its second.

    200, and that something is missing: a crowd asks for what is not out yet. For what is alike
    for everybody and stands on tables that nobody watches, or is too large to be held here.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not is_alike(request):
            return view(request, *args, **kwargs)
        # Read before: what comes out meanwhile must not be told missing a second longer.
        next_at = known_state().next_at
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            request.missing_until = next_at  # type: ignore[attr-defined]
            raise
        if _may_be_shared(request, response):
            _let_proxies_hold(response, next_at)
        return response

    return wrapped  # type: ignore[return-value]


def _let_proxies_hold(response: HttpResponse, next_at: datetime | None) -> None:
    response["Cache-Control"] = _for_proxies(next_at)
    patch_vary_headers(response, ["Cookie"])


def _for_proxies(next_at: datetime | None) -> str:
    """Their second, or nothing where something becomes public before it is over."""
    is_far = next_at is None or next_at - _clock.now() > MARGIN
    return f"public, max-age=0, s-maxage={PROXY_SECONDS if is_far else 0}, must-revalidate"


def _may_be_shared(request: HttpRequest, response: Any) -> bool:
    is_personal = response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    is_whole = response.status_code == 200 and not response.streaming
    return is_whole and not is_personal


class SharedPagesMiddleware:
    """Gives held pages before anything else is asked; says how long others may hold them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_alike(request):
            return replica.pin(request, self.get_response(request))
        key = _key(request)
        held = store.find(key)
        if held is not None:
            state = replica.read(request, known_state)
            if held.is_valid(state):
                return _finish(request, held.answer(), held.next_at)
            request.public_state = state  # type: ignore[attr-defined]
        response = self.get_response(request)
        stamp: Stamp | None = getattr(response, "stamp", None)
        if stamp is None or response.cookies:
            is_missing = response.status_code == 404 and not response.cookies
            if is_missing and hasattr(request, "missing_until"):
                _let_proxies_hold(response, request.missing_until)
            return response
        if len(response.content) <= LARGEST and len(request.get_full_path()) <= LONGEST_ADDRESS:
            store.keep(key, stamp.held(response))
        return _finish(request, response, stamp.state.next_at)


def _key(request: HttpRequest) -> tuple[Any, ...]:
    """Everything that a shared answer may depend on."""
    # `request.headers` would read every header first: an eighth of what a held page costs.
    asked = request.META
    return (
        request.is_secure(),
        asked.get("HTTP_HOST", ""),
        request.get_full_path(),
        asked.get("HTTP_HX_REQUEST", ""),
        bool(PACKS.search(asked.get("HTTP_ACCEPT_ENCODING", ""))),
    )


def _finish(request: HttpRequest, response: HttpResponse, next_at: datetime | None) -> HttpResponse:
    """Say how long proxies may hold the answer; 304 for whoever has it."""
    response["Cache-Control"] = _for_proxies(next_at)
    etag = response.get("ETag")
    answer = get_conditional_response(request, etag=etag, response=response) or response
    if answer is not response:
        # Django keeps what caches need; the site's headers belong on every answer.
        for name, value in response.items():
            if name not in OF_A_BODY:
                answer.setdefault(name, value)
    return answer
