"""One line a step on a plain terminal, with its time."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO, TypeVar

T = TypeVar("T")
WIDTH = 24


class Progress:
    """Writes a bar for each step; on a file or a pipe only the finished line."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.is_live = getattr(self.stream, "isatty", lambda: False)()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, label: str) -> Iterator[None]:
        """A step without countable parts."""
        for _ in self.over(label, [None]):
            yield

    def over(self, label: str, items: Sequence[T]) -> Iterator[T]:
        """The items one by one, with a bar that fills."""
        began = shown = time.monotonic()
        self._draw(label, 0, len(items))
        for done, item in enumerate(items, start=1):
            yield item
            if self.is_live and time.monotonic() - shown > 0.1:
                shown = time.monotonic()
                self._draw(label, done, len(items))
        seconds = time.monotonic() - began
        self.seconds[label] = seconds
        start = "\r" if self.is_live else ""
        self._write(f"{start}{label:<46} {'█' * WIDTH} {seconds:6.1f} d\n")

    def _draw(self, label: str, done: int, total: int) -> None:
        if self.is_live:
            filled = WIDTH * done // max(total, 1)
            self._write(f"\r{label:<46} {'█' * filled}{'░' * (WIDTH - filled)} {done:>5}/{total}")

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def batches(items: Iterable[T], size: int) -> list[list[T]]:
    """The items in lists of at most `size`."""
    rows = list(items)
    return [rows[start : start + size] for start in range(0, len(rows), size)]
