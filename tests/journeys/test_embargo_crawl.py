"""Every address, file, header, message, job and log line of two worlds that differ in the winner.

Until the announcement's instant nobody but the secretariat and its observers can tell them apart
(T10 of the shared list of tests); at the instant everybody can.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from agencies.models import User
from sinovik.audit import clock
from sinovik.home.addresses import Address, all_addresses
from sinovik.notifications.models import Mail, Notification
from tests import factories
from tests.crawling import body_of, count_from, filled, next_number, statements
from tests.editions import FIRST
from tests.factories import Contest
from tests.web.test_objection_embargo import objected, scheduled

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# The commitment to a locked list is public before it, and says nothing for its salt.
COMMITTED = re.compile(rb"[0-9a-f]{64}|signature[^,}]+")
OWN_VOICE = re.compile(rb'"choice": "[a-z]+"')
World = dict[str, Any]
INSTANT = timedelta(microseconds=1)
HEADERS = ("Content-Type", "ETag", "Last-Modified", "Location", "Content-Disposition", "Link")
# Signing out would end the look; the readiness page tells the machine's own times.
LEFT_OUT = {"account_logout", "home:readyz"}
TELLING = (
    "competitions:result_list",
    "competitions:result_csv",
    "competitions:result_xlsx",
    "competitions:result_bundle",
    "competitions:entry_receipt",
    "innovations:innovation_detail",
    "api:results",
)
NOBODY = "00000000-0000-0000-0000-000000000001"
SEARCHES = ("/inovasi/?q=%s", "/inovasi/?penghargaan=top-99", "/api/v1/innovations?q=%s")


@pytest.fixture
def contest() -> Contest:
    """Two entries of one agency for one seat; its tables number their rows alike."""
    count_from(next_number())
    return factories.make_contest(FIRST, entries=2, judges=2, seats=(1, 1), objection_days=5)


def paths(address: Address, contest: Contest) -> Iterator[str]:
    """The address with every value that may lead somewhere in this small world."""
    first, stage = contest.entries[0], contest.stage(FIRST)
    listed = contest.cut_off(FIRST).pk
    # One entry tells as much as the other: either wins in one of the worlds.
    numbers = sorted({first.pk, stage.pk, listed})
    known: dict[str, list[Any]] = {
        "year": [contest.edition.year],
        "band": [FIRST],
        "slug": [first.innovation.slug, first.agency.slug],
        "table": ["hasil", "peserta"],
        "key": ["novelty"],
        "kind": ["csv"],
        "look": ["terang"],
        "section": ["halaman", "instansi", "inovasi"],
    }
    return filled(address, known, numbers, [NOBODY])


def look(client: Any, contest: Contest, people: list[User | None], only: frozenset[str]) -> World:
    """Status, telling headers and body of every address, and what was sent, queued or kept."""
    seen: World = {}
    addresses = [one for one in all_addresses() if one.name not in LEFT_OUT]
    addresses = [one for one in addresses if not only or one.name in only]
    title = contest.entries[0].innovation.title.split()[0]
    for person in people:
        cache.clear()
        client.logout()
        if person:
            client.force_login(person)
        asked = [
            path
            for one in addresses
            if person or (one.policy and one.policy.is_public)
            for path in paths(one, contest)
        ]
        asked += [place % title if "%s" in place else place for place in SEARCHES]
        for path in asked:
            seen[f"{person} {path}"] = answered(client, path)
        told = Notification.objects.filter(recipient=person).order_by("pk")
        seen[f"{person} told"] = list(told.values_list("subject", "body"))
    seen["outbox"] = [(one.to, one.subject, one.body) for one in mail.outbox]
    seen["mails"] = list(Mail.objects.order_by("pk").values_list("recipient", "subject", "text"))
    jobs = ProcrastinateJob.objects.order_by("pk")
    seen["jobs"] = list(jobs.values_list("task_name", "queue_name", "scheduled_at"))
    return seen


def answered(client: Any, path: str) -> tuple[Any, ...]:
    with statements() as sent:
        answer = client.get(path)
        body = body_of(answer)
    headers = HEADERS
    if path in {"/verifikasi/", "/verifikasi/komitmen.json"}:
        body = COMMITTED.sub(b"", body)
        # Its name is the hash of its content, commitments included.
        headers = tuple(name for name in HEADERS if name != "ETag")
    if path == "/data-saya/data-saya.json":
        # A member's own voice, which decides the winner in this world, is the member's own.
        body = OWN_VOICE.sub(b"", body)
    told = tuple(answer.get(name) for name in headers)
    return (answer.status_code, told, body, sent)


@dataclass(frozen=True)
class Walk:
    """Both worlds grow from the same rows and are undone."""

    client: Any
    contest: Contest
    caplog: pytest.LogCaptureFixture
    began: datetime
    first_number: int

    @property
    def instant(self) -> datetime:
        return self.began + timedelta(days=8)

    def worlds(self, at: datetime, *only: str) -> list[World]:
        """What everybody sees at `at` of `only`, or of everything, whichever entry won."""
        with time_machine.travel(self.began, tick=False):
            return [self._world(winner, at, frozenset(only)) for winner in (0, 1)]

    def _world(self, winner: int, at: datetime, only: frozenset[str]) -> World:
        people = [None, self.contest.team.admin, self.contest.evaluators[0]]
        mail.outbox.clear()
        count_from(self.first_number)
        with transaction.atomic():
            with clock.at(self.began):
                objected(self.contest, winner)
            with clock.at(self.instant - timedelta(days=1)):
                scheduled(self.contest)
            self.caplog.clear()
            with clock.at(at):
                seen = look(self.client, self.contest, people, only)
            transaction.set_rollback(True)
        seen["log"] = [record.getMessage() for record in self.caplog.records]
        return seen


def differences(first: World, second: World) -> list[str]:
    """The places that differ, each with where it begins to."""
    assert first.keys() == second.keys()
    return [
        f"{place}: {beginning(repr(first[place]), repr(second[place]))}"
        for place in first
        if first[place] != second[place]
    ]


def beginning(one: str, other: str) -> str:
    at = next((i for i, pair in enumerate(zip(one, other, strict=False)) if len({*pair}) > 1), 0)
    return f"{one[max(0, at - 60) : at + 60]} | {other[at : at + 60]}"


def test_nothing_tells_the_winner_before_the_instant(
    client: Any, contest: Contest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    walk = Walk(client, contest, caplog, clock.now(), next_number())
    first, second = walk.worlds(walk.instant - INSTANT)
    assert differences(first, second) == []
    assert sum(seen[0] == 200 for place, seen in first.items() if " /" in place) > 150
    told = differences(*walk.worlds(walk.instant, *TELLING))
    assert len(told) > 5, told
