"""Enrolling, inviting and releasing people: what holds and what is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from agencies.actions.people import (
    NewPerson,
    accept_invitation,
    create_units,
    end_membership,
    enrol_people,
    invite_member,
)
from agencies.enums import AgencyType, Role
from agencies.exceptions import (
    AlreadyMember,
    InvitationUnusable,
    LastAdmin,
    RoleEnded,
    UnitExists,
)
from agencies.models import Agency, Invitation, Membership, User
from agencies.permissions import (
    can_end_membership,
    can_give_role,
    can_manage_members,
    can_see_mails,
    check_can_manage_members,
    check_is_agency_admin,
    check_is_agency_person,
    check_is_secretariat,
    check_is_secretariat_head,
    check_manages_members,
)
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from sinovik.web.querysets import LockableQuerySet
from tests.races import during, same, unlocked

pytestmark = pytest.mark.django_db

PASSWORD = "angin-laut-di-selat-bali"


def ministry(name: str) -> Agency:
    return Agency.objects.create(
        name=name, slug=name.lower().replace(" ", "-"), agency_type=AgencyType.MINISTRY
    )


def person(name: str, agency: Agency, role: str) -> User:
    email = f"{name.split()[0].lower()}@{agency.slug}.example"
    (user,) = enrol_people(by=None, people=[NewPerson(email, name, agency, role)])
    return user


@pytest.fixture
def agency() -> Agency:
    return ministry("Kementerian Laut")


@pytest.fixture
def admin(agency: Agency) -> User:
    return person("Ratna Admin", agency, Role.AGENCY_ADMIN)


@pytest.fixture
def head() -> User:
    return person("Hadi Kepala", ministry("Kementerian Panrb"), Role.SECRETARIAT_HEAD)


def test_enrolled_person_holds_the_role_and_cannot_sign_in_yet(agency: Agency, admin: User) -> None:
    assert admin.roles == {Role.AGENCY_ADMIN}
    assert admin.agency_ids(Role.AGENCY_ADMIN) == {agency.pk}
    assert admin.agency_ids(Role.INNOVATOR) == frozenset()
    assert not admin.has_usable_password()
    assert AuditEvent.objects.filter(verb="membership_started").count() == 1


def test_person_without_membership_is_the_public(agency: Agency) -> None:
    (user,) = enrol_people(by=None, people=[NewPerson("w@x.example", "Wati Warga")])
    assert user.roles == frozenset()
    assert str(user.role_label) == "Umum"
    assert user.agency_label == ""
    assert not user.is_secretariat


def test_labels_name_role_unit_and_agency(agency: Agency, admin: User) -> None:
    (unit,) = create_units(by=admin, agency=agency, names=["Pelabuhan Ratu"])
    (user,) = enrol_people(
        by=admin, people=[NewPerson("i@x.example", "Indra", agency, Role.INNOVATOR, unit)]
    )
    assert user.role_label == "Inovator"
    assert user.agency_label == "Pelabuhan Ratu, Kementerian Laut"
    assert admin.agency_label == "Kementerian Laut"


def test_units_by_the_admin_of_another_agency_are_refused(agency: Agency) -> None:
    stranger = person("Tono Tetangga", ministry("Kementerian Darat"), Role.AGENCY_ADMIN)
    with pytest.raises(Forbidden):
        create_units(by=stranger, agency=agency, names=["Unit Selundupan"])
    assert not agency.units.exists()


def test_agency_admin_cannot_give_a_ministry_role(agency: Agency, admin: User) -> None:
    with pytest.raises(Forbidden):
        invite_member(by=admin, agency=agency, email="x@x.example", role=Role.SECRETARIAT_HEAD)
    with pytest.raises(Forbidden):
        enrol_people(by=admin, people=[NewPerson("y@x.example", "Y", agency, Role.EVALUATOR)])
    assert not can_give_role(admin, agency, Role.EVALUATOR)
    assert can_give_role(admin, agency, Role.INNOVATOR)
    assert Invitation.objects.count() == 0


def test_head_gives_roles_of_the_ministry_and_an_agencys_own_only_on_a_letter(
    agency: Agency, head: User
) -> None:
    assert can_manage_members(head, agency)
    assert can_give_role(head, agency, Role.EVALUATOR)
    for role in (Role.INNOVATOR, Role.AGENCY_ADMIN):
        with pytest.raises(Forbidden, match="surat resmi"):
            invite_member(by=head, agency=agency, email="x@x.example", role=role)


def test_invitation_is_accepted_once(agency: Agency, admin: User) -> None:
    invitation = invite_member(by=admin, agency=agency, email="Baru@X.example", role=Role.INNOVATOR)
    user = accept_invitation(invitation=invitation, name="Budi Baru", password=PASSWORD)
    assert user.email == "baru@x.example"
    assert user.check_password(PASSWORD)
    assert user.roles == {Role.INNOVATOR}
    with pytest.raises(InvitationUnusable):
        accept_invitation(invitation=invitation, name="Orang Lain", password=PASSWORD)
    assert User.objects.filter(name="Orang Lain").count() == 0


def test_invitation_after_fourteen_days_is_refused(agency: Agency, admin: User) -> None:
    invitation = invite_member(by=admin, agency=agency, email="x@x.example", role=Role.INNOVATOR)
    with (
        clock.at(invitation.invited_at + timedelta(days=14)),
        pytest.raises(InvitationUnusable),
    ):
        accept_invitation(invitation=invitation, name="Terlambat", password=PASSWORD)


def test_weak_password_is_refused_and_the_invitation_stays_usable(
    agency: Agency, admin: User
) -> None:
    invitation = invite_member(by=admin, agency=agency, email="x@x.example", role=Role.INNOVATOR)
    with pytest.raises(ValidationError):
        accept_invitation(invitation=invitation, name="Lemah", password="pendek")
    user = accept_invitation(invitation=invitation, name="Kuat", password=PASSWORD)
    assert user.name == "Kuat"


def test_invitation_for_an_existing_account_keeps_its_password(agency: Agency, admin: User) -> None:
    known = person("Kurnia", ministry("Kementerian Darat"), Role.INNOVATOR)
    invitation = invite_member(by=admin, agency=agency, email=known.email, role=Role.INNOVATOR)
    user = accept_invitation(invitation=invitation, name="Nama Palsu", password=PASSWORD)
    assert user.pk == known.pk
    assert user.name == "Kurnia"
    assert not user.check_password(PASSWORD)
    assert user.agency_ids(Role.INNOVATOR) >= {agency.pk}


def test_second_acceptance_of_the_same_role_starts_no_second_membership(
    agency: Agency, admin: User
) -> None:
    first = invite_member(by=admin, agency=agency, email="x@x.example", role=Role.INNOVATOR)
    (user,) = enrol_people(
        by=admin, people=[NewPerson("x@x.example", "Ganda", agency, Role.INNOVATOR)]
    )
    accept_invitation(invitation=first, name="Ganda", password=PASSWORD)
    assert user.memberships.active().count() == 1


def test_inviting_a_member_again_is_refused(agency: Agency, admin: User) -> None:
    with pytest.raises(AlreadyMember):
        invite_member(by=admin, agency=agency, email=admin.email, role=Role.AGENCY_ADMIN)


def test_ended_role_bites_the_next_request(agency: Agency, admin: User) -> None:
    innovator = person("Indra", agency, Role.INNOVATOR)
    end_membership(by=admin, membership=innovator.memberships.get())
    assert User.objects.get(pk=innovator.pk).roles == frozenset()


def test_own_role_and_strangers_roles_cannot_be_ended(agency: Agency, admin: User) -> None:
    stranger = person("Tono", ministry("Kementerian Darat"), Role.AGENCY_ADMIN)
    assert not can_end_membership(admin, admin.memberships.get())
    assert not can_end_membership(admin, stranger.memberships.get())
    with pytest.raises(Forbidden):
        end_membership(by=admin, membership=stranger.memberships.get())


def test_last_admin_cannot_be_ended(agency: Agency, admin: User, head: User) -> None:
    with pytest.raises(LastAdmin):
        end_membership(by=head, membership=admin.memberships.get())
    other = person("Sari Admin", agency, Role.AGENCY_ADMIN)
    end_membership(by=other, membership=admin.memberships.get())
    assert Membership.objects.active().filter(agency=agency).count() == 1


def end_each_other(first: User, second: User) -> list[object]:
    """Two admins end each other's role, both in the middle of it at once."""
    (agency,) = first.agencies_as(Role.AGENCY_ADMIN)
    (of_first, of_second) = (
        Membership.objects.select_related("agency", "user").get(user=one) for one in (first, second)
    )
    ended, other = during(
        lambda: end_membership(by=same(first), membership=of_second),
        lambda: end_membership(by=same(second), membership=of_first),
    )
    return [ended, other, Membership.objects.active().filter(agency=agency).count()]


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_end_each_other_one_stays(agency: Agency, admin: User) -> None:
    ended, refused, left = end_each_other(person("Sari Admin", agency, Role.AGENCY_ADMIN), admin)
    assert isinstance(ended, Membership)
    assert isinstance(refused, LastAdmin)
    assert left == 1


