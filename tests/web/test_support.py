"""Looking as somebody else to help: told, logged, short, and never more than looking."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from agencies.enums import Role
from agencies.models import Membership, User
from innovations.models import Innovation
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Mail
from tests.factories import Team, make_innovations, make_person, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
START, END = reverse("agencies:support"), reverse("agencies:support_end")
HOME = reverse("competitions:work_home")
REASON = "Tidak menemukan tombol ajukan"
BANNER = "Anda melihat sebagai"


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def officer() -> User:
    return make_person(Role.SECRETARIAT_OFFICER)


def look(client: WatchfulClient, by: User, person: User, reason: str = REASON) -> int:
    client.force_login(by)
    return client.post(START, {"email": person.email, "reason": reason}).status_code


def test_looking_shows_the_persons_page_with_a_banner_and_is_told(
    client: WatchfulClient, team: Team, officer: User
) -> None:
    assert look(client, officer, team.innovator) == 302
    page = client.get(HOME).content.decode()
    assert BANNER in page
    assert team.innovator.name in page
    event = AuditEvent.objects.get(verb="support_started")
    assert (event.actor_id, event.object_id) == (officer.pk, team.innovator.pk)
    assert event.payload == {"reason": REASON}
    mail = Mail.objects.get(recipient=team.innovator)
    assert REASON in mail.text
    assert officer.name in mail.text
    client.force_login(team.innovator)
    assert REASON in client.get(reverse("mfa_index")).content.decode()


def test_nothing_acts_while_looking(client: WatchfulClient, team: Team, officer: User) -> None:
    (draft,) = make_innovations(team)
    look(client, officer, team.innovator)
    edit = reverse("innovations:innovation_edit", args=[draft.pk])
    assert client.get(edit).status_code == 200
    for method in ("post", "put", "patch", "delete"):
        for path in (edit, HOME, reverse("agencies:support"), reverse("account_change_password")):
            assert getattr(client, method)(path, {"title": "Lain"}).status_code == 403
    assert Innovation.objects.get(pk=draft.pk).title == draft.title


def test_own_account_stays_closed(client: WatchfulClient, team: Team, officer: User) -> None:
    look(client, officer, team.innovator)
    for name in ("mfa_index", "agencies:device_list", "home:own_data", "mfa_activate_totp"):
        assert client.get(reverse(name)).status_code == 403
        assert client.get(f"/en{reverse(name)}").status_code in (403, 404)


def test_it_ends_by_the_button_and_after_half_an_hour(
    client: WatchfulClient, team: Team, officer: User
) -> None:
    look(client, officer, team.innovator)
    assert client.post(END).status_code == 302
    assert BANNER not in client.get(HOME).content.decode()
    assert AuditEvent.objects.filter(verb="support_ended").count() == 1
    look(client, officer, team.innovator)
    started = clock.now()
    with time_machine.travel(started + timedelta(minutes=29, seconds=50), tick=False):
        assert BANNER in client.get(HOME).content.decode()
    with time_machine.travel(started + timedelta(minutes=30, seconds=1), tick=False):
        assert client.get(HOME)["Location"] == START
        assert BANNER not in client.get(HOME).content.decode()


@pytest.mark.parametrize(
    "role",
    [
        Role.EVALUATOR,
        Role.PANELIST,
        Role.OBSERVER,
        Role.SECRETARIAT_HEAD,
        Role.SECRETARIAT_OFFICER,
    ],
)
def test_nobody_who_marks_or_decides_is_looked_at(
    client: WatchfulClient, officer: User, team: Team, role: str
) -> None:
    assert look(client, officer, make_person(role)) == 200
    assert BANNER not in client.get(HOME).content.decode()
    look(client, officer, team.innovator)
    Membership.objects.create(
        user=team.innovator, agency=team.agency, role=role, started_at=clock.now()
    )
    assert client.get(HOME)["Location"] == START


def test_others_may_not_and_a_reason_is_needed(
    client: WatchfulClient, team: Team, officer: User
) -> None:
    for stranger in (team.admin, make_person(Role.EVALUATOR), make_person(Role.OBSERVER)):
        assert look(client, stranger, team.innovator) == 403
    assert look(client, officer, team.innovator, "x") == 200
    assert look(client, officer, officer) == 200
    assert not AuditEvent.objects.filter(verb="support_started").exists()


def test_it_stops_with_the_right_of_who_looks(
    client: WatchfulClient, team: Team, officer: User
) -> None:
    look(client, officer, team.innovator)
    Membership.objects.filter(user=officer).update(ended_at=clock.now(), ended_by=officer)
    assert client.get(HOME).status_code == 302
    assert BANNER not in client.get(reverse("home:front")).content.decode()
