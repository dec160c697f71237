"""Whether mails reached an agency's people: state for the admin, never the words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from agencies.models import User
from agencies.permissions import can_see_mails
from sinovik.audit import clock
from sinovik.notifications import notify
from sinovik.notifications.models import Fault, Mail
from tests.factories import make_person, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
MAILS = reverse("agencies:mail_list")


def page_of(client: WatchfulClient, user: User, query: str = "") -> str:
    client.force_login(user)
    response = client.get(MAILS + query)
    assert response.status_code == 200
    return response.content.decode()


def test_admin_sees_states_of_the_own_people_and_no_words(client: WatchfulClient) -> None:
    team, other = make_team(), make_team()
    for person in (team.innovator, other.innovator):
        notify(recipients=[person], subject="Kata rahasia", body="Isi rahasia")
    page = page_of(client, team.admin)
    assert team.innovator.name in page
    assert "Dalam antrean" in page
    assert f">{other.innovator.name}<" not in page
    assert "rahasia" not in page


def test_secretariat_sees_everybody_and_what_failed(client: WatchfulClient) -> None:
    team = make_team()
    notify(recipients=[team.innovator, team.admin], subject="Kabar", body="Isi")
    Mail.objects.filter(recipient=team.admin.pk).update(
        fault=Fault.NO_ANSWER, failed_at=clock.now(), attempts=1
    )
    officer = make_person(Role.SECRETARIAT_OFFICER)
    page = page_of(client, officer)
    assert f">{team.innovator.name}<" in page
    failed = page_of(client, officer, "?keadaan=gagal")
    assert f">{team.admin.name}<" in failed
    assert f">{team.innovator.name}<" not in failed
    assert "server surel tidak menjawab" in failed


def test_nothing_failed_is_said(client: WatchfulClient) -> None:
    admin = make_team().admin
    assert "Belum ada surel" in page_of(client, admin)
    assert "Semua surel sampai" in page_of(client, admin, "?keadaan=gagal")


def test_others_are_refused(client: WatchfulClient) -> None:
    for person in (make_team().innovator, make_person(Role.OBSERVER), make_person()):
        assert not can_see_mails(person)
        client.force_login(person)
        assert client.get(MAILS).status_code == 403
    assert can_see_mails(make_team().admin)


def test_it_costs_the_same_for_one_and_many(client: WatchfulClient) -> None:
    team = make_team()
    client.force_login(team.admin)
    costs = []
    for number in (1, 2, 30):
        for _ in range(number):
            notify(recipients=[team.innovator], subject="Kabar", body="Isi")
        client.get(MAILS)
        with CaptureQueriesContext(connection) as context:
            client.get(MAILS)
        costs.append(len(context))
    assert len(set(costs)) == 1
    assert costs[0] <= 15
