"""Sessions are listed, ended one by one or all, and end by themselves (ASVS 7.3, 7.4, 8.3)."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from agencies.actions.people import accept_invitation, end_membership, invite_member
from agencies.enums import Role
from agencies.models import Invitation, User
from agencies.queries.devices import devices_of
from sinovik.audit.models import AuditEvent
from tests.factories import make_person, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

PASSWORD = "kopi pagi di Sleman 2019"
LIST = "/akun/keamanan/perangkat/"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/126.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture(autouse=True)
def forget_limits() -> None:
    cache.clear()


@pytest.fixture
def sari() -> User:
    person = make_person(Role.INNOVATOR, name="Sari, inovator")
    person.set_password(PASSWORD)
    person.save()
    return person


def signed_in(person: User, agent: str = "", at: str = "192.0.2.1") -> WatchfulClient:
    client = WatchfulClient(HTTP_USER_AGENT=agent, REMOTE_ADDR=at)
    client.post("/akun/masuk/", {"login": person.email, "password": PASSWORD})
    assert is_alive(client)
    return client


def is_alive(client: WatchfulClient) -> bool:
    return client.get("/akun/sesi/").status_code == 200


def test_devices_are_listed_and_one_is_ended(sari: User) -> None:
    here, phone = signed_in(sari), signed_in(sari, PHONE, "192.0.2.77")
    page = here.get(LIST).content.decode()
    for text in ("Chrome · Android", "192.0.2.77", "Perangkat ini"):
        assert text in page
    row = UserSession.objects.get(ip="192.0.2.77")
    assert here.post(reverse("agencies:device_end", args=[row.pk])).status_code == 302
    assert is_alive(here)
    assert not is_alive(phone)
    assert "192.0.2.77" not in here.get(LIST).content.decode()
    assert AuditEvent.objects.filter(verb="session_ended", actor_id=sari.pk).exists()


def test_nobody_ends_or_sees_the_device_of_another(sari: User) -> None:
    other = signed_in(sari, PHONE, "192.0.2.77")
    stranger = WatchfulClient()
    stranger.force_login(make_person(Role.INNOVATOR))
    row = UserSession.objects.get()
    assert stranger.post(reverse("agencies:device_end", args=[row.pk])).status_code == 404
    assert "192.0.2.77" not in stranger.get(LIST).content.decode()
    assert is_alive(other)


def test_all_others_end_at_once_even_unlisted_ones(sari: User) -> None:
    here, phone, unlisted = signed_in(sari), signed_in(sari, PHONE), WatchfulClient()
    unlisted.force_login(sari)
    key = here.session.session_key
    here.post(reverse("agencies:devices_end"))
    assert [is_alive(client) for client in (here, phone, unlisted)] == [True, False, False]
    assert here.session.session_key != key
    assert len(devices_of(sari, here.session.session_key or "")) == 1


def test_old_cookie_is_dead_after_signing_out(sari: User) -> None:
    client, thief = signed_in(sari), WatchfulClient()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_alive(thief)
    client.post("/akun/keluar/")
    assert not is_alive(thief)


def test_old_cookie_is_dead_after_deactivation(sari: User) -> None:
    client = signed_in(sari)
    User.objects.filter(pk=sari.pk).update(is_active=False)
    assert not is_alive(client)


def test_old_cookie_is_dead_after_a_role_ended() -> None:
    team = make_team()
    client = WatchfulClient()
    client.force_login(team.innovator)
    end_membership(by=team.admin, membership=team.innovator.memberships.get())
    assert not is_alive(client)


def test_new_role_ends_other_sessions_and_not_the_one_that_took_it(sari: User) -> None:
    here, phone = signed_in(sari), signed_in(sari, PHONE)
    head = make_person(Role.SECRETARIAT_HEAD)
    agency = head.memberships.get().agency
    invite_member(by=head, agency=agency, email=sari.email, role=Role.EVALUATOR)
    here.post(reverse("agencies:invitation_accept", args=[Invitation.objects.get().token]))
    assert is_alive(here)
    assert not is_alive(phone)
    invite_member(by=head, agency=agency, email=sari.email, role=Role.PANELIST)
    accept_invitation(invitation=Invitation.objects.latest("pk"), name="", password="")
    assert not is_alive(here)


def test_changed_password_ends_the_others_and_tells(sari: User) -> None:
    here, phone = signed_in(sari), signed_in(sari, PHONE)
    fresh = "teh sore di Bantul 2020"
    form = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    assert here.post("/akun/sandi/ubah/", form).status_code == 302
    assert is_alive(here)
    assert not is_alive(phone)
    assert [message.subject for message in mail.outbox] == ["Kata sandi SINOVIK Anda diubah"]
    assert len(devices_of(sari, here.session.session_key or "")) == 1


@pytest.mark.parametrize(("minutes", "lives"), [(119, True), (121, False)])
def test_idle_session_ends_after_two_hours(sari: User, minutes: int, lives: bool) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as moved:
        client = signed_in(sari)
        moved.move_to(start + timedelta(minutes=minutes))
        # Asking what is left is no use of it.
        assert is_alive(client) is lives
        moved.move_to(start + timedelta(minutes=121))
        assert not is_alive(client)


def test_session_in_use_ends_after_twelve_hours_all_the_same(sari: User) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as moved:
        client = signed_in(sari)
        for hours in range(1, 12):
            moved.move_to(start + timedelta(hours=hours))
            assert client.get("/kerja/").status_code == 200
            client.post("/akun/sesi/")
        assert client.get("/akun/sesi/").json()["left"] == 3600
        moved.move_to(start + timedelta(hours=12, seconds=1))
        assert client.get("/kerja/").status_code == 302


def test_use_is_noted_at_most_every_five_minutes(sari: User) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as moved:
        client = signed_in(sari)
        noted = []
        for minutes in (1, 4, 6, 8):
            moved.move_to(start + timedelta(minutes=minutes))
            client.get("/kerja/")
            seen = UserSession.objects.get().last_seen_at - start
            ends = Session.objects.get().expire_date - start
            noted.append((round(seen.total_seconds() / 60), round(ends.total_seconds() / 60)))
        assert noted == [(0, 120), (0, 120), (6, 126), (6, 126)]