@pytest.mark.django_db(transaction=True)
def test_control_unlocked_two_admins_leave_an_agency_without_one(
    agency: Agency, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LockableQuerySet, "locked", unlocked)
    assert end_each_other(person("Sari Admin", agency, Role.AGENCY_ADMIN), admin)[2] == 0


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_ends_a_role_and_adds_a_unit_once(agency: Agency, admin: User) -> None:
    membership = person("Indra", agency, Role.INNOVATOR).memberships.select_related("agency").get()
    _ended, again = during(
        lambda: end_membership(by=same(admin), membership=membership),
        lambda: end_membership(by=same(admin), membership=membership),
    )
    assert isinstance(again, RoleEnded)
    _made, again = during(
        lambda: create_units(by=same(admin), agency=agency, names=["Pelabuhan"]),
        lambda: create_units(by=same(admin), agency=agency, names=["Pelabuhan"]),
    )
    assert isinstance(again, UnitExists)
    assert agency.units.count() == 1


@pytest.mark.parametrize("password", ["indra.lautan@x", "Indra Lautan1"])
def test_a_password_that_is_the_persons_name_or_address_is_refused(
    agency: Agency, admin: User, password: str
) -> None:
    invitation = invite_member(
        by=admin, agency=agency, email="indra.lautan@x.example", role=Role.INNOVATOR
    )
    with pytest.raises(ValidationError, match="mirip"):
        accept_invitation(invitation=invitation, name="Indra Lautan", password=password)
    assert not User.objects.filter(email=invitation.email).exists()


