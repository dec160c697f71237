"""Few threads wait for a store that is silent; all others are told at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

PLACES = 2
MOMENT = 1.0


class NoPlace(OSError):
    """As many threads as may wait for the store wait for it already."""


class WaitingRoom:
    """Places of one process for those who ask a store, which may take 20 seconds to fail.

    A store in health gives each place back in milliseconds, so whoever finds none waits a moment.
    Whoever waited in vain has seen a silent store: until one is answered, nobody waits at all.
    """

    def __init__(self, places: int = PLACES, moment: float = MOMENT) -> None:
        self._free = BoundedSemaphore(places)
        self._moment = moment
        self._is_silent = False

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while asking. Raises NoPlace."""
        if not self._free.acquire(timeout=0 if self._is_silent else self._moment):
            self._is_silent = True
            raise NoPlace
        try:
            yield
            self._is_silent = False
        finally:
            self._free.release()
