"""Members, units and invitations in the browser."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.actions.people import invite_member
from agencies.enums import Role
from agencies.models import Invitation, Membership, Unit, User
from sinovik.audit import clock
from tests.factories import Team, make_agency, make_person, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
LIST = reverse("agencies:membership_list")
INVITE = reverse("agencies:member_invite")
ADD_UNIT = reverse("agencies:unit_create")
PASSWORD = "kuda baterai penjepit benar"


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def invitation(team: Team) -> Invitation:
    return invite_member(
        by=team.admin,
        agency=team.agency,
        email="baru@contoh.example",
        role=Role.INNOVATOR,
        unit=team.unit,
    )


def page(response: HttpResponse) -> str:
    return response.content.decode()


def accept(invitation: Invitation) -> str:
    return reverse("agencies:invitation_accept", args=[invitation.token])


def end(membership: Membership) -> str:
    return reverse("agencies:membership_end", args=[membership.pk])


def test_list_shows_people_units_and_invitations(
    client: WatchfulClient, team: Team, invitation: Invitation
) -> None:
    client.force_login(team.admin)
    response = page(client.get(LIST))
    for words in (team.innovator.name, team.unit.name, invitation.email, "2 anggota"):
        assert words in response
    assert invitation.token not in response


def test_list_is_not_for_innovators_and_other_agencies(client: WatchfulClient, team: Team) -> None:
    client.force_login(team.innovator)
    assert client.get(LIST).status_code == 403
    client.force_login(make_team().admin)
    assert team.innovator.name not in page(client.get(LIST))
    assert client.get(LIST, {"instansi": team.agency.slug}).status_code == 404


def test_list_of_any_agency_opens_to_the_head(client: WatchfulClient, team: Team) -> None:
    head = make_person(Role.SECRETARIAT_HEAD)
    client.force_login(head)
    assert head.name in page(client.get(LIST))
    response = page(client.get(LIST, {"instansi": team.agency.slug}))
    assert team.innovator.name in response
    assert "Tim evaluasi" in response


def test_invite_sends_one_and_says_so(client: WatchfulClient, team: Team) -> None:
    client.force_login(team.admin)
    response = client.post(
        INVITE,
        {"email": "Rina@Contoh.example", "role": "innovator", "unit": team.unit.pk},
        follow=True,
    )
    assert response.redirect_chain == [(LIST, 302)]
    assert "Undangan dikirim ke rina@contoh.example" in page(response)
    assert Invitation.objects.get().unit == team.unit


def test_invite_keeps_what_was_typed_when_refused(client: WatchfulClient, team: Team) -> None:
    client.force_login(team.admin)
    response = client.post(INVITE, {"email": "bukan surel", "role": ""})
    assert "bukan surel" in page(response)
    assert "Pilih peran" in page(response)
    held = client.post(INVITE, {"email": team.innovator.email, "role": "innovator"})
    assert "sudah memiliki peran tersebut" in page(held)
    assert team.innovator.email in page(held)


def test_invite_to_a_role_of_the_ministry_is_refused(client: WatchfulClient, team: Team) -> None:
    client.force_login(team.admin)
    client.post(INVITE, {"email": "a@contoh.example", "role": "secretariat_head"})
    assert not Invitation.objects.exists()


def test_invite_to_a_unit_of_another_agency_is_refused(client: WatchfulClient, team: Team) -> None:
    client.force_login(team.admin)
    other = make_team().unit
    client.post(INVITE, {"email": "a@contoh.example", "role": "innovator", "unit": other.pk})
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("address", [INVITE, ADD_UNIT])
def test_forms_answer_a_reload_with_the_list(
    client: WatchfulClient, team: Team, address: str
) -> None:
    client.force_login(team.admin)
    assert client.get(address).url == LIST


def test_unit_is_added_once_whatever_its_case(client: WatchfulClient, team: Team) -> None:
    client.force_login(team.admin)
    assert client.post(ADD_UNIT, {"name": " Puskesmas  Depok "}).url == LIST
    assert Unit.objects.filter(agency=team.agency, name="Puskesmas Depok").exists()
    again = page(client.post(ADD_UNIT, {"name": "puskesmas depok"}))
    assert "sudah ada di instansi Anda" in again
    assert "puskesmas depok" in again


def test_end_asks_once_and_ends_at_once(client: WatchfulClient, team: Team) -> None:
    membership = Membership.objects.get(user=team.innovator)
    client.force_login(team.admin)
    assert "Akhiri peran" in page(client.get(end(membership)))
    assert Membership.objects.active().filter(pk=membership.pk).exists()
    assert client.post(end(membership)).url == LIST
    assert not Membership.objects.active().filter(pk=membership.pk).exists()
    assert client.get(end(membership)).status_code == 404


def test_end_of_the_own_role_is_refused(client: WatchfulClient, team: Team) -> None:
    own = Membership.objects.get(user=team.admin)
    client.force_login(team.admin)
    assert end(own) not in page(client.get(LIST))
    assert "tidak dapat mengakhiri peran Anda sendiri" in page(client.post(end(own)))


def test_end_of_another_agencys_role_is_not_found(client: WatchfulClient, team: Team) -> None:
    foreign = Membership.objects.get(user=make_team().innovator)
    client.force_login(team.admin)
    assert client.post(end(foreign)).status_code == 404


def test_opening_an_invitation_changes_nothing(
    client: WatchfulClient, invitation: Invitation
) -> None:
    assert client.head(accept(invitation)).status_code == 200
    response = client.get(accept(invitation))
    assert "Anda diundang sebagai Inovator" in page(response)
    assert "no-store" in response["Cache-Control"]
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not User.objects.filter(email=invitation.email).exists()


def test_accepting_makes_an_account_and_signs_in(
    client: WatchfulClient, team: Team, invitation: Invitation
) -> None:
    response = client.post(accept(invitation), {"name": "Rina Amelia", "password": PASSWORD})
    assert response.url == reverse("competitions:work_home")
    user = User.objects.get(email=invitation.email)
    assert user.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.active_memberships[0].unit == team.unit


def test_accepting_with_a_weak_password_keeps_the_name(
    client: WatchfulClient, invitation: Invitation
) -> None:
    response = client.post(accept(invitation), {"name": "Rina Amelia", "password": "pendek"})
    assert response.status_code == 422
    assert "Rina Amelia" in page(response)
    assert "Kesalahan:" in page(response)
    assert not User.objects.filter(email=invitation.email).exists()


def test_accepting_for_an_account_that_exists_asks_it_to_sign_in(
    client: WatchfulClient, team: Team
) -> None:
    person = make_person(Role.INNOVATOR)
    invitation = invite_member(
        by=team.admin, agency=team.agency, email=person.email, role=Role.INNOVATOR
    )
    assert "sudah punya akun" in page(client.get(accept(invitation)))
    response = client.post(accept(invitation))
    assert response.url == reverse("account_login")
    assert "_auth_user_id" not in client.session
    assert person.memberships.filter(agency=team.agency).exists()


def test_accepting_twice_says_who_can_send_a_new_one(
    client: WatchfulClient, team: Team, invitation: Invitation
) -> None:
    client.post(accept(invitation), {"name": "Rina", "password": PASSWORD})
    response = client.get(accept(invitation))
    assert response.status_code == 410
    assert "sudah dipakai" in page(response)
    assert team.admin.name in page(response)
    assert client.post(accept(invitation), {"name": "X", "password": PASSWORD}).status_code == 410


def test_accepting_too_late_is_refused(client: WatchfulClient, invitation: Invitation) -> None:
    with clock.at(clock.now() + timedelta(days=15)):
        response = client.post(accept(invitation), {"name": "Rina", "password": PASSWORD})
    assert response.status_code == 410
    assert "kedaluwarsa" in page(response)


def test_a_made_up_invitation_is_not_found(client: WatchfulClient) -> None:
    assert client.get(reverse("agencies:invitation_accept", args=["x" * 43])).status_code == 404


def test_list_costs_the_same_for_few_and_many(client: WatchfulClient, team: Team) -> None:
    client.force_login(team.admin)

    def cost() -> int:
        with CaptureQueriesContext(connection) as context:
            client.get(LIST)
        return len(context)

    cost()
    few = cost()
    for _ in range(3):
        make_person(Role.INNOVATOR, agency=team.agency, unit=team.unit)
    assert cost() == few <= 15
    assert make_agency().name not in page(client.get(LIST))
