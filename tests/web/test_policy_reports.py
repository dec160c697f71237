"""What browsers tell of our policy is noted in the log, and nothing of a person with it."""

import json
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from sinovik.home.reporting import MOST

pytestmark = pytest.mark.django_db
REPORT = {
    "type": "csp-violation",
    "url": "https://sinovik.example/undangan/RAHASIA/",
    "body": {
        "documentURL": "https://sinovik.example/undangan/RAHASIA/?kunci=RAHASIA",
        "blockedURL": "https://jahat.example/RAHASIA.js?kunci=RAHASIA",
        "effectiveDirective": "script-src-elem",
        "sample": "RAHASIA",
    },
}


@pytest.fixture(autouse=True)
def forget_rate_limits() -> None:
    caches["brakes"].clear()


def report(content: Any, client: Client | None = None) -> int:
    octets = content if isinstance(content, bytes) else json.dumps(content).encode()
    client = client or Client(enforce_csrf_checks=True)
    return client.post("/csp", octets, content_type="application/reports+json").status_code


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    found = [one for one in caplog.records if one.name == "sinovik.home.reporting"]
    caplog.clear()
    return [(str(vars(one)["view"]), str(vars(one)["why"])) for one in found]


def test_violation_is_noted_by_view_and_origin(caplog: pytest.LogCaptureFixture) -> None:
    assert report([REPORT]) == 204
    assert told(caplog) == [("agencies:invitation_accept", "script-src-elem https://jahat.example")]
    english = {"documentURL": "http://x/en/inovasi/", "blockedURL": "inline"}
    assert report([REPORT | {"body": english | {"effectiveDirective": "style-src-attr"}}]) == 204
    assert told(caplog) == [("innovations:innovation_list", "style-src-attr inline")]
    assert "RAHASIA" not in caplog.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[" * 50_000,
        b"null",
        {},
        [None, 1, "a", []],
        [{"type": "csp-violation"}],
        [{"type": "csp-violation", "body": []}],
        [{"type": "deprecation", "body": {}}],
    ],
)
def test_what_is_no_report_is_noted_nowhere(content: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert report(content) == 204
    assert told(caplog) == []


def test_odd_addresses_are_noted_without_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    body = {"documentURL": "http://[", "blockedURL": "http://[", "effectiveDirective": "x" * 999}
    assert report([{"type": "csp-violation", "body": body}]) == 204
    ((view, why),) = told(caplog)
    assert (view, why) == ("-", "x" * 60 + " -")


def test_nobody_fills_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert report([REPORT] * 1_000) == 204
    assert len(told(caplog)) == MOST
    for _time in range(MOST - 1):
        report([REPORT])
    assert len(told(caplog)) == MOST - 1
    assert report([REPORT]) == 204
    assert told(caplog) == []
