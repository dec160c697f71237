"""T1, T2, T4 (ASVS 8.2.1-8.2.3, 8.4.1): every role at every address with every kind of object.

What is expected stands in table.txt, objects.txt and texts.txt, written from the rules of the
contest and not from the code. `SINOVIK_MATRIX=long` asks every cell; the short form asks
whom an object must refuse at each object, and of the others some in turn.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zlib import crc32

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction

from agencies.models import User
from competitions.enums import VoteChoice
from competitions.models import Entry
from competitions.queries import reach
from competitions.views import entries
from sinovik.audit.clock import now
from sinovik.home.addresses import Address, all_addresses
from sinovik.web.access import Forbidden
from tests.access.asking import (
    SIGN_IN,
    Answer,
    Asker,
    Noting,
    Target,
    missing_path,
    targets,
    without_path,
)
from tests.access.canaries import plant
from tests.access.making import make_world
from tests.access.reading import EVERYBODY, UNASKED, Row, asked_addresses, read_kinds, read_rows
from tests.access.texts import Readers
from tests.access.world import World
from tests.journeys.test_embargo_crawl import beginning

pytestmark = [pytest.mark.slow]

IS_LONG = os.environ.get("SINOVIK_MATRIX") == "long"
ROWS, KINDS = read_rows(), read_kinds()
ADDRESSES = asked_addresses()
ALWAYS = {
    "competitions:plenary_room": "E",
    "competitions:entry_recuse": "E",
    "competitions:presentation_clock": "O",
}
"""Whom the short form's turn passed over where the long form found something."""
SIGNS_OUT = {"account_logout"}
"""A visit ends there, and with it the session that asks on."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world with a mark in every text, undone after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_world()
        plant()
        cache.clear()
        yield made
        transaction.set_rollback(True)


class Crawl:
    """Asks cell after cell and keeps what is wrong."""

    def __init__(self, world: World) -> None:
        self.world, self.asker = world, Asker(world)
        self.readers = Readers(world)
        draft = world.things["draft"]["own"]["pk"]
        self.bodies = {
            "competitions:entry_choice": {"entry": draft, "up": "1"},
            "competitions:motion_step": {"action": "close"},
            "competitions:vote_cast": {"choice": VoteChoice.FOR},
        }
        self.wrong: list[str] = []
        self.read: dict[str, set[str]] = defaultdict(set)
        self.reached: set[tuple[str, str]] = set()
        self.count = 0
        self._missing: dict[tuple[str, str, str], Answer] = {}

    def address(self, address: Address, method: str) -> None:
        """One address by one method, for every object and every role that is worth asking."""
        row = ROWS[str(address.name)]
        found = targets(self.world, address, row, KINDS, is_write=method != "get")
        for place, target in enumerate(found):
            asked = EVERYBODY if IS_LONG else self._asked(row, target, method, place)
            for letter in dict.fromkeys(asked + ALWAYS.get(row.name, "")):
                self._cell(address, target, method, letter)

    def _asked(self, row: Row, target: Target, method: str, place: int) -> str:
        """Whom the object refuses, one whom it lets in, and in turn two whom the address refuses.

        Of those that are let in the stranger is the one at public addresses.
        """
        may, turn = row.may(method), crc32(row.name.encode())
        within = target.expected(method)
        stopped = "".join(one for one in may if one not in within and one != "S")
        outside = [one for one in EVERYBODY[1:] if one not in may] if not place else []
        turned = outside[turn % max(len(outside), 1) :] + outside
        if "S" in may:
            return "S" if len(stopped) > 3 or "S" in within else "S" + stopped
        return stopped + within[turn % max(len(within), 1) :][:1] + "".join(turned[:2])

    def _cell(self, address: Address, target: Target, method: str, letter: str) -> None:
        data = self.bodies.get(target.row.name) if method == "post" else None
        answer = self.asker.ask(letter, method, target.path, data)
        self.count += 1
        told = f"{letter} {method} {target.path} ({target.row.name}, {target.relation})"
        told += f" -> {answer.status}"
        if answer.status >= 500:
            self.wrong.append(told)
        if method == "get":
            self.read[target.row.name] |= answer.read
        if letter in target.expected(method):
            self.reached.add((target.row.name, method))
            if not answer.is_in:
                self.wrong.append(f"{told}: should pass")
            is_public = address.policy is not None and address.policy.is_public
            if not is_public and "no-store" not in answer.header("Cache-Control"):
                self.wrong.append(f"{told}: may be kept by a cache")
        elif answer.is_in and not self._is_harmless(target, method, letter, answer):
            self.wrong.append(f"{told}: should be refused")
        elif letter not in target.known and answer.status != SIGN_IN:
            self._compare(address, target, method, letter, answer, told)
        for text in self.readers.forbidden(letter, target.row.name, answer.body):
            self.wrong.append(f"{told}: tells {text}")

    def _is_harmless(self, target: Target, method: str, letter: str, answer: Answer) -> bool:
        """Who may know of the object may be sent elsewhere, or told that a form lacks something."""
        if letter not in target.known or not target.row.kind:
            return False
        return answer.status == 302 if method == "get" else not answer.wrote

    def _compare(
        self, address: Address, target: Target, method: str, letter: str, answer: Answer, told: str
    ) -> None:
        """Forbidden and missing are the same to the byte."""
        path = missing_path(address, target)
        key = (path, method, letter)
        if key not in self._missing:
            self._missing[key] = self.asker.ask(letter, method, path)
        one, other = without_path(answer, target.path), without_path(self._missing[key], path)
        if one != other:
            self.wrong.append(f"{told}: differs from {path}: {beginning(repr(one), repr(other))}")


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    names = [str(address.name) for address in all_addresses()]
    assert sorted(ROWS) == sorted(names)
    used = {kind for row in ROWS.values() for kind in (row.kind, row.written)} - {""}
    assert used | {kind.base for kind in KINDS.values()} >= set(KINDS), set(KINDS) - used
    assert used <= set(KINDS), used - set(KINDS)


def test_second_between_two_askings_tells_nothing(world: World) -> None:
    asker, entry = Asker(world), world.things["over"]["own"]["pk"]
    answers = []
    for second in range(2):
        with time_machine.travel(now() + timedelta(seconds=second), tick=False):
            answers.append(asker.ask("N", "post", f"/kerja/peserta/{entry}/umpan-balik/"))
    assert answers[0] == answers[1]
    assert answers[0].status == 405


def order(one: str) -> tuple[str, str]:
    """By what is wrong, so that the first lines show each kind."""
    return one.partition(": ")[2][:20], one


def test_everybody_reaches_what_the_tables_say_and_no_more(world: World) -> None:
    crawl = Crawl(world)
    for address in ADDRESSES:
        row = ROWS[str(address.name)]
        if row.name in SIGNS_OUT:
            continue
        for method in ("get", row.method):
            crawl.address(address, method)
    assert not crawl.wrong, "\n".join(
        [f"{len(crawl.wrong)} wrong", *sorted(crawl.wrong, key=order)[:200]]
    )
    unreached = {
        (name, method)
        for name, row in ROWS.items()
        for method, may in (("get", row.readers), (row.method, row.writers))
        if may and name not in SIGNS_OUT | UNASKED and (name, method) not in crawl.reached
        if any(KINDS[row.kind].passes.values() if row.kind else "*")
    }
    assert not unreached, unreached
    undeclared = {
        name: sorted(crawl.read[name] - set(row.parameters))
        for name, row in ROWS.items()
        if crawl.read[name] - set(row.parameters)
    }
    assert not undeclared, undeclared


def _crawled(world: World, name: str) -> list[str]:
    crawl = Crawl(world)
    crawl.address(next(one for one in ADDRESSES if one.name == name), "get")
    return crawl.wrong


def test_control_view_without_its_check_is_caught(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "competitions:entry_tasks"
    assert _crawled(world, name) == []
    monkeypatch.setattr(reach, "sees_every_entry", lambda user: True)
    wrong = _crawled(world, name)
    assert any("should be refused" in one for one in wrong)
    assert any("tells innovations." in one for one in wrong)


def test_control_refusal_that_tells_of_the_object_is_caught(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visible = entries.entry_with_tasks

    def telling(user: User, pk: int) -> Any:
        found = visible(user, pk)
        if found is None and Entry.objects.filter(pk=pk).exists():
            raise Forbidden
        return found

    monkeypatch.setattr(entries, "entry_with_tasks", telling)
    assert any("differs from" in one for one in _crawled(world, "competitions:entry_tasks"))


def test_control_parameter_that_no_row_declares_is_noted() -> None:
    Noting.noted = set()
    query = Noting("peran=penilai")
    assert query.get("peran") == "penilai"
    assert "halaman" not in query
    assert Noting.noted == {"peran", "halaman"}
