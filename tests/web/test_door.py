"""ASVS 16.2.1, 16.3.1, 16.3.2: the door's events, without what was typed or whose it is."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.signals import user_login_failed
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from agencies.models import User
from sinovik.audit.logs import RequestIdFilter, json_formatter
from tests.factories import make_innovations, make_team

pytestmark = pytest.mark.django_db
PASSWORD = "kopi pagi di Sleman 2019"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """What production would have written of the door."""
    cache.clear()
    caplog.set_level(logging.INFO, "sinovik.web.door")

    def read() -> list[dict[str, Any]]:
        records = [one for one in caplog.records if one.name == "sinovik.web.door"]
        caplog.clear()
        assert all(RequestIdFilter().filter(one) for one in records)
        return [json.loads(json_formatter().format(one)) for one in records]

    return read


def happened(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines without when, where and in which request."""
    usual = {"timestamp", "logger", "request_id"}
    assert all(usual <= set(one) for one in lines)
    return [{name: one[name] for name in one if name not in usual} for one in lines]


def test_coming_leaving_and_a_wrong_password_are_told(lines: Lines) -> None:
    person = User.objects.create_user("sari@contoh.id", PASSWORD, name="Sari Rahasia")
    client = Client()
    for password in ("salah sekali 123", PASSWORD):
        client.post("/akun/masuk/", {"login": "sari@contoh.id", "password": password})
    client.post("/akun/keluar/")
    assert happened(lines()) == [
        {"event": "sign_in_failed", "level": "warning"},
        {"event": "signed_in", "level": "info", "person": person.pk},
        {
            "event": "opened",
            "level": "info",
            "person": person.pk,
            "view": "account_logout",
            "method": "POST",
        },
        {"event": "signed_out", "level": "info", "person": person.pk},
    ]


def test_refusal_names_view_and_number_and_no_path(lines: Lines) -> None:
    person = make_team().innovator
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    lines()
    assert client.get("/kerja/instansi/anggota/?kunci=RAHASIA").status_code == 403
    assert (
        client.post("/kerja/inovasi/baru/?kunci=RAHASIA", {"title": "Rahasia"}).status_code == 403
    )
    usual = {"event": "refused", "level": "warning", "person": person.pk}
    told = [one for one in happened(lines()) if one["event"] != "opened"]
    assert told == [
        usual | {"view": "agencies:membership_list", "why": "Forbidden", "method": "GET"},
        usual | {"view": "innovations:innovation_create", "why": "csrf", "method": "POST"},
    ]


def test_page_that_somebody_opens_is_told_by_its_view_and_number(lines: Lines) -> None:
    team = make_team()
    (draft,) = make_innovations(team)
    client = Client()
    client.force_login(team.innovator)
    lines()
    client.get(reverse("innovations:innovation_edit", args=[draft.pk]), {"q": "Rahasia"})
    client.get("/akun/sesi/")
    client.get("/akun/keamanan/perangkat/")
    usual = {"event": "opened", "level": "info", "person": team.innovator.pk, "method": "GET"}
    assert happened(lines()) == [
        usual | {"view": "innovations:innovation_edit", "number": draft.pk},
        usual | {"view": "agencies:device_list"},
    ]
    Client().get("/akun/masuk/")
    assert lines() == []


def test_control_what_a_library_says_beside_stays_out(lines: Lines) -> None:
    def careless(**kwargs: Any) -> None:
        typed = kwargs["credentials"]["email"]
        logging.getLogger("sinovik.web.door").warning("typed", extra={"typed": typed})

    user_login_failed.connect(careless)
    try:
        user_login_failed.send(__name__, credentials={"email": "sari@contoh.id"}, request=None)
    finally:
        user_login_failed.disconnect(careless)
    assert [one["event"] for one in lines()] == ["sign_in_failed", "typed"]
