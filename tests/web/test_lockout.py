"""Tries are counted once for all processes, and an address tells nobody whether it is known.

ASVS 2.4.1, 6.3.1, 6.3.8. Times at length: `python -m bench.enumeration`.
"""

import re
from multiprocessing import get_context
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache, caches
from django.db import connection, connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from sinovik.settings import CACHES
from tests.factories import make_person
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

LOGIN = "/akun/masuk/"
MOST, TRIES, PROCESSES = 5, 3, 3
TRIED = "Surel atau kata sandi tidak cocok"


def guess(email: str, kinds: dict[str, Any]) -> int:
    """Try passwords as a worker process would; how many were looked at. Runs in a fork."""
    # The parent's connection is not ours to close; psycopg leaves it alone after a fork.
    connections["default"] = connection.copy()
    with override_settings(CACHES=kinds):
        looked = 0
        for number in range(TRIES):
            # Each from its own address, so that only the account's own limit counts.
            client = Client(REMOTE_ADDR=f"198.51.100.{number}")
            page = client.post(LOGIN, {"login": email, "password": f"tebakan keliru {number}"})
            looked += TRIED in page.content.decode()
        return looked


def forget(kinds: dict[str, Any]) -> None:
    """Empty the shared table, committed; in a fork, for the test's own transaction is undone."""
    connections["default"] = connection.copy()
    with override_settings(CACHES=kinds):
        caches["default"].clear()


def guessed(email: str, kinds: dict[str, Any]) -> int:
    with get_context("fork").Pool(PROCESSES, maxtasksperchild=1) as pool:
        pool.apply(forget, [kinds])
        looked = sum(pool.starmap(guess, [(email, kinds)] * PROCESSES, chunksize=1))
        pool.apply(forget, [kinds])
        return looked


@pytest.mark.filterwarnings("ignore:This process")
def test_account_is_locked_for_three_processes_together(client: WatchfulClient) -> None:
    """Nobody by this address need exist: unknown ones are locked alike."""
    client.get(LOGIN)  # so that each fork has the page's templates
    assert 1 <= guessed("dicoba@contoh.id", CACHES) <= MOST
    # The control: each process counts for itself.
    own = {name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"} for name in CACHES}
    assert guessed("dicoba@contoh.id", own) > MOST


def test_adding_a_key_to_the_shared_cache_succeeds_once() -> None:
    with override_settings(CACHES=CACHES):
        assert [caches["default"].add("kunci", "1", 10) for _ in range(2)] == [True, False]
        assert caches["default"].get("kunci") == "1"


@pytest.mark.parametrize(
    ("path", "field"), [(LOGIN, "login"), ("/akun/sandi/lupa/", "email")], ids=["login", "reset"]
)
def test_known_and_unknown_address_get_the_same_answer_and_the_same_work(
    client: WatchfulClient, monkeypatch: pytest.MonkeyPatch, path: str, field: str
) -> None:
    person = make_person()
    person.set_password("kopi pagi di Sleman 2019")
    person.save()
    hashed: list[str] = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode

    def counting(self: Any, password: str, *rest: Any, **more: Any) -> str:
        hashed.append(password)
        return str(encode(self, password, *rest, **more))

    monkeypatch.setattr(hasher, "encode", counting)
    answers, work = [], []
    for email in (person.email, "tidak.dikenal@contoh.id"):
        cache.clear()
        hashed.clear()
        with CaptureQueriesContext(connection):
            answer = client.post(path, {field: email, "password": "salah sekali 123"})
        text = re.sub(r'value="[^"]*"', "", answer.content.decode())
        answers.append((answer.status_code, answer.get("Location"), text))
        work.append(len(hashed))
    assert answers[0] == answers[1]
    assert work[0] == work[1] == (1 if field == "login" else 0)
