"""The secretariat opens agencies on letters; admins keep their invitations in order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.actions.people import end_membership, invite_member
from agencies.enums import Role
from agencies.models import AgencyLetter, Invitation, Membership
from sinovik.audit import clock
from tests.factories import (
    make_agency,
    make_contest,
    make_person,
    make_team,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
LIST = reverse("agencies:agency_admission_list")
MEMBERS = reverse("agencies:membership_list")
TYPED = {"number": "065/12", "dated_on": "2026-01-05", "email": "a@contoh.example"}


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_officer_opens_an_agency_from_the_list(client: WatchfulClient) -> None:
    agency = make_agency("Kabupaten Jauh")
    client.force_login(make_person(Role.SECRETARIAT_OFFICER))
    assert LIST in text(client.get(reverse("competitions:work_home")))
    page = text(client.get(LIST, {"q": "jauh"}))
    address = reverse("agencies:agency_admit", args=[agency.slug])
    assert address in page
    assert "Buka dengan surat" in page
    assert "belum dibuka" in text(client.get(address))
    page = text(client.post(address, TYPED, follow=True))
    assert "Undangan admin dikirim ke a@contoh.example" in page
    assert "Pembukaan instansi: a@contoh.example · Menunggu jawaban" in page
    assert "Tunjuk admin dengan surat" in text(client.get(LIST, {"q": "jauh"}))
    again = text(client.post(address, TYPED))
    assert "sudah diundang untuk peran tersebut" in again
    assert AgencyLetter.objects.count() == 1


def test_mistakes_keep_what_was_typed(client: WatchfulClient) -> None:
    address = reverse("agencies:agency_admit", args=[make_agency().slug])
    client.force_login(make_person(Role.SECRETARIAT_HEAD))
    page = text(client.post(address, {"number": "065/12", "dated_on": "kemarin", "email": ""}))
    for words in ("065/12", "Tulis tanggal surat", "Isi surel admin"):
        assert words in page
    late = text(client.post(address, TYPED | {"dated_on": "2999-01-01"}))
    assert "Tanggal surat belum tiba" in late
    assert not AgencyLetter.objects.exists()


def test_officer_is_told_why_an_agency_with_an_admin_is_the_heads(client: WatchfulClient) -> None:
    address = reverse("agencies:agency_admit", args=[make_team().agency.slug])
    client.force_login(make_person(Role.SECRETARIAT_OFFICER))
    page = text(client.get(address))
    assert "sudah punya admin" in page
    assert "Catat surat dan undang admin" not in page
    assert "sudah punya admin" in text(client.post(address, TYPED))
    client.force_login(make_person(Role.SECRETARIAT_HEAD))
    assert "Catat surat dan undang admin" in text(client.get(address))


def test_others_do_not_see_who_is_open(client: WatchfulClient) -> None:
    team = make_team()
    for user in (team.admin, team.innovator, make_person(Role.OBSERVER)):
        client.force_login(user)
        assert client.get(LIST).status_code == 403
        address = reverse("agencies:agency_admit", args=[team.agency.slug])
        assert client.post(address, TYPED).status_code == 403


def test_list_costs_the_same_for_one_and_three(client: WatchfulClient) -> None:
    client.force_login(make_person(Role.SECRETARIAT_OFFICER))

    def cost() -> int:
        with CaptureQueriesContext(connection) as context:
            client.get(LIST)
        return len(context)

    cost()
    few = cost()
    for _ in range(3):
        make_team()
    assert cost() == few <= 15
    assert "Tidak ada instansi yang cocok" in text(client.get(LIST, {"q": "zzz"}))


def test_admin_sends_again_and_takes_back(client: WatchfulClient) -> None:
    team = make_team()
    with clock.at(clock.now() - timedelta(days=20)):
        invitation = invite_member(
            by=team.admin, agency=team.agency, email="a@contoh.example", role=Role.INNOVATOR
        )
    client.force_login(team.admin)
    assert "Kedaluwarsa" in text(client.get(MEMBERS))
    resend = reverse("agencies:invitation_resend", args=[invitation.pk])
    revoke = reverse("agencies:invitation_revoke", args=[invitation.pk])
    assert "dikirim ulang ke a@contoh.example" in text(client.post(resend, follow=True))
    assert "baru saja dikirim" in text(client.post(resend, follow=True))
    assert "untuk a@contoh.example dibatalkan" in text(client.post(revoke, follow=True))
    assert "Tidak ada undangan yang menunggu" in text(client.get(MEMBERS))
    invitation.refresh_from_db()
    link = reverse("agencies:invitation_accept", args=[invitation.token])
    page = client.get(link)
    assert page.status_code == 410
    assert "dibatalkan" in page.content.decode()
    client.force_login(make_team().admin)
    assert client.post(revoke).status_code == 404


def test_head_sees_no_agency_roles_to_give_in_an_agency(client: WatchfulClient) -> None:
    team = make_team()
    client.force_login(make_person(Role.SECRETARIAT_HEAD))
    page = text(client.get(MEMBERS, {"instansi": team.agency.slug}))
    assert 'value="agency_admin"' not in page
    assert 'value="evaluator"' in page


def test_ended_role_bites_the_next_request_of_an_open_session(client: WatchfulClient) -> None:
    contest = make_contest(entries=1)
    (entry,) = contest.entries
    team = contest.team
    client.force_login(team.innovator)
    pages = [
        reverse("competitions:entry_tasks", args=[entry.pk]),
        reverse("competitions:entry_section", args=[entry.pk, "novelty"]),
        reverse("competitions:entry_send", args=[entry.pk]),
        reverse("competitions:dossier_versions", args=[entry.innovation_id]),
        reverse("innovations:innovation_work", args=[entry.innovation_id]),
    ]
    assert all(client.get(address).status_code == 200 for address in pages)
    membership = Membership.objects.get(user=team.innovator)
    end_membership(by=team.admin, membership=membership)
    assert [client.get(address).status_code for address in pages] == [404, 404, 404, 404, 403]
    assert client.post(pages[2]).status_code == 404
    assert client.get(reverse("competitions:entry_create")).status_code == 403
    entry.refresh_from_db()
    assert entry.state == "draft"


def test_ended_admin_submits_nothing_more(client: WatchfulClient) -> None:
    team = make_team()
    make_person(Role.AGENCY_ADMIN, agency=team.agency)
    client.force_login(team.admin)
    assert client.get(MEMBERS).status_code == 200
    membership = Membership.objects.get(user=team.admin)
    end_membership(by=make_person(Role.SECRETARIAT_HEAD), membership=membership)
    assert client.get(MEMBERS).status_code == 403
    assert (
        client.post(
            reverse("agencies:member_invite"), {"email": "x@contoh.example", "role": "innovator"}
        ).status_code
        == 403
    )
    assert not Invitation.objects.exists()
