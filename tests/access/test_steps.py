"""T2, T4 (ASVS 8.2.2, 8.4.1): what a form writes at the step it needs, and for whom it does not.

`SINOVIK_MATRIX=long` sends each form once more, with every field of every model beside its own.
"""

import logging
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.core import cache as store
from django.db import transaction
from django.http import HttpRequest
from django.urls import resolve, reverse

from competitions.actions import agency_exports as exporting
from competitions.models import AgencyExport
from competitions.views import agency_exports
from tests.access import steps_accounts, steps_agencies, steps_contest, steps_lists
from tests.access.asking import OUT, SIGN_IN, changes
from tests.access.canaries import marks_in, plant
from tests.access.cast import ROLES
from tests.access.making import make_world
from tests.access.reading import Row, read_forms, read_rows
from tests.access.rows import Written, counts, written
from tests.access.sending import DONE, every_field, foreign_rows, set_columns
from tests.access.steps import MAKERS, QUEUE, Scene, Step
from tests.access.texts import Readers
from tests.crawling import body_of

pytestmark = [pytest.mark.slow]

IS_LONG = os.environ.get("SINOVIK_MATRIX") == "long"
ROWS = read_rows()
REASON = "a step of its own: test_steps.py"
MODULES = (steps_accounts, steps_agencies, steps_contest, steps_lists)
LIKE = {"h": "H", "k": "H"}
"""Who may read whatever a role may."""
OK, NOT_FOUND = 200, 404
TOLD = (302, 409, 422, 423)
"""How whom an address lets in is told that this row is not theirs to change."""


