"""Passwords, factors, devices and looks for support: what is written down and who is told."""

from types import SimpleNamespace

import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import RequestFactory
from django.utils import timezone

from agencies.actions import accounts
from agencies.actions.accounts import listen, note_factor, note_national_account, release_factor
from agencies.actions.devices import end_device
from agencies.actions.support import end_support, start_support
from agencies.enums import Role
from agencies.exceptions import SupportRefused
from agencies.models import User
from agencies.permissions import (
    can_extend_role,
    can_support,
    is_agency_person,
)
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests.factories import make_person, make_team

pytestmark = pytest.mark.django_db


def events(person: User) -> list[tuple[str, object]]:
    return list(AuditEvent.objects.about(person).order_by("pk").values_list("verb", "payload"))[1:]


@pytest.fixture
def head() -> User:
    return make_person(Role.SECRETARIAT_HEAD)


@pytest.fixture
def equipped(head: User) -> User:
    TOTP.activate(head, generate_totp_secret())
    RecoveryCodes.activate(head)
    return head


def test_a_used_recovery_code_is_written_down_and_an_app_is_not(
    equipped: User, rf: RequestFactory
) -> None:
    codes = Authenticator.objects.get(user=equipped, type="recovery_codes")
    app = Authenticator.objects.get(user=equipped, type="totp")
    note_factor(user=equipped, authenticator=app)
    assert events(equipped) == []
    wrapped = codes.wrap()
    assert wrapped.validate_code(wrapped.get_unused_codes()[0])
    with request_context(rf.get("/")):
        note_factor(user=equipped, authenticator=codes)
    (told,) = events(equipped)
    assert told == ("recovery_code_used", {"left": 9})
    assert equipped.email in mail.outbox[0].to


def test_a_lost_factor_is_taken_away_once_with_every_session(equipped: User) -> None:
    epoch = equipped.session_epoch
    assert release_factor(by=None, user=equipped, reason="KTP diperiksa")
    assert not release_factor(by=None, user=equipped, reason="lagi")
    assert [verb for verb, _payload in events(equipped)] == ["factor_released", "sessions_ended"]
    assert User.objects.get(pk=equipped.pk).session_epoch == epoch + 1


def test_credentials_that_change_leave_one_event_without_the_credential(head: User) -> None:
    listen("password_changed")(user=head)
    listen("factor_added")(user=head, authenticator=Authenticator(user=head, type="totp"))
    note_national_account(sociallogin=SimpleNamespace(user=head))
    assert events(head) == [
        ("password_changed", {}),
        ("factor_added", {"kind": "totp"}),
        ("national_account_linked", {}),
    ]


def test_owner_of_a_key_that_may_be_a_copy_is_told(head: User) -> None:
    named = SimpleNamespace(user=head, wrap=lambda: SimpleNamespace(name="Laptop kantor"))
    accounts.note_copied_key(authenticator=named)  # type: ignore[arg-type]
    assert [verb for verb, _payload in events(head)] == ["passkey_counter_went_back"]
    assert "Laptop kantor" in Notification.objects.get(recipient=head).body


def test_one_device_is_signed_out_and_the_other_stays(head: User) -> None:
    later = timezone.now() + timezone.timedelta(hours=1)
    for key in ("a" * 32, "b" * 32):
        Session.objects.create(session_key=key, session_data="", expire_date=later)
        UserSession.objects.create(user=head, session_key=key, ip="192.0.2.1", user_agent="x")
    end_device(by=head, device=UserSession.objects.get(session_key="a" * 32))
    assert [one.session_key for one in Session.objects.all()] == ["b" * 32]
    assert [one.session_key for one in UserSession.objects.all()] == ["b" * 32]
    assert [verb for verb, _payload in events(head)] == ["session_ended"]


def test_a_look_for_support_needs_a_reason_and_one_who_only_enters(head: User) -> None:
    team, judge = make_team(), make_person(Role.EVALUATOR)
    with pytest.raises(SupportRefused):
        start_support(by=head, person=team.innovator, reason="lihat")
    with pytest.raises(Forbidden):
        start_support(by=head, person=judge, reason="Tombolnya hilang")
    start_support(by=head, person=team.innovator, reason="Tombolnya hilang")
    end_support(by=head, person=team.innovator)
    assert [verb for verb, _payload in events(team.innovator)] == [
        "support_started",
        "support_ended",
    ]
    assert "Tombolnya hilang" in Notification.objects.get(recipient=team.innovator).body
    assert not mail.outbox


def test_rights_over_accounts_are_of_those_they_are_given_to(head: User) -> None:
    team, judge = make_team(), make_person(Role.EVALUATOR)
    assert [is_agency_person(one) for one in (team.admin, judge)] == [True, False]
    assert [can_support(head, one) for one in (team.admin, judge, head)] == [True, False, False]
    assert not can_support(team.admin, team.innovator)
    season = judge.memberships.get()
    assert can_extend_role(head, season)
    assert not can_extend_role(judge, season)
    assert not can_extend_role(head, team.admin.memberships.get())
    both = make_person(Role.SECRETARIAT_HEAD)
    own = both.memberships.get()
    own.role = Role.PANELIST
    own.pk = None
    own.save()
    assert not can_extend_role(User.objects.get(pk=both.pk), own)
