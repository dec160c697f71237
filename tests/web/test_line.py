"""Who is worked on first where more comes than a process can do at once (ADR 64)."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from pytest_django import Settings

from sinovik import wsgi
from sinovik.audit import clock
from sinovik.home import queue
from sinovik.home.line import Line
from sinovik.home.queue import LINE, PAGES_YIELD, QueueMiddleware

WITHIN = 10.0


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + WITHIN
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.005)


class Busy:
    """A line whose one place is taken; who asks meanwhile notes when it was let in."""

    def __init__(self) -> None:
        self.line = Line(1)
        self.order: list[str] = []
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()
        self._start("first", lambda: self._hold())
        until(lambda: self.order == ["first"])

    def _hold(self) -> None:
        with self.line.turn(0):
            self.order.append("first")
            assert self._over.wait(WITHIN)

    def _start(self, name: str, work: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=work, name=name, daemon=True))
        self._threads[-1].start()

    def ask(self, name: str, method: str, *, waited: float = 0.0) -> None:
        """One request through the middleware, in a thread of its own; returns once it waits."""
        waiting = len(self.line._waiting)

        def page(request: HttpRequest) -> HttpResponse:
            self.order.append(name)
            return HttpResponse()

        request = RequestFactory().generic(
            method, "/kerja/", headers={"X-Request-Start": f"t={time.time() - waited:.3f}"}
        )
        request.META[LINE] = self.line
        self._start(name, lambda: QueueMiddleware(page)(request) and None)
        until(lambda: len(self.line._waiting) > waiting)

    def served(self) -> list[str]:
        """Let the first go; the order in which the others were let in."""
        self._over.set()
        for thread in self._threads:
            thread.join(WITHIN)
        return self.order[1:]


@pytest.fixture(autouse=True)
def behind_nginx(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1


@pytest.fixture
def busy() -> Iterator[Busy]:
    busy = Busy()
    yield busy
    busy.served()


def test_buttons_are_served_before_pages_that_came_earlier(busy: Busy) -> None:
    busy.ask("page", "GET", waited=5)
    busy.ask("later button", "POST")
    busy.ask("button", "POST", waited=2)
    busy.ask("autosave", "PUT", waited=0.5)
    assert busy.served() == ["button", "autosave", "later button", "page"]


def test_a_page_that_has_waited_long_is_before_a_button_that_has_not(busy: Busy) -> None:
    busy.ask("button", "POST")
    busy.ask("page", "GET", waited=PAGES_YIELD + 1)
    assert busy.served() == ["page", "button"]


def test_who_came_first_is_first_among_pages(busy: Busy) -> None:
    for name, waited in (("b", 2.0), ("a", 3.0), ("c", 1.0)):
        busy.ask(name, "GET", waited=waited)
    assert busy.served() == ["a", "b", "c"]


def test_autosave_stands_back_at_once_where_people_wait(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "CROWDED", 0.0)
    busy.ask("button", "POST")
    request = RequestFactory().put("/kerja/")
    request.META[LINE] = busy.line
    answer = QueueMiddleware(lambda _request: HttpResponse())(request)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(answer["Retry-After"]) > 0
    # The control: where nobody waits it is served.
    request.META[LINE] = Line(1)
    served = QueueMiddleware(lambda _request: HttpResponse())(request)
    assert served.status_code == HTTPStatus.OK


def test_time_in_the_line_counts_for_the_sender() -> None:
    seen = []
    busy = Busy()

    def page(_request: HttpRequest) -> HttpResponse:
        seen.append(clock._waited.get().total_seconds())
        return HttpResponse()

    request = RequestFactory().post("/", headers={"X-Request-Start": f"t={time.time():.3f}"})
    request.META[LINE] = busy.line
    thread = threading.Thread(target=lambda: QueueMiddleware(page)(request), daemon=True)
    thread.start()
    time.sleep(0.3)
    busy.served()
    thread.join(WITHIN)
    assert 0.2 < seen[0] < WITHIN


def streamed_in(line: Line) -> HttpResponseBase:
    request = RequestFactory().get("/")
    request.META[LINE] = line
    return QueueMiddleware(lambda _request: StreamingHttpResponse([b"row"]))(request)


@pytest.mark.django_db
def test_what_is_streamed_keeps_its_place_until_its_end() -> None:
    line = Line(1)
    answer = streamed_in(line)
    assert line._free == 0
    answer.close()
    assert line._free == 1


@pytest.mark.django_db
def test_what_is_streamed_and_never_sent_gives_its_place_back() -> None:
    line = Line(1)
    answer = streamed_in(line)
    assert line._free == 0
    del answer
    gc.collect()
    assert line._free == 1


def test_who_has_to_wait_lets_go_first_of_what_others_may_need() -> None:
    told = []
    line = Line(1, lambda: told.append(line._free))
    with line.turn(0):
        assert told == []  # nobody waited
        waiting = threading.Thread(target=_take_and_leave, args=[line], daemon=True)
        waiting.start()
        while not line.longest_wait():
            time.sleep(0.001)
        assert told == [0]
    waiting.join(WITHIN)
    assert line._free == 1


def test_the_site_waits_without_a_connection_of_the_database() -> None:
    assert wsgi._line._let_go == connections.close_all


def _take_and_leave(line: Line) -> None:
    with line.turn(0):
        pass


def test_a_fault_gives_the_place_back() -> None:
    line = Line(1)
    request = RequestFactory().get("/")
    request.META[LINE] = line

    def page(_request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        QueueMiddleware(page)(request)
    assert line._free == 1