@pytest.mark.parametrize(
    ("check", "role"),
    [
        (check_is_secretariat, Role.SECRETARIAT_OFFICER),
        (check_is_secretariat_head, Role.SECRETARIAT_HEAD),
        (check_is_agency_admin, Role.AGENCY_ADMIN),
        (check_is_agency_person, Role.INNOVATOR),
    ],
)
def test_role_checks_pass_their_role_alone(
    check: Callable[[User], None], role: str, agency: Agency
) -> None:
    check(person("Tepat", agency, role))
    with pytest.raises(Forbidden):
        check(person("Keliru", ministry("Kementerian Darat"), Role.OBSERVER))


def test_innovator_manages_nobody(agency: Agency, admin: User) -> None:
    innovator = person("Indra", agency, Role.INNOVATOR)
    with pytest.raises(Forbidden):
        check_can_manage_members(innovator, agency)
    assert not can_manage_members(innovator, agency)
    assert can_end_membership(admin, innovator.memberships.get())


def test_enrolling_by_an_admin_checks_only_people_with_a_role(admin: User) -> None:
    (user,) = enrol_people(by=admin, people=[NewPerson("w@x.example", "Wati Warga")])
    assert user.roles == frozenset()


def test_people_rights_are_for_people_who_signed_in() -> None:
    with pytest.raises(Forbidden):
        check_is_secretariat(AnonymousUser())
    with pytest.raises(Forbidden):
        check_is_agency_admin(AnonymousUser())
    assert not can_see_mails(AnonymousUser())


def test_admins_and_the_secretariat_see_mails_and_the_heads_and_admins_manage_members(
    admin: User, head: User
) -> None:
    place = ministry("Kementerian Panrb Dua")
    officer = person("Ova Petugas", place, Role.SECRETARIAT_OFFICER)
    observer = person("Ombu Pengamat", place, Role.OBSERVER)
    assert [can_see_mails(one) for one in (admin, head, officer, observer)] == [
        True,
        True,
        True,
        False,
    ]
    for allowed in (admin, head):
        check_manages_members(allowed)
    for refused in (officer, observer):
        with pytest.raises(Forbidden):
            check_manages_members(refused)
