"""Roles that decide a contest open nothing private before a second factor (ASVS 6.3.3)."""

import re
from collections.abc import Iterator
from functools import partial
from io import StringIO
from threading import Barrier

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal import flows as totp_flows
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import reverse

from agencies.actions.people import invite_member
from agencies.enums import FACTOR_ROLES, Role
from agencies.models import Invitation, Membership, User
from sinovik.audit.models import AuditEvent
from sinovik.home.addresses import all_addresses
from sinovik.notifications.models import Mail
from sinovik.web.factor_forms import use_code
from sinovik.web.factors import SecondFactorMiddleware
from tests.factories import make_person
from tests.pages import WatchfulClient
from tests.proving import unproven
from tests.races import at_once

pytestmark = pytest.mark.django_db

PASSWORD = "kopi pagi di Sleman 2019"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN, CODE, ENROL = "/akun/masuk/", "/akun/masuk/kode/", "/akun/keamanan/aplikasi/"


@pytest.fixture(autouse=True)
def as_people_sign_in() -> Iterator[None]:
    cache.clear()
    with unproven():
        yield


def make_staff(role: str = Role.SECRETARIAT_OFFICER, *, has_app: bool = False) -> User:
    person = make_person(role)
    person.set_password(PASSWORD)
    person.save()
    if has_app:
        TOTP.activate(person, SECRET)
        RecoveryCodes.activate(person)
    return person


def code_now(secret: str = SECRET, later: int = 0) -> str:
    _before, now, _after = auth.yield_hotp_counters_from_time()
    return auth.format_hotp_value(auth.hotp_value(secret, now + later))


def give_password(client: WatchfulClient, person: User, path: str = LOGIN) -> str:
    return str(client.post(path, {"login": person.email, "password": PASSWORD})["Location"])


def give_code(client: WatchfulClient, code: str) -> int:
    return client.post(CODE, {"code": code}).status_code


def is_in(client: WatchfulClient) -> bool:
    return "_auth_user_id" in client.session


def enrol(client: WatchfulClient) -> str:
    page = client.get(ENROL).content.decode()
    found = re.search(r"<code>([\w ]+)<", page)
    assert found
    response = client.post(f"{ENROL}?next=/kerja/", {"code": code_now(found[1].replace(" ", ""))})
    assert response.status_code == 302, response.content.decode()[-800:]
    return str(response["Location"])


@pytest.mark.parametrize("role", sorted(FACTOR_ROLES))
def test_role_that_decides_is_led_to_enrolment(client: WatchfulClient, role: str) -> None:
    person = make_staff(role)
    assert give_password(client, person) == "/kerja/"
    assert client.get("/kerja/")["Location"] == f"{ENROL}?next=/kerja/"


@pytest.mark.parametrize("role", [Role.INNOVATOR, Role.AGENCY_ADMIN, None])
def test_other_roles_are_not(client: WatchfulClient, role: str | None) -> None:
    client.force_login(make_person(role))
    assert client.get("/kerja/").status_code == 200


def test_no_private_address_opens_before_the_factor(client: WatchfulClient) -> None:
    head = make_person(Role.SECRETARIAT_HEAD)
    client.force_login(head)
    gate = SecondFactorMiddleware(lambda request: HttpResponse())
    opened = set()
    for address in all_addresses():
        request = RequestFactory().post("/x/")
        request.user, request.session = head, client.session
        answer = gate.process_view(request, address.view, [], {})
        assert address.policy is not None
        if address.policy.is_public:
            assert request.user.is_anonymous or address.name in (
                "account_login",
                "account_logout",
                "mfa_login_webauthn",
            )
        elif answer is None:
            opened.add(address.name)
        else:
            assert str(answer["Location"]).startswith(ENROL)
    assert opened == {
        "account_reauthenticate",
        "account_session",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }


@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_gate_stands_before_every_method(client: WatchfulClient, method: str) -> None:
    client.force_login(make_person(Role.OBSERVER))
    for path in ("/kerja/", "/kerja/instansi/", "/akun/sandi/ubah/", "/akun/keamanan/kode/"):
        assert getattr(client, method)(path)["Location"].startswith(ENROL)


def test_public_page_shows_nothing_of_the_role_before_the_factor(client: WatchfulClient) -> None:
    client.force_login(make_person(Role.SECRETARIAT_HEAD, name="Rahasia, kepala"))
    page = client.get("/inovasi/").content.decode()
    assert "Rahasia" not in page
    assert "Masuk" in page


