"""In which order a process works on what waits for it, where more comes than it can do at once."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from threading import Lock


@dataclass(order=True)
class _Waiting:
    due: float
    number: int
    since: float = field(compare=False)
    turn: Lock = field(compare=False)


class Line:
    """So many are worked on at once; the others wait, and who is due first comes first.

    For threads of one process. Whoever waits holds a thread, and nothing else: `let_go` is called
    before waiting, where one has to, and gives back what those at work may be waiting for.
    """

    def __init__(self, places: int, let_go: Callable[[], object] = lambda: None) -> None:
        self._let_go = let_go
        self._lock = Lock()
        self._free = places
        self._waiting: list[_Waiting] = []
        self._numbers = count()

    @contextmanager
    def turn(self, due: float) -> Iterator[None]:
        """Wait for a place and have it inside the block; the least `due` is first."""
        self._wait(due)
        try:
            yield
        finally:
            self._pass_on()

    def longest_wait(self) -> float:
        """Seconds that somebody who still waits here has waited; 0 where nobody does."""
        with self._lock:
            since = min((one.since for one in self._waiting), default=None)
        return 0.0 if since is None else time.monotonic() - since

    def _wait(self, due: float) -> None:
        if self._takes_free_place():
            return
        self._let_go()
        with self._lock:
            if self._free:
                self._free -= 1
                return
            mine = _Waiting(due, next(self._numbers), time.monotonic(), Lock())
            mine.turn.acquire()
            heappush(self._waiting, mine)
        mine.turn.acquire()  # until a place is passed on

    def _takes_free_place(self) -> bool:
        with self._lock:
            if self._free:
                self._free -= 1
                return True
        return False

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                heappop(self._waiting).turn.release()
            else:
                self._free += 1
