"""Before what can't be undone people prove anew who they are, and lose no text (ASVS 7.5.1)."""

import re
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from agencies.actions.people import invite_member
from agencies.enums import Role
from agencies.models import AgencyLetter, Invitation, Membership, User
from competitions.actions.cut_offs import apply_cut_off
from competitions.enums import CutOffState, ExtensionState, StageState
from competitions.models import Announcement, Appointment
from sinovik.audit import clock
from sinovik.home.addresses import all_addresses
from tests import factories
from tests.factories import FIRST, make_agency, make_person, make_team
from tests.pages import WatchfulClient
from tests.proving import RECORDS
from tests.rules.test_extensions import propose
from tests.web.test_ranking_board import at, decree

pytestmark = pytest.mark.django_db

PASSWORD = "kopi pagi di Sleman 2019"
PROOF = "/akun/pastikan/"
ASKING = {
    "agencies:agency_admit",
    "agencies:member_invite",
    "agencies:membership_end",
    "agencies:membership_extend",
    "agencies:support",
    "competitions:announcement_schedule",
    "competitions:assignment_appoint",
    "competitions:cut_off_confirm",
    "competitions:cut_off_lock",
    "competitions:decree_enter",
    "competitions:extension_decide",
    "competitions:stage_close",
}


def signed_in_before(client: WatchfulClient, person: User, seconds: float) -> None:
    client.force_login(person)
    session = client.session
    session[RECORDS][0]["at"] = time.time() - seconds
    session.save()


def long_ago(client: WatchfulClient, person: User) -> None:
    signed_in_before(client, person, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1)


def prove(client: WatchfulClient, person: User, asked: str) -> str:
    """Type the password where the refused POST led; returns where that leads."""
    cache.clear()
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    session = client.session
    session["_auth_user_hash"] = person.get_session_auth_hash()
    session.save()
    assert asked.startswith(PROOF)
    page = client.get(asked).content.decode()
    assert "Isian Anda kami simpan" in page
    key = client.session.session_key
    response = client.post(asked, {"password": PASSWORD})
    assert client.session.session_key != key
    return str(response["Location"])


def test_those_pages_and_no_others_ask() -> None:
    asking = {a.name for a in all_addresses() if getattr(a.view, "asks_fresh_proof", False)}
    assert asking == ASKING


@pytest.mark.parametrize(("seconds", "asks"), [(-2, False), (2, True)])
def test_proof_counts_to_its_last_second(client: WatchfulClient, seconds: int, asks: bool) -> None:
    team = make_team()
    signed_in_before(client, team.admin, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + seconds)
    answer = client.post(
        reverse("agencies:member_invite"), {"email": "a@contoh.id", "role": Role.INNOVATOR}
    )
    assert answer["Location"].startswith(PROOF) is asks
    assert Invitation.objects.exists() is not asks


def test_invitation_waits_typed_until_the_password_is_given(client: WatchfulClient) -> None:
    team = make_team()
    long_ago(client, team.admin)
    typed = {"email": "baru@contoh.id", "role": Role.INNOVATOR}
    refused = client.post(reverse("agencies:member_invite"), typed)
    back = prove(client, team.admin, refused["Location"])
    assert back == reverse("agencies:membership_list")
    page = client.get(back).content.decode()
    assert 'value="baru@contoh.id"' in page
    assert not Invitation.objects.exists()
    client.post(reverse("agencies:member_invite"), typed)
    assert Invitation.objects.get().email == "baru@contoh.id"


def test_wrong_password_proves_nothing(client: WatchfulClient) -> None:
    team = make_team()
    team.admin.set_password(PASSWORD)
    team.admin.save()
    long_ago(client, team.admin)
    end = reverse("agencies:membership_end", args=[team.innovator.memberships.get().pk])
    asked = client.post(end)["Location"]
    assert client.post(asked, {"password": "salah sekali 123"}).status_code == 422
    assert client.post(end)["Location"] == asked


def test_role_is_ended_after_a_proof(client: WatchfulClient) -> None:
    team = make_team()
    membership = team.innovator.memberships.get()
    end = reverse("agencies:membership_end", args=[membership.pk])
    long_ago(client, team.admin)
    assert prove(client, team.admin, client.post(end)["Location"]) == end
    assert Membership.objects.active().filter(pk=membership.pk).exists()
    client.post(end)
    assert not Membership.objects.active().filter(pk=membership.pk).exists()