def test_enrolment_opens_the_work_and_gives_recovery_codes(client: WatchfulClient) -> None:
    person = make_staff()
    give_password(client, person)
    before = client.session.session_key
    codes_page = enrol(client)
    assert codes_page == "/akun/keamanan/kode/?next=/kerja/"
    assert client.session.session_key != before
    page = client.get(codes_page).content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", page)) == 10
    assert client.get("/kerja/").status_code == 200
    row = Authenticator.objects.get(user=person, type="totp")
    assert row.data["secret"] not in page
    assert not re.fullmatch(r"[A-Z2-7]{32}", row.data["secret"]), "stored as it is"


def test_sign_in_asks_for_the_code_and_changes_the_session_twice(client: WatchfulClient) -> None:
    person = make_staff(has_app=True)
    client.get("/akun/masuk/")
    session = client.session
    session["before"] = True
    session.save()
    keys = [session.session_key]
    assert give_password(client, person) == CODE
    keys.append(client.session.session_key)
    assert not is_in(client)
    assert client.get("/kerja/").status_code == 302
    assert give_code(client, "000000") == 422
    assert give_code(client, code_now()) == 302
    keys.append(client.session.session_key)
    assert client.get("/kerja/").status_code == 200
    assert len(set(keys)) == 3


def test_whoever_waits_for_a_code_can_turn_to_another_account(client: WatchfulClient) -> None:
    give_password(client, make_staff(has_app=True))
    assert client.get(LOGIN)["Location"] == CODE
    assert client.post(f"/akun/keluar/?next={LOGIN}")["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200


def test_code_page_without_the_password_leads_to_sign_in(client: WatchfulClient) -> None:
    assert client.get(CODE)["Location"] == LOGIN
    assert client.post(CODE, {"code": "123456"})["Location"] == LOGIN


def test_code_counts_once_and_no_earlier_one_after_it(client: WatchfulClient) -> None:
    person = make_staff(has_app=True)
    give_password(client, person)
    assert give_code(client, code_now()) == 302
    for again in (code_now(), code_now(later=-1)):
        other = WatchfulClient()
        give_password(other, person)
        cache.clear()
        assert give_code(other, again) == 422
        assert not is_in(other)
    assert give_code(other, code_now(later=1)) == 302


def test_recovery_code_counts_once_and_its_owner_is_told(client: WatchfulClient) -> None:
    person = make_staff(has_app=True)
    code = Authenticator.objects.get(user=person, type="recovery_codes").wrap().generate_codes()[0]
    give_password(client, person)
    assert give_code(client, code) == 302
    other = WatchfulClient()
    give_password(other, person)
    assert give_code(other, code) == 422
    [message] = mail.outbox
    assert "Sisa: 9 kode" in message.body
    assert AuditEvent.objects.filter(verb="recovery_code_used", object_id=person.pk).exists()


def test_many_wrong_codes_lock_the_second_step(client: WatchfulClient) -> None:
    person = make_staff(has_app=True)
    give_password(client, person)
    for _try in range(6):
        give_code(client, "000000")
    give_code(client, code_now())
    assert not is_in(client)


def test_new_password_by_mail_does_not_skip_the_code(client: WatchfulClient) -> None:
    person = make_staff(has_app=True)
    client.post("/akun/sandi/lupa/", {"email": person.email})
    found = re.search(r"https?://[^/\s]+(/akun/sandi/baru/\S+)", str(mail.outbox[0].body))
    assert found
    form = client.get(found[1], follow=True).request["PATH_INFO"]
    fresh = "teh sore di Bantul 2020"
    client.post(form, {"password1": fresh, "password2": fresh})
    assert not is_in(client)
    answer = client.post(LOGIN, {"login": person.email, "password": fresh})
    assert answer["Location"] == CODE
    assert mail.outbox[1].subject == "Kata sandi SINOVIK Anda diatur ulang"


def test_session_from_before_the_app_can_neither_work_nor_replace_it(
    client: WatchfulClient,
) -> None:
    person = make_staff()
    old = WatchfulClient()
    give_password(old, person)
    give_password(client, person)
    enrol(client)
    proof = "/akun/pastikan/kode/"
    assert old.get("/kerja/")["Location"].startswith(proof)
    for path in (ENROL, "/akun/keamanan/kode/"):
        assert old.get(path)["Location"].startswith(proof)


def test_app_is_replaced_with_a_mail_and_never_given_up(
    client: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_staff(has_app=True)
    give_password(client, person)
    give_code(client, code_now())
    assert "mewajibkan faktor kedua" in client.get(f"{ENROL}lepas/").content.decode()
    client.post(f"{ENROL}lepas/")
    old = Authenticator.objects.get(user=person, type="totp").pk
    # The test's own transaction never commits; the mail is sent from within the request.
    monkeypatch.setattr(totp_flows.transaction, "on_commit", lambda tell: tell())
    enrol(client)
    assert Authenticator.objects.get(user=person, type="totp").pk != old
    assert [message.subject for message in mail.outbox] == ["Aplikasi autentikator dipasang"]
    verbs = AuditEvent.objects.filter(object_id=person.pk, actor_id=person.pk)
    assert "factor_added" in set(verbs.values_list("verb", flat=True))
    cache.clear()
    other = WatchfulClient()
    give_password(other, person)
    assert give_code(other, code_now()) == 422, "the old app still opens"


def test_volunteer_may_give_the_app_up(client: WatchfulClient) -> None:
    person = make_staff(Role.INNOVATOR)
    give_password(client, person)
    enrol(client)
    assert client.post(f"{ENROL}lepas/").status_code == 302
    assert not Authenticator.objects.filter(user=person).exists()


def test_role_given_meanwhile_asks_at_the_next_request(client: WatchfulClient) -> None:
    person = make_staff(Role.INNOVATOR)
    give_password(client, person)
    assert client.get("/kerja/").status_code == 200
    Membership.objects.filter(user=person).update(role=Role.EVALUATOR)
    assert client.get("/kerja/")["Location"].startswith(ENROL)


def test_invited_evaluator_enrols_before_anything_else(client: WatchfulClient) -> None:
    head = make_person(Role.SECRETARIAT_HEAD)
    agency = head.memberships.get().agency
    invite_member(by=head, agency=agency, email="baru@contoh.id", role=Role.EVALUATOR)
    link = reverse("agencies:invitation_accept", args=[Invitation.objects.get().token])
    client.post(link, {"name": "Baru", "password": PASSWORD})
    assert client.get("/kerja/")["Location"].startswith(ENROL)
    assert client.get(ENROL).status_code == 200


def test_form_sent_before_the_factor_is_not_lost(client: WatchfulClient) -> None:
    person = make_staff(Role.INNOVATOR)
    give_password(client, person)
    path = reverse("notifications:preferences")
    Membership.objects.filter(user=person).update(role=Role.EVALUATOR)
    response = client.post(path, {"kind": "x"})
    assert response["Location"] == f"{ENROL}?next={path}"
    assert client.session["kept_typed"]["path"] == path


def test_demo_tells_the_code_and_no_other_site_does(client: WatchfulClient) -> None:
    person = make_staff(has_app=True)
    User.objects.filter(pk=person.pk).update(is_simulated=True)
    give_password(client, person)
    assert not settings.DEMO
    with time_machine.travel("2026-11-29 10:00:10+07:00", tick=False):
        give_password(client, person)
        assert code_now() not in client.get(CODE).content.decode()
        with override_settings(DEMO=True):
            page = client.get(CODE).content.decode()
            assert "Hanya di dunia contoh" in page
            assert f'value="{code_now()}"' in page
            User.objects.filter(pk=person.pk).update(is_simulated=False)
            assert code_now() not in client.get(CODE).content.decode()


def test_operator_releases_a_lost_factor_on_the_record(client: WatchfulClient) -> None:
    person = make_staff(has_app=True)
    call_command("release_factor", person.email.upper(), "video, KTP", stdout=StringIO())
    assert AuditEvent.objects.get(verb="factor_released").payload == {"reason": "video, KTP"}
    assert Mail.objects.get(address=person.email).subject.startswith("Faktor kedua")
    assert give_password(client, person) == "/kerja/"
    assert client.get("/kerja/")["Location"].startswith(ENROL)
    with pytest.raises(CommandError, match="tidak punya"):
        call_command("release_factor", person.email, "lagi")


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_of_one_code_at_once_one_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_staff(has_app=True)
    recovery = Authenticator.objects.get(user=person, type="recovery_codes").wrap()
    # The rate limit and the cache order them too; here only the row's lock counts.
    monkeypatch.setattr("allauth.mfa.base.forms.check_rate_limit", lambda user: lambda: None)
    monkeypatch.setattr(TOTP, "_mark_code_used", lambda app, code: True)
    for code in (code_now(), recovery.generate_codes()[0]):
        clients = [WatchfulClient(), WatchfulClient()]
        for client in clients:
            give_password(client, person)
        barrier = Barrier(2)

        def use(client: WatchfulClient, code: str = code, barrier: Barrier = barrier) -> int:
            barrier.wait(5)
            return give_code(client, code)

        assert sorted(at_once(*[partial(use, client) for client in clients])) == [302, 422]
    # The control: rows that were read before they were locked.
    rows = [Authenticator.objects.get(user=person, type="totp") for _ in range(2)]
    for row in rows:
        del row.data["last_counter"]
    code = code_now()
    assert at_once(*[partial(use_code, row, code) for row in rows]) == [True, True]
