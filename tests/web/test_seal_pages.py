"""The public pages of the log: roots for everybody, nobody's name."""

import json
from typing import Any

import pytest
from defusedxml import ElementTree

from agencies.models import User
from sinovik import audit
from sinovik.audit import signing
from sinovik.audit.models import Seal
from sinovik.audit.sealing import seal_events
from tests.pages import WatchfulClient

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def seals(db: None) -> list[Seal]:
    person = User.objects.create_user("sari@contoh.id", name="Sari Rahasia")
    for _turn in range(3):
        audit.record(by=person, event="person_invited", obj=person, payload={"email": "x@y.id"})
        seal_events()
    return list(Seal.objects.order_by("number"))


def test_the_page_shows_every_root_newest_first(
    seals: list[Seal], client: WatchfulClient, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        page = client.get("/verifikasi/buku/").content.decode()
    places = [page.index(seal.root) for seal in seals]
    assert places == sorted(places, reverse=True)
    assert "Rahasia" not in page
    assert "x@y.id" not in page


def test_an_empty_log_says_when_the_first_seal_comes(db: None, client: WatchfulClient) -> None:
    assert "Belum ada segel" in client.get("/verifikasi/buku/").content.decode()


def test_a_seal_is_served_as_it_was_signed(seals: list[Seal], client: WatchfulClient) -> None:
    envelope = client.get("/verifikasi/buku/2.json").json()
    assert signing.is_signed(envelope["payload"].encode(), envelope["signature"], envelope["key"])
    assert json.loads(envelope["payload"])["root"] == seals[1].root
    assert client.get("/verifikasi/buku/9.json").status_code == 404


def test_the_feed_carries_the_signed_texts(seals: list[Seal], client: WatchfulClient) -> None:
    answer = client.get("/verifikasi/buku/umpan.xml")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    entries = ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}summary") for entry in entries] == [
        seal.payload for seal in reversed(seals)
    ]


def test_the_page_of_a_receipts_check_leads_to_the_log(db: None, client: WatchfulClient) -> None:
    assert 'href="/verifikasi/buku/"' in client.get("/verifikasi/").content.decode()
