"""The API keeps what its OpenAPI document promises, whatever it is asked (schemathesis)."""

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from bench.api import OPERATIONS, ask_everything
from innovations.actions.life import Proof, attest_life
from sinovik.api import gate
from tests.factories import ANNOUNCED, make_contest, make_published_innovation

pytestmark = pytest.mark.django_db
EXAMPLES = 5


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(gate, "MOST", 1_000_000)
    # As Django's own test client does: the world is in this connection's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_answer_is_as_the_document_says(unlimited: None) -> None:
    contest = make_contest(ANNOUNCED)
    public = make_published_innovation(contest.team)
    attest_life(
        by=contest.team.innovator, innovation=public, state="berjalan", proof=Proof(note="Foto.")
    )
    assert ask_everything(EXAMPLES) >= 2 * OPERATIONS
