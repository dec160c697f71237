"""Choosing how messages come, seeing what became of mails, and stopping one kind by link."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from sinovik.audit import clock
from sinovik.notifications import notify
from sinovik.notifications.kinds import NUDGE, Rhythm
from sinovik.notifications.models import Fault, Mail, Preference, Subscription
from sinovik.notifications.preferences import choices_of, unsubscribe
from sinovik.notifications.unsubscribing import unsubscribe_path
from tests.factories import make_person
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
PREFERENCES = reverse("notifications:preferences")
ANSWERS = {
    "task": "daily",
    "nudge": "app_only",
    "reminder": "weekly",
    "life": "daily",
    "language": "en",
    "zone": "Asia/Jayapura",
}


def test_settings_are_kept_and_shown_again(client: WatchfulClient) -> None:
    person = make_person(Role.INNOVATOR)
    client.force_login(person)
    page = client.get(PREFERENCES).content.decode()
    assert "Keputusan dan tanda terima" in page
    assert "decision" not in choices_of(person).rhythms
    saved = client.post(PREFERENCES, ANSWERS, follow=True)
    assert "tersimpan" in saved.content.decode()
    chosen = choices_of(person)
    assert (chosen.language, chosen.zone) == ("en", "Asia/Jayapura")
    assert chosen.rhythms == {
        "task": "daily",
        "nudge": "app_only",
        "reminder": "weekly",
        "life": "daily",
    }


@pytest.mark.parametrize(
    "wrong", [{"task": "kapan-kapan"}, {"language": "fr"}, {"zone": "Europe/London"}, {"task": ""}]
)
def test_what_is_not_offered_is_refused(client: WatchfulClient, wrong: dict[str, str]) -> None:
    client.force_login(make_person())
    assert client.post(PREFERENCES, ANSWERS | wrong).status_code == 422
    assert not Preference.objects.exists()


def test_a_mandatory_kind_can_not_be_switched_off(client: WatchfulClient) -> None:
    client.force_login(make_person())
    client.post(PREFERENCES, ANSWERS | {"decision": "app_only"})
    assert not Subscription.objects.filter(kind="decision").exists()


def test_settings_are_the_own_and_need_an_account(client: WatchfulClient) -> None:
    assert client.get(PREFERENCES).status_code == 302
    other = make_person()
    notify(recipients=[other], subject="Rahasia orang lain", body="Isi")
    client.force_login(make_person())
    assert "Rahasia orang lain" not in client.get(PREFERENCES).content.decode()


def test_the_page_says_what_became_of_each_mail(client: WatchfulClient) -> None:
    person = make_person()
    for number in range(4):
        notify(recipients=[person], subject=f"Kabar {number}", body="Isi")
    queued, sent, failed, refused = Mail.objects.order_by("pk")
    now = clock.now()
    Mail.objects.filter(pk=sent.pk).update(sent_at=now, attempts=1)
    Mail.objects.filter(pk=failed.pk).update(failed_at=now, fault=Fault.NO_ANSWER, attempts=2)
    Mail.objects.filter(pk=refused.pk).update(
        failed_at=now, fault=Fault.REFUSED, answer="550", given_up_at=now
    )
    client.force_login(person)
    page = client.get(PREFERENCES).content.decode()
    for text in (
        "Dalam antrean",
        "Surel terkirim",
        "Belum terkirim: server surel tidak menjawab",
        "2 percobaan",
        "Tidak terkirim: alamat ditolak server surel 550",
    ):
        assert text in page, text
    assert queued.subject in page


def test_settings_cost_the_same_for_one_and_many(client: WatchfulClient) -> None:
    person = make_person()
    client.force_login(person)
    costs = []
    for number in (1, 2, 20):
        for _ in range(number):
            notify(recipients=[person], subject="Kabar", body="Isi")
        client.get(PREFERENCES)
        with CaptureQueriesContext(connection) as context:
            client.get(PREFERENCES)
        costs.append(len(context))
    assert len(set(costs)) == 1
    assert costs[0] <= 15


def test_opening_the_link_of_a_mail_changes_nothing_pressing_does(client: WatchfulClient) -> None:
    person = make_person()
    address = unsubscribe_path(person.pk, NUDGE.key)
    for method in (client.get, client.head, client.get):
        assert method(address).status_code == 200
    assert not Subscription.objects.exists()
    page = client.post(address).content.decode()
    assert "Surel dihentikan" in page
    assert choices_of(person).rhythms["nudge"] == Rhythm.APP_ONLY
    assert choices_of(person).rhythms["task"] == Rhythm.DIRECT


@pytest.mark.parametrize("kind", ["decision", "account", "tidak-ada"])
def test_a_link_for_a_mandatory_kind_is_not_found(client: WatchfulClient, kind: str) -> None:
    address = unsubscribe_path(make_person().pk, kind)
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


def test_a_forged_link_is_not_found(client: WatchfulClient) -> None:
    address = unsubscribe_path(make_person().pk, NUDGE.key)
    assert client.post(address[:-3] + "aa/").status_code == 404
    assert client.get("/surel/berhenti/x/").status_code == 404


def test_a_link_of_an_erased_person_does_no_harm() -> None:
    unsubscribe(user_id=10**9, kind=NUDGE)
    assert not Subscription.objects.exists()