class Asking:
    """Sends each step's form as everybody, and keeps what is wrong."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.readers = scene, Readers(scene.world)
        self.wrong: list[str] = []
        self.extra = every_field(foreign_rows(scene.world)) if IS_LONG else {}
        self.usual = cache(self._usual)

    def ask(self, name: str) -> None:
        """Make the object ready, let the sender in and nobody else."""
        with transaction.atomic():
            before = counts()
            step = MAKERS[name](self.scene)
            plant({table for table, count in counts().items() if before.get(table) != count})
            store.cache.clear()
            self.let_in(name, step)
            for letter in self.scene.people:
                if letter not in step.passes:
                    self.refused(name, letter, step, step.path(name), step.sent)
            for at, sent in step.barred:
                self.refused(name, step.by, step, step.path(name, at), step.sent | sent)
            transaction.set_rollback(True)
        self.scene.forget()

    def let_in(self, name: str, step: Step) -> None:
        """Who may is answered as done, the row is written, and nobody else's words are told."""
        with written() as found:
            before = changes()
            status, body = self.send(ROWS[name], step.by, step, step.path(name), step.sent)
            wrote = changes() != before
        told = f"{step.by} {name} -> {status}"
        is_written = wrote if step.writes == QUEUE else step.writes in {"", *found.tables}
        if status not in DONE or not is_written:
            self.wrong.append(f"{told} writes {sorted(found.tables)}: should be let in")
        self._told(told, name, step.by, body)
        if IS_LONG and step.content is None:
            self.with_more(name, step, found)

    def with_more(self, name: str, step: Step, first: Written) -> None:
        """Fields that the form does not have change nothing."""
        sendings = []
        for sent in (step.sent, self.extra | step.sent):
            with written() as found:
                self.send(ROWS[name], step.by, step, step.path(name), sent)
            sendings.append(found)
        again, attacked = sendings
        more = sorted(attacked.tables - first.tables) + set_columns(attacked, first, again)
        if more:
            self.wrong.append(f"{step.by} {name} with more fields writes {more}")

    def refused(self, name: str, letter: str, step: Step, path: str, sent: dict[str, Any]) -> None:
        """Nothing is written, and the answer tells no more than that of an address of nothing."""
        with transaction.atomic():
            before = changes()
            status, body = self.send(ROWS[name], letter, step, path, sent)
            wrote = changes() != before
            transaction.set_rollback(True)
        told = f"{letter} {path} ({name}) -> {status}"
        if wrote:
            self.wrong.append(f"{told}: has written")
        may = ROWS[name].may("post")
        is_told = status in TOLD or (status == OK and "S" in may)
        asks_as = LIKE.get(letter, letter)
        if status not in OUT and (not is_told or (asks_as in ROLES and asks_as not in may)):
            self.wrong.append(f"{told}: should be refused")
        elif is_told or (asks_as in ROLES and status != NOT_FOUND):
            self._told(told, name, asks_as, body)
        elif more := marks_in(body) - marks_in(self.usual(letter)):
            self.wrong.append(f"{told}: tells {more}")

    def _told(self, told: str, name: str, letter: str, body: bytes) -> None:
        """Whom no role is like may read what anybody may, and of themselves."""
        reader = letter if letter in ROLES else "P"
        texts = self.readers.forbidden(reader, name, body)
        if reader != letter:
            texts = sorted(
                set(texts) - set(self.readers.forbidden(reader, name, self.usual(letter)))
            )
        self.wrong += [f"{told}: tells {text}" for text in texts]

    def _usual(self, letter: str) -> bytes:
        """What every page tells the person, of themselves."""
        return body_of(self.scene.clients[letter].get("/tidak/ada/"))

    def send(
        self, row: Row, letter: str, step: Step, path: str, sent: dict[str, Any]
    ) -> tuple[int, bytes]:
        """One form or one call of a script, and how it is answered."""
        client = self.scene.clients[letter]
        for value in sent.values():
            if hasattr(value, "seek"):
                value.seek(0)
        if step.content is None:
            answer = client.post(path, sent)
        else:
            answer = client.generic(
                row.method.upper(), path, step.content, step.kind, headers=step.headers
            )
        # To the end, so that a file is closed again.
        body = body_of(answer)
        is_sign_in = answer.status_code == 302 and answer["Location"].startswith("/akun/masuk/")
        return SIGN_IN if is_sign_in else answer.status_code, body


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """The world, undone after the module."""
    logging.disable(logging.CRITICAL)
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        plant()
        yield Scene(world)
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def test_forms_of_other_steps_write_for_whom_they_are_and_for_nobody_else(scene: Scene) -> None:
    asking = Asking(scene)
    for name in MAKERS:
        asking.ask(name)
    assert not asking.wrong, "\n".join([f"{len(asking.wrong)} wrong", *asking.wrong])


def test_forms_txt_names_every_step() -> None:
    assert set(MAKERS) == {name for name, reason in read_forms().items() if reason == REASON}


def _problems(scene: Scene, name: str) -> str:
    asking = Asking(scene)
    asking.ask(name)
    return "\n".join(asking.wrong)


@pytest.mark.parametrize("name", ["competitions:stage_open", "competitions:assignment_appoint"])
def test_control_view_whose_check_is_taken_away_is_caught(
    scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not _problems(scene, name)
    view: Any = resolve(reverse(name, kwargs={"pk": 1})).func
    while view.__code__.co_name != "guarded":
        view = view.__wrapped__
    cells = dict(zip(view.__code__.co_freevars, view.__closure__, strict=True))
    monkeypatch.setattr(cells["check"], "cell_contents", lambda _user: None)
    assert f"({name}) -> 302: should be refused" in _problems(scene, name)


def test_control_row_that_anybody_may_change_is_caught(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def any_export(_request: HttpRequest, pk: int) -> AgencyExport:
        return AgencyExport.objects.get(pk=pk)

    monkeypatch.setattr(agency_exports, "_visible_export", any_export)
    monkeypatch.setattr(exporting, "check_can_export_agency", lambda *_args: None)
    found = _problems(scene, "competitions:agency_export_cancel")
    assert "(competitions:agency_export_cancel) -> 302: has written" in found
