"""Asking ClamAV. Whatever goes wrong on the way, the file is held and never called clean."""

import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from django.conf import settings

CHUNK = 64 * 1024
LONGEST_ANSWER = 4_096
CLEAN_ANSWER = re.compile(rb"stream: OK\0?\Z")
FOUND_ANSWER = re.compile(rb"stream: [^\0]+ FOUND\0?\Z")


class Verdict(StrEnum):
    """What is known about a file; only CLEAN and NOT_CONFIGURED let it pass."""

    CLEAN = "clean"
    INFECTED = "infected"
    HELD = "held"
    NOT_CONFIGURED = "not_configured"


class Unanswered(Exception):
    """The scanner gave no answer that can be trusted."""


def scan(path: Path) -> Verdict:
    """Ask the scanner of SINOVIK_CLAMD about the file.

    The address is ``host:port`` or the path of a Unix socket; empty means there is none.
    """
    if not settings.CLAMD:
        return Verdict.NOT_CONFIGURED
    try:
        answer = _ask(path)
    except (OSError, Unanswered):
        return Verdict.HELD
    if CLEAN_ANSWER.match(answer):
        return Verdict.CLEAN
    return Verdict.INFECTED if FOUND_ANSWER.match(answer) else Verdict.HELD


def is_scanner_alive() -> bool:
    """Whether the scanner answers a ping."""
    try:
        with _connection() as (line, deadline):
            line.sendall(b"zPING\0")
            return _answer(line, deadline) == b"PONG\0"
    except (OSError, Unanswered):
        return False


def _ask(path: Path) -> bytes:
    with path.open("rb") as file, _connection() as (line, deadline):
        line.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK):
            _wait_until(line, deadline)
            line.sendall(struct.pack("!I", len(chunk)) + chunk)
        line.sendall(struct.pack("!I", 0))
        return _answer(line, deadline)


@contextmanager
def _connection() -> Iterator[tuple[socket.socket, float]]:
    """An open line to the scanner and the instant by which it must have answered."""
    deadline = time.monotonic() + settings.CLAMD_SECONDS
    address = settings.CLAMD
    if "/" in address:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(settings.CLAMD_SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
    else:
        host, _separator, port = address.rpartition(":")
        if not port.isdigit():
            raise Unanswered
        line = socket.create_connection((host, int(port)), settings.CLAMD_SECONDS)
    with line:
        yield line, deadline


def _wait_until(line: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unanswered
    line.settimeout(left)


def _answer(line: socket.socket, deadline: float) -> bytes:
    """Read until NUL; one that ends early or never ends is no answer."""
    answer = b""
    while not answer.endswith(b"\0"):
        _wait_until(line, deadline)
        part = line.recv(LONGEST_ANSWER)
        answer += part
        if not part or len(answer) > LONGEST_ANSWER:
            raise Unanswered
    return answer
