"""The API keeps what its OpenAPI document promises, whatever it is asked (schemathesis)."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from innovations.actions.life import Proof, attest_life
from sinovik.api import gate
from sinovik.wsgi import application
from tests.factories import ANNOUNCED, make_contest, make_published_innovation

pytestmark = pytest.mark.django_db
EXAMPLES = 5

# A cursor comes out of an answer; one made up is refused, which its type alone can't say.
schemathesis.openapi.format("cursor", st.just(""))


def from_somewhere(environ: dict[str, Any], start_response: Any) -> Any:
    """The site, asked by an address, which the limit needs, for answers that are not packed."""
    asked = {"REMOTE_ADDR": "192.0.2.1", "HTTP_ACCEPT_ENCODING": "identity"}
    return application(environ | asked, start_response)


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
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", from_somewhere)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 13
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=EXAMPLES,
                derandomize=True,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def asked(case: schemathesis.Case) -> None:
                case.call_and_validate()

            # Of a text without bounds nothing is wrong, so that some addresses can't be asked so.
            with suppress(Unsatisfiable):
                asked()
