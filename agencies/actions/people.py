"""Enrolling, inviting and releasing people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.exceptions import AlreadyMember, InvitationUnusable, LastAdmin
from agencies.models import Agency, Invitation, Membership, Unit, User
from agencies.permissions import (
    check_can_end_membership,
    check_can_give_role,
    check_can_manage_members,
)
from sinovik import audit, notifications
from sinovik.audit import clock

INVITATION_LIFETIME = timedelta(days=14)


@dataclass(frozen=True)
class NewPerson:
    """Somebody to enrol at once: account and first membership (none where `role` is None)."""

    email: str
    name: str
    agency: Agency | None = None
    role: str | None = None
    unit: Unit | None = None
    employer: Agency | None = None
    is_simulated: bool = False


@transaction.atomic
def enrol_people(*, by: User | None, people: Sequence[NewPerson]) -> list[User]:
    """Create accounts without a password and their memberships, in bulk.

    `by` is None only when the operator sets the system up. Returns users in order.
    """
    if by is not None:
        for person in people:
            if person.agency and person.role:
                check_can_give_role(by, person.agency, person.role)
    users = User.objects.bulk_create(_accounts(people))
    places = [
        (user, person.agency, person.role, person.unit)
        for user, person in zip(users, people, strict=True)
        if person.agency and person.role
    ]
    now = clock.now()
    memberships = Membership.objects.bulk_create(
        [
            Membership(
                user=user, agency=agency, unit=unit, role=role, started_at=now, started_by=by
            )
            for user, agency, role, unit in places
        ]
    )
    audit.record_many(by=by, event="person_enrolled", objs=users)
    audit.record_many(
        by=by,
        event="membership_started",
        objs=memberships,
        payloads=[{"agency": m.agency_id, "role": m.role} for m in memberships],
    )
    return users


@transaction.atomic
def create_units(*, by: User | None, agency: Agency, names: Sequence[str]) -> list[Unit]:
    """Create service units of an agency; names must be new to it."""
    if by is not None:
        check_can_manage_members(by, agency)
    units = Unit.objects.bulk_create([Unit(agency=agency, name=name) for name in names])
    audit.record_many(by=by, event="unit_created", objs=units)
    return units


@transaction.atomic
def invite_member(
    *, by: User, agency: Agency, email: str, role: str, unit: Unit | None = None
) -> Invitation:
    """Offer a role by e-mail; the link works once, for fourteen days.

    Raises AlreadyMember where the person holds the role already.
    """
    check_can_give_role(by, agency, role)
    email = email.lower()
    held = Membership.objects.active().filter(agency=agency, role=role, user__email__iexact=email)
    if held.exists():
        raise AlreadyMember
    now = clock.now()
    invitation = Invitation.objects.create(
        email=email,
        agency=agency,
        unit=unit,
        role=role,
        invited_at=now,
        invited_by=by,
        expires_at=now + INVITATION_LIFETIME,
    )
    audit.record(by=by, event="member_invited", obj=invitation, payload={"role": role})
    # Indonesian, whatever the language of the page it is sent from.
    with translation.override(settings.LANGUAGE_CODE):
        notifications.send_letter(
            address=email,
            subject=_("Undangan bergabung di SINOVIK"),
            body=_("%(name)s mengundang Anda sebagai %(role)s di %(agency)s.")
            % {"name": by.name, "role": Role(role).label, "agency": agency.name},
            path=reverse("agencies:invitation_accept", args=[invitation.token]),
        )
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, name: str, password: str) -> User:
    """Turn an invitation into an account (or use the one that exists) and a membership.

    An existing account keeps its name and password. Raises InvitationUnusable; a weak
    password raises Django's ValidationError.
    """
    invitation = Invitation.objects.locked().get(pk=invitation.pk)
    now = clock.now()
    if invitation.accepted_at or invitation.expires_at <= now:
        raise InvitationUnusable
    user = User.objects.filter(email__iexact=invitation.email).first()
    if user is None:
        validate_password(password)
        user = User.objects.create_user(
            invitation.email, password, name=name, employer=invitation.agency, date_joined=now
        )
    membership, started = Membership.objects.get_or_create(
        user=user,
        agency=invitation.agency,
        role=invitation.role,
        ended_at=None,
        defaults={
            "unit": invitation.unit,
            "started_at": now,
            "started_by": invitation.invited_by,
        },
    )
    invitation.accepted_at, invitation.accepted_by = now, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(by=user, event="invitation_accepted", obj=invitation)
    if started:
        audit.record(by=user, event="membership_started", obj=membership)
    return user


@transaction.atomic
def end_membership(*, by: User, membership: Membership) -> Membership:
    """End a role at once; the next request of the person no longer has it."""
    check_can_end_membership(by, membership)
    membership = Membership.objects.locked().get(pk=membership.pk, ended_at__isnull=True)
    if membership.role == Role.AGENCY_ADMIN:
        others = Membership.objects.active().filter(
            agency_id=membership.agency_id, role=Role.AGENCY_ADMIN
        )
        if not others.exclude(pk=membership.pk).exists():
            raise LastAdmin
    membership.ended_at, membership.ended_by = clock.now(), by
    membership.save(update_fields=["ended_at", "ended_by"])
    audit.record(by=by, event="membership_ended", obj=membership)
    return membership


def _accounts(people: Sequence[NewPerson]) -> list[User]:
    """Unsaved accounts that nobody can sign in to yet."""
    now, unusable = clock.now(), make_password(None)
    return [
        User(
            email=person.email.lower(),
            name=person.name,
            employer=person.employer,
            is_simulated=person.is_simulated,
            password=unusable,
            date_joined=now,
        )
        for person in people
    ]
