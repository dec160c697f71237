"""Roles of a season: they follow the edition, warn, end, and are extended by the head."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.actions.people import accept_invitation, end_membership, invite_member
from agencies.actions.seasons import end_overdue_roles, extend_role, follow_editions, warn_of_ends
from agencies.enums import Role
from agencies.exceptions import EndRefused, RoleEnded
from agencies.models import Membership, User
from competitions.actions.seasons import end_roles_of_season
from competitions.models import Stage
from competitions.queries.seasons import season_ends, serving_until
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Mail
from sinovik.web.access import Forbidden
from tests.factories import make_edition, make_person, make_team

pytestmark = pytest.mark.django_db
WIB = timezone.get_default_timezone()
LAST = date(2027, 6, 30)


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=WIB)


def held(person: User) -> Membership:
    return Membership.objects.get(user=person, ended_at=None)


@pytest.fixture
def evaluator() -> User:
    with clock.at(at(date(2027, 1, 4))):
        return make_person(Role.EVALUATOR)


@pytest.fixture
def head() -> User:
    return make_person(Role.SECRETARIAT_HEAD)


def last_day(person: User, day: date) -> Membership:
    Membership.objects.filter(user=person).update(ends_on=day)
    return held(person)


def test_access_ends_with_the_last_second_of_the_last_day(evaluator: User) -> None:
    last_day(evaluator, LAST)
    for moment, holds in (
        (at(LAST, 23, 59) + timedelta(seconds=59), True),
        (at(LAST + timedelta(days=1), 0, 0), False),
    ):
        with clock.at(moment):
            fresh = User.objects.get(pk=evaluator.pk)
            assert fresh.has_role(Role.EVALUATOR) is holds


def test_night_ends_role_and_sessions_tells_and_logs(evaluator: User, client: Client) -> None:
    row = last_day(evaluator, LAST)
    client.force_login(evaluator)
    with clock.at(at(LAST, 23, 59)):
        assert end_overdue_roles(by=None) == 0
    with clock.at(at(LAST + timedelta(days=1), 0, 10)):
        assert end_overdue_roles(by=None) == 1
        assert end_overdue_roles(by=None) == 0
    row.refresh_from_db()
    assert row.ended_at
    assert row.ended_by is None
    assert client.get(reverse("competitions:work_home")).status_code == 302
    assert Mail.objects.filter(recipient=evaluator, kind="account").count() == 1
    events = AuditEvent.objects.filter(verb="membership_ended", object_id=str(row.pk))
    assert events.get().actor_id is None


def test_warning_comes_once_fourteen_days_before_and_anew_after_a_move(
    evaluator: User, head: User
) -> None:
    row = last_day(evaluator, LAST)
    for days, told in ((15, 0), (14, 1), (13, 0)):
        with clock.at(at(LAST - timedelta(days=days))):
            assert warn_of_ends(by=None) == told
    with clock.at(at(LAST - timedelta(days=2))):
        extend_role(by=head, membership=row, ends_on=LAST + timedelta(days=30))
        assert warn_of_ends(by=None) == 0
    with clock.at(at(LAST + timedelta(days=16))):
        assert warn_of_ends(by=None) == 1
    subjects = Mail.objects.filter(recipient=evaluator).values_list("subject", flat=True)
    assert len(subjects) == 3
    assert "30 Juli 2027" in " ".join(subjects)


def test_edition_moves_roles_but_none_that_somebody_set(evaluator: User, head: User) -> None:
    by_hand = make_person(Role.PANELIST)
    secretariat = make_person(Role.SECRETARIAT_OFFICER)
    with clock.at(at(date(2027, 2, 1))):
        extend_role(by=head, membership=held(by_hand), ends_on=date(2027, 12, 31))
        for end in (LAST, LAST + timedelta(days=5)):
            follow_editions(by=None, end_of=lambda day, end=end: end)  # type: ignore[misc]
            assert held(evaluator).ends_on == end
    assert held(by_hand).ends_on == date(2027, 12, 31)
    assert held(secretariat).ends_on is None


def test_role_without_end_gets_the_time_of_a_warning(evaluator: User) -> None:
    with clock.at(at(LAST)):
        follow_editions(by=None, end_of=lambda day: date(2027, 5, 1))
        assert held(evaluator).ends_on == LAST + timedelta(days=14)
        assert follow_editions(by=None, end_of=lambda day: date(2027, 5, 1)) == 0
        assert warn_of_ends(by=None) == 1


def test_next_edition_keeps_nobody_of_the_last() -> None:
    ends = [date(2026, 12, 1), date(2027, 12, 1)]
    assert serving_until(ends, date(2026, 12, 1)) == ends[0]
    assert serving_until(ends, date(2026, 12, 2)) == ends[1]
    assert serving_until(ends, date(2027, 12, 2)) is None


def test_edition_is_over_with_its_last_stage_and_its_objections(evaluator: User) -> None:
    edition = make_edition(make_person(Role.SECRETARIAT_HEAD))
    last = Stage.objects.filter(edition=edition).order_by("closes_at").last()
    assert last
    Stage.objects.filter(pk=last.pk).update(
        closes_at=at(LAST, 23, 59), objection_days=3, answer_days=7
    )
    assert season_ends() == [LAST + timedelta(days=10)]
    with clock.at(at(date(2027, 2, 1))):
        end_roles_of_season()
    assert held(evaluator).ends_on == LAST + timedelta(days=10)


def test_head_alone_extends_forward_and_not_too_far(evaluator: User, head: User) -> None:
    row = last_day(evaluator, LAST)
    officer = make_person(Role.SECRETARIAT_OFFICER)
    with clock.at(at(LAST)):
        for wrong in (LAST, LAST - timedelta(days=1), LAST + timedelta(days=551)):
            with pytest.raises(EndRefused):
                extend_role(by=head, membership=row, ends_on=wrong)
        for refused, about in ((officer, row), (evaluator, row), (head, held(officer))):
            with pytest.raises(Forbidden):
                extend_role(by=refused, membership=about, ends_on=LAST + timedelta(days=9))
        assert held(evaluator).ends_on == LAST
        extend_role(by=head, membership=row, ends_on=LAST + timedelta(days=9))
        end_membership(by=head, membership=row)
        with pytest.raises(RoleEnded):
            extend_role(by=head, membership=row, ends_on=LAST + timedelta(days=9))
    event = AuditEvent.objects.get(verb="membership_extended")
    assert event.payload == {"before": "2027-06-30", "after": "2027-07-09"}


def test_overdue_role_is_given_anew(evaluator: User, head: User) -> None:
    old = last_day(evaluator, LAST)
    with clock.at(at(LAST + timedelta(days=1), 0, 5)):
        invitation = invite_member(
            by=head, agency=old.agency, email=evaluator.email, role=Role.EVALUATOR
        )
        accept_invitation(invitation=invitation, name="", password="")
        assert User.objects.get(pk=evaluator.pk).has_role(Role.EVALUATOR)
    old.refresh_from_db()
    assert old.ended_at
    assert held(evaluator).pk != old.pk


def test_nobody_is_ended_by_nobody_without_a_last_day(evaluator: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(user=evaluator).update(ended_at=clock.now())


def test_pages_show_the_end_and_take_a_new_one(evaluator: User, head: User, client: Client) -> None:
    ahead = clock.today() + timedelta(days=40)
    row = last_day(evaluator, ahead)
    client.force_login(evaluator)
    words = f"sampai {ahead.day} "
    assert words in client.get(reverse("mfa_index")).content.decode()
    page = reverse("agencies:membership_extend", args=[row.pk])
    assert client.post(page, {"ends_on": "2027-01-01"}).status_code == 403
    client.force_login(head)
    assert words in client.get(page).content.decode()
    assert "Pilih hari" in client.post(page, {"ends_on": "2020-01-01"}).content.decode()
    later = ahead + timedelta(days=30)
    assert client.post(page, {"ends_on": later.isoformat()}).status_code == 302
    assert held(evaluator).ends_on == later
    innovator = make_team().innovator
    other = reverse("agencies:membership_extend", args=[held(innovator).pk])
    assert client.get(other).status_code == 404
