"""Two people confirm one extension at once, with a control in which the lock is missing."""

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import IntegrityError, connection

from agencies.models import User
from competitions.actions import extensions
from competitions.exceptions import WrongState
from competitions.models import (
    DeadlineExtension,
    Stage,
)
from competitions.models.deadline import DeadlineExtensionQuerySet
from sinovik.audit.models import AuditEvent
from tests import factories
from tests.factories import REGISTRATION, Contest

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 0.5
DAY = timedelta(days=1)


def start(work: Callable[[], Any]) -> "Future[Any]":
    """Run `work` on a connection of its own."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    return future


def outcome(future: "Future[Any]") -> Any:
    return future.exception(timeout=20) or future.result()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    return [outcome(future) for future in [start(work) for work in works]]


def same(user: User) -> User:
    return User.objects.get(pk=user.pk)


def meet_before(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Make both threads wait for each other before a step, unless a lock keeps one away."""
    meeting = Barrier(2)
    original = getattr(module, name)

    def step(*args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(BrokenBarrierError):
            meeting.wait(PATIENCE)
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, step)


def unlocked(rows: Any) -> Any:
    return rows


def propose(contest: Contest) -> DeadlineExtension:
    stage = contest.stage(REGISTRATION)
    return extensions.propose_extension(
        by=contest.officer,
        stage=stage,
        new_closes_at=stage.closes_at + DAY,
        letter_number="1",
        reason="x",
    )


# Two confirmers


def confirm_twice(contest: Contest) -> list[Any]:
    extension = propose(contest)
    people = [same(contest.head), same(contest.second)]
    return at_once(
        lambda: extensions.confirm_extension(by=people[0], extension=extension),
        lambda: extensions.confirm_extension(by=people[1], extension=extension),
    )


def test_one_of_two_confirmers_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = factories.make_contest(entries=0)
    meet_before(monkeypatch, extensions, "_decide")
    found = sorted(type(one).__name__ for one in confirm_twice(contest))
    assert found == ["DeadlineExtension", "WrongState"]
    assert AuditEvent.objects.named("extension_confirmed").count() == 1


def test_control_unlocked_both_confirmers_go_on_and_the_database_stops_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contest = factories.make_contest(entries=0)
    monkeypatch.setattr(DeadlineExtensionQuerySet, "locked", unlocked)
    monkeypatch.setattr(extensions, "close_stage_alone", lambda pk: Stage.objects.get(pk=pk))
    meet_before(monkeypatch, extensions, "_decide")
    results = confirm_twice(contest)
    assert not any(isinstance(one, WrongState) for one in results)
    assert any(isinstance(one, IntegrityError) for one in results)