def test_agency_is_admitted_after_a_proof(client: WatchfulClient) -> None:
    officer, agency = make_person(Role.SECRETARIAT_OFFICER), make_agency()
    path = reverse("agencies:agency_admit", args=[agency.slug])
    typed = {"number": "065/77/ORG", "dated_on": "2026-01-31", "email": "a@contoh.id"}
    long_ago(client, officer)
    back = prove(client, officer, client.post(path, typed)["Location"])
    assert 'value="065/77/ORG"' in client.get(back).content.decode()
    assert not AgencyLetter.objects.exists()
    client.post(path, typed)
    assert AgencyLetter.objects.exists()


def test_list_is_locked_and_announced_after_a_proof(client: WatchfulClient) -> None:
    contest = factories.make_contest(FIRST, entries=3)
    apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    lock, confirm = at("cut_off_lock", contest), at("cut_off_confirm", contest)
    long_ago(client, contest.head)
    back = prove(client, contest.head, client.post(lock, {"reason": "Pleno 10 Mei."})["Location"])
    assert "Pleno 10 Mei." in client.get(back).content.decode()
    assert contest.cut_off(FIRST).state == CutOffState.PROVISIONAL
    client.post(lock, {"reason": "Pleno 10 Mei."})
    long_ago(client, contest.second)
    returned = {"action": "return", "reason": "Satu belum cocok."}
    back = prove(client, contest.second, client.post(confirm, returned)["Location"])
    assert "Satu belum cocok." in client.get(back).content.decode()
    assert contest.cut_off(FIRST).state == CutOffState.LOCK_PROPOSED
    client.post(confirm, {"action": "confirm"})
    assert contest.cut_off(FIRST).state == CutOffState.LOCKED
    enter, schedule = at("decree_enter", contest), at("announcement_schedule", contest)
    for path in (enter, schedule):
        long_ago(client, contest.head)
        back = prove(client, contest.head, client.post(path, decree())["Location"])
        assert back == enter
        assert 'value="636 Tahun 2027"' in client.get(back).content.decode()
    assert not Announcement.objects.exists()
    client.post(schedule, decree())
    assert Announcement.objects.exists()


def test_stage_is_closed_after_a_proof(client: WatchfulClient) -> None:
    contest = factories.make_contest(factories.REGISTRATION, entries=0)
    stage = contest.stage(factories.REGISTRATION)
    path = reverse("competitions:stage_close", args=[stage.pk])
    long_ago(client, contest.head)
    with clock.at(stage.closes_at + timedelta(hours=1)):
        assert prove(client, contest.head, client.post(path)["Location"]) == path
        assert contest.stage(factories.REGISTRATION).state == StageState.OPEN
        client.post(path)
    assert contest.stage(factories.REGISTRATION).state == StageState.CLOSED


def test_moved_deadline_is_decided_after_a_proof(client: WatchfulClient) -> None:
    contest = factories.make_contest(factories.REGISTRATION, entries=0)
    row = propose(contest)
    path = reverse("competitions:extension_decide", args=[row.pk])
    long_ago(client, contest.head)
    declined = {"action": "reject", "reason": "Surat belum ada."}
    assert prove(client, contest.head, client.post(path, declined)["Location"]) == path
    assert "Surat belum ada." in client.get(path).content.decode()
    long_ago(client, contest.head)
    assert prove(client, contest.head, client.post(path, {"action": "confirm"})["Location"]) == path
    assert client.get(path).status_code == 200
    row.refresh_from_db()
    assert row.state == ExtensionState.PROPOSED
    client.post(path, {"action": "confirm"})
    row.refresh_from_db()
    assert row.state == ExtensionState.CONFIRMED


def test_judge_is_appointed_after_a_proof(client: WatchfulClient) -> None:
    contest = factories.make_contest(factories.REVIEW, entries=1)
    judge, before = make_person(Role.EVALUATOR), Appointment.objects.count()
    path = at("assignment_appoint", contest, slug=factories.REVIEW)
    long_ago(client, contest.head)
    back = prove(client, contest.head, client.post(path, {"users": [judge.pk]})["Location"])
    assert re.search(rf'value="{judge.pk}"[^>]* checked', client.get(back).content.decode())
    assert Appointment.objects.count() == before
    client.post(path, {"users": [judge.pk]})
    assert Appointment.objects.count() == before + 1


def test_form_of_one_person_never_comes_back_to_another(client: WatchfulClient) -> None:
    team = make_team()
    invite_member(by=team.admin, agency=team.agency, email="x@contoh.id", role=Role.AGENCY_ADMIN)
    long_ago(client, team.admin)
    client.post(reverse("agencies:member_invite"), {"email": "rahasia@contoh.id"})
    other = make_person(Role.AGENCY_ADMIN, agency=team.agency)
    client.force_login(other)
    page = client.get(reverse("agencies:membership_list")).content.decode()
    assert "rahasia@contoh.id" not in page
