"""T8 in short: others' pages, and addresses that nobody wrote, as `bench.hostile` sends them."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path, re_path

from bench.hostile import targets_of
from bench.hostile_requests import Sender, Target, crowd_of
from sinovik.urls import urlpatterns as site_patterns
from sinovik.web.access import public
from tests.browser.visits import judging_visits, standing_visits
from tests.hostile import CANARY
from tests.journeys.test_hostile_forms import Attacker, plant_canary

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]
TURNS = 150


def sent_astray(targets: list[Target] | None = None) -> Sender:
    """All that was sent, over the pages of judges, agencies and strangers."""
    plant_canary()
    crowd = crowd_of(Attacker)
    if targets is None:
        targets = targets_of(crowd, [*standing_visits(), *judging_visits()])
    sender = Sender("astray", crowd, targets, [])
    for turn in range(TURNS):
        sender.go_astray(is_other=turn % 2 == 0)
    return sender


def test_others_pages_and_mangled_addresses_neither_break_nor_leak() -> None:
    sender = sent_astray()
    assert not sender.attacker.broken, "\n".join(sender.attacker.broken[:20])
    # Some were let in, some led to the door, some refused, and some found nothing there.
    assert {"200", "302 ke akun", "403", "404"} <= set(sender.statuses)


@public
def leaking(request: HttpRequest, **steps: Any) -> HttpResponse:
    """A view that shows everybody another agency's title."""
    return HttpResponse(f"<h1>{CANARY}</h1>")


@public
def breaking(request: HttpRequest, step: str) -> HttpResponse:
    """A view that takes any step for a number."""
    return HttpResponse(f"<h1>{int(step)}</h1>")


urlpatterns = [
    path("bocor/", leaking),
    re_path(r"^pecah/(?P<step>[^/]+)/$", breaking),
    *site_patterns,
]


@override_settings(ROOT_URLCONF=__name__)
def test_control_a_page_that_leaks_and_one_that_breaks_are_found() -> None:
    targets = [Target(None, "get", path, {}) for path in ("/bocor/", "/pecah/7/")]
    told = "\n".join(sent_astray(targets).attacker.broken)
    assert "/bocor/: " in told
    assert ": canary" in told
    assert ": failed" in told
