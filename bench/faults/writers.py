"""People who write, send, submit and reopen by HTTP, and remember each answer they believed.

Acknowledged is: an autosave answered with its version, a submission answered with the way to its
receipt. Whatever else comes back, a person asks again, the submission with the same key.
"""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode
from uuid import uuid4

SECTIONS = ("background", "novelty", "sustainability")
TIMEOUT = 20.0
PAUSE = 0.1


@dataclass(frozen=True)
class Account:
    """Somebody who may write and submit one entry; signed in by a cookie."""

    entry: int
    innovation: int
    cookie: str
    token: str
    version: int


@dataclass
class Book:
    """What a writer was promised, and what went against a promise."""

    saves: int = 0
    version: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def copied(self) -> "Book":
        """As it is, while its writer goes on: a text may be newer than the version, never older."""
        version = self.version
        return replace(self, version=version, texts=dict(self.texts), receipts=list(self.receipts))


class Writer(threading.Thread):
    """Saves a few times, submits, reopens, and so on until told to stop."""

    def __init__(self, account: Account, port: int, saves: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.account = account
        self.book = Book(version=account.version)
        self.last_ack = 0.0
        self.longest_wait = 0.0
        self._port = port
        self._saves = saves
        self._stopped = stop
        self._line: http.client.HTTPConnection | None = None
        self._number = 0
        # Of a save that was not answered: it may be there or not.
        self._open: tuple[str, str] | None = None

    @property
    def count(self) -> int:
        """How many writes were acknowledged."""
        return self.book.saves + len(self.book.receipts)

    def run(self) -> None:
        """Go round until told to stop."""
        while not self._stopped.is_set():
            for _ in range(self._saves):
                self._save()
            self._move("kirim")
            self._submit()
            self._move("buka-kembali")
        if self._line:
            self._line.close()

    def _save(self) -> None:
        self._number += 1
        section = SECTIONS[self._number % len(SECTIONS)]
        text = f"Isi {self._number} yang ditulis pada putaran ini."
        path = f"/kerja/peserta/{self.account.entry}/bagian/{section}/"
        while not self._stopped.is_set():
            version = self.book.version
            status, headers, body = self._ask(
                "PUT", path, json.dumps({"text": text}), {"If-Match": f'"{version}"'}
            )
            if status in (200, 204):
                told = int(headers["etag"].strip('"'))
                if told <= version:
                    self._break(f"{section}: saved as {told} after {version} was promised")
                self.book.saves += 1
                # In this order: see `copied`.
                self.book.texts[section] = text
                self.book.version = told
                self._acknowledge()
                return
            if status == 409:
                now = json.loads(body)
                if now["version"] < version:
                    self._break(f"{section}: at {now['version']} after {version} was promised")
                self.book.version = now["version"]
            else:
                time.sleep(PAUSE)

    def _submit(self) -> None:
        key = str(uuid4())
        path = f"/kerja/peserta/{self.account.entry}/ajukan/"
        self.book.unsure.append(key)
        while not self._stopped.is_set():
            status, headers, _body = self._ask("POST", path, urlencode({"request_key": key}))
            if status == 302 and headers.get("location", "").endswith("tanda-terima/"):
                self.book.unsure.pop()
                self.book.receipts.append(key)
                self._acknowledge()
                return
            time.sleep(PAUSE)

    def _move(self, word: str) -> None:
        """Ask until it is done; a refusal says that an earlier attempt did it.

        With 422, or in code of before 29 November 2026 with 200.
        """
        path = f"/kerja/peserta/{self.account.entry}/{word}/"
        while not self._stopped.is_set():
            status, _headers, _body = self._ask("POST", path, urlencode({}))
            if status in (200, 302, 422):
                return
            time.sleep(PAUSE)

    def _ask(
        self, method: str, path: str, body: str, more: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        form = "application/json" if method == "PUT" else "application/x-www-form-urlencoded"
        headers = {
            "Cookie": f"sessionid={self.account.cookie}; csrftoken={self.account.token}",
            "X-CSRFToken": self.account.token,
            "Content-Type": form,
        } | (more or {})
        try:
            if self._line is None:
                self._line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
            self._line.request(method, path, body.encode(), headers)
            answer = self._line.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, told, answer.read()
        except (OSError, http.client.HTTPException):
            if self._line:
                self._line.close()
            self._line = None
            return 0, {}, b""

    def _acknowledge(self) -> None:
        now = time.monotonic()
        if self.last_ack:
            self.longest_wait = max(self.longest_wait, now - self.last_ack)
        self.last_ack = now

    def _break(self, what: str) -> None:
        self.book.broken.append(f"entry {self.account.entry}, {what}")
