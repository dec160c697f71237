"""What others' checkers say of the headers: csp_evaluator itself, and Observatory's score (T6)."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from csp.utils import build_policy
from django.conf import settings
from django.test import override_settings
from playwright._impl._driver import compute_driver_executable

from competitions.views.winner_embed import POLICY as FRAMED
from sinovik.files.responses import SANDBOX
from tests.observatory import Seen, grade, results
from tests.pages import WatchfulClient
from tests.project.test_settings import start

CHECKER = Path(__file__).parents[1] / "vendor" / "csp_evaluator.cjs"
MEDIUM = 30
"""csp_evaluator counts downwards: high 10, syntax 20, medium 30, "may be" from 40."""
HOST = "sinovik.invalid"
TELLING = (
    "SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "LANGUAGE_COOKIE_", "ALLOWED_HOSTS",
    "SITE_ADDRESS", "X_FRAME_OPTIONS", "CONTENT_SECURITY_POLICY", "ALLAUTH_", "DEBUG",
)  # fmt: skip
TELL = (
    "import json, sinovik.settings as s;"
    f"print(json.dumps({{k: v for k, v in vars(s).items() if k.startswith({TELLING!r})}}))"
)


def findings(*policies: str) -> list[list[str]]:
    """What csp_evaluator finds of at least medium weight, for each policy."""
    node, _cli = compute_driver_executable()
    done = subprocess.run(
        [node, str(CHECKER)], input=json.dumps(policies), capture_output=True, text=True, check=True
    )
    return [
        [f"{one['directive']} {one.get('value', '')}" for one in found if one["severity"] <= MEDIUM]
        for found in json.loads(done.stdout)
    ]


def test_csp_evaluator_finds_nothing_in_any_policy_and_something_in_weak_ones() -> None:
    own = [build_policy(), build_policy(replace=FRAMED), SANDBOX]
    weak = [
        "default-src 'self'; script-src 'self' 'unsafe-inline'",
        "script-src 'self' data:; object-src 'none'",
        "default-src https:",
    ]
    found = findings(*own, *weak)
    assert found[:3] == [[], [], []]
    assert all(found[3:]), found[3:]


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    """The settings as production has them behind one proxy, read by a process of its own."""
    done = start({"SINOVIK_TRUSTED_PROXIES": "1"}, "-c", TELL)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    # JSON has no tuples, and Django asks for one.
    told["SECURE_PROXY_SSL_HEADER"] = tuple(told["SECURE_PROXY_SSL_HEADER"])
    return told


@pytest.fixture
def deployed(production: dict[str, Any]) -> Iterator[None]:
    """Serve as in production."""
    with override_settings(**production):
        yield


def seen(address: str, *, is_secure: bool = True) -> Seen:
    client = WatchfulClient(headers={"Host": HOST})
    plain = client.get(address)
    page = client.get(address, headers={"X-Forwarded-Proto": "https"} if is_secure else {})
    return Seen(HOST, page.headers, page.cookies, page.content.decode(), plain.get("Location", ""))


@pytest.mark.django_db
@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("address", ["/", "/akun/masuk/", "/tidak-ada/"])
def test_observatory_gives_the_best_mark(address: str) -> None:
    found = seen(address)
    assert grade(found)[1] == "A+", results(found)
    assert grade(found)[0] == 135 if found.cookies else 130
    assert set(found.cookies) <= {"__Host-csrftoken"}


@pytest.mark.django_db
def test_observatory_gives_the_demo_without_tls_less() -> None:
    found = seen_in_demo()
    assert grade(found) == (60, "C+"), results(found)


def seen_in_demo() -> Seen:
    page = WatchfulClient().get("/")
    return Seen("localhost", page.headers, page.cookies, page.content.decode())


@pytest.mark.parametrize(
    ("changed", "mark"),
    [
        ({"Content-Security-Policy": ""}, "B"),
        ({"Content-Security-Policy": "default-src 'self' 'unsafe-inline'"}, "B+"),
        ({"Strict-Transport-Security": ""}, "B+"),
        ({"Strict-Transport-Security": "max-age=60", "X-Content-Type-Options": ""}, "A-"),
    ],
)
@pytest.mark.django_db
@pytest.mark.usefixtures("deployed")
def test_observatory_gives_less_where_a_header_is_weak(changed: dict[str, str], mark: str) -> None:
    found = seen("/")
    weaker = Seen(
        HOST, {**found.headers, **changed}, found.cookies, found.html, found.http_leads_to
    )
    assert grade(weaker)[1] == mark, results(weaker)


@pytest.mark.django_db
@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("address", ["/", "/tidak-ada/", "/livez", "/static/css/sinovik.css"])
def test_production_asks_for_tls_in_every_answer(address: str) -> None:
    client = WatchfulClient(headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    answer = client.get(address)
    if answer.streaming:
        answer.close()
    said = answer["Strict-Transport-Security"]
    assert said == "max-age=63072000; includeSubDomains; preload"


def test_nobody_is_believed_about_tls_without_a_proxy_of_our_own() -> None:
    done = start({"SINOVIK_TRUSTED_PROXIES": ""}, "-c", TELL)
    told = json.loads(done.stdout)
    assert "SECURE_PROXY_SSL_HEADER" not in told
    assert told["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0
    assert settings.TRUSTED_PROXIES == 0
