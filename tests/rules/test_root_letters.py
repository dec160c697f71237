"""The day's root goes once to those who keep it, and what it tells can be checked."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from sinovik import audit
from sinovik.audit import clock, signing
from sinovik.audit.canonical import canonical
from sinovik.audit.models import Seal
from sinovik.audit.sealing import consistency_proof, seal_events
from sinovik.notifications import roots
from sinovik.notifications.carrying import carry
from sinovik.notifications.models import Mail, RootLetter
from sinovik.notifications.roots import mail_roots
from sinovik.notifications.tasks import mail_the_roots
from sinovik.web.zones import WIB, ZONES
from tests.factories import make_person
from tests.races import at, during
from tests.verifying import sinovik_verify

KEEPERS = ["inspektorat@contoh.go.id", "arsip@contoh.go.id"]


@pytest.fixture(autouse=True)
def keepers(settings: Any) -> None:
    settings.ROOT_ADDRESSES = [*KEEPERS, KEEPERS[0]]


def morning(days: int = 0, hour: int = 7) -> datetime:
    today = clock.now().astimezone(ZONES[WIB]).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days)


def sealed() -> Seal:
    """One event more, under a seal."""
    with transaction.atomic():
        person = make_person(name="Rahasia Kenari")
        audit.record(by=person, event="person_enrolled", obj=person, payload={"name": person.name})
    found = seal_events()
    assert found is not None
    return found


@pytest.mark.django_db
def test_the_newest_root_is_mailed_once_a_day_with_the_way_to_check_it(settings: Any) -> None:
    first = sealed()
    with clock.at(morning() - timedelta(seconds=1)):
        assert mail_roots() == 0
    with clock.at(morning()):
        assert mail_roots() == 2
        mail_the_roots(timestamp=0)
    with clock.at(morning(hour=23)):
        assert mail_roots() == 0
    second = sealed()
    with clock.at(morning(1)):
        assert mail_roots() == 2
    with clock.at(morning(2)):
        # Nothing new was sealed: the same root once more, and nothing to compare it with.
        assert mail_roots() == 2
    settings.ROOT_ADDRESSES = []
    with clock.at(morning(3)):
        assert mail_roots() == 0
    assert [one.seal_id for one in RootLetter.objects.order_by("day")] == [
        first.number,
        second.number,
        second.number,
    ]
    assert str(RootLetter.objects.all()[0]).endswith(f": {second.number}")
    letters = Mail.objects.filter(kind="roots").order_by("pk")
    assert [one.address for one in letters] == KEEPERS * 3
    text = letters[2].text
    pair = f"{first.number}-{second.number}.json"
    for told in (second.root, second.payload, second.signature, pair, f"{second.number}.json"):
        assert told in text
    assert pair not in letters[0].text + letters[4].text
    assert "Kenari" not in text
    carry(letters[2].pk)
    assert mail.outbox[-1].to == [KEEPERS[0]]
    assert second.root in str(mail.outbox[-1].body)
    # What the letter says to do says yes.
    pem = signing.public_pem()
    files = [
        ("a.json", canonical(second.envelope)),
        ("b.json", json.dumps(consistency_proof(first, second)).encode()),
    ]
    assert sinovik_verify.check_ledger(files, pem)[0]["root"] == second.root


@pytest.mark.django_db
def test_before_the_first_seal_there_is_nothing_to_send() -> None:
    with clock.at(morning()):
        assert mail_roots() == 0
    assert not RootLetter.objects.exists()


def nobody_waits(_turn: int) -> None:
    """Stands in for `take_turn` in the control."""


def mail_twice() -> tuple[Any, Any]:
    sealed()
    return during(at(morning(), mail_roots), at(morning(), mail_roots))


@pytest.mark.django_db(transaction=True)
def test_two_workers_mail_one_root() -> None:
    assert mail_twice() == (2, 0)
    assert Mail.objects.filter(kind="roots").count() == 2


@pytest.mark.django_db(transaction=True)
def test_control_without_turns_the_second_worker_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roots, "take_turn", nobody_waits)
    _first, second = mail_twice()
    assert isinstance(second, IntegrityError)
