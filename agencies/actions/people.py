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

from agencies.actions.devices import end_sessions
from agencies.actions.seasons import end_overdue_roles
from agencies.enums import Role
from agencies.exceptions import (
    AlreadyInvited,
    AlreadyMember,
    InvitationUnusable,
    LastAdmin,
    RoleEnded,
    TooSoon,
    UnitExists,
)
from agencies.models import Agency, Invitation, Membership, Unit, User
from agencies.models.membership import new_token
from agencies.permissions import (
    check_can_end_membership,
    check_can_end_role,
    check_can_give_role,
    check_can_manage_members,
)
from sinovik import audit, notifications
from sinovik.audit import clock

INVITATION_LIFETIME = timedelta(days=14)
RESEND_PAUSE = timedelta(minutes=10)


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
    """Create service units of an agency. Raises UnitExists where it has one of the names."""
    if by is not None:
        check_can_manage_members(by, agency)
    # Of two people who add the same unit at once, or one who presses twice, one does.
    Agency.objects.locked().get(pk=agency.pk)
    if agency.units.filter(name__in=names).exists():
        raise UnitExists
    units = Unit.objects.bulk_create([Unit(agency=agency, name=name) for name in names])
    audit.record_many(by=by, event="unit_created", objs=units)
    return units


@transaction.atomic
def invite_member(
    *, by: User, agency: Agency, email: str, role: str, unit: Unit | None = None
) -> Invitation:
    """Offer a role by e-mail; the link works once, for fourteen days.

    Raises AlreadyMember where the person holds the role already, AlreadyInvited where an
    offer of it still waits.
    """
    check_can_give_role(by, agency, role)
    return offer_role(by=by, agency=agency, email=email, role=role, unit=unit)


def offer_role(
    *, by: User, agency: Agency, email: str, role: str, unit: Unit | None = None
) -> Invitation:
    """`invite_member` for callers that checked the right; inside their transaction."""
    email = email.lower()
    # Two people at once send one invitation.
    Agency.objects.locked().get(pk=agency.pk)
    held = Membership.objects.active().filter(agency=agency, role=role, user__email__iexact=email)
    if held.exists():
        raise AlreadyMember
    if Invitation.objects.pending().filter(agency=agency, role=role, email=email).exists():
        raise AlreadyInvited
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
    _send(invitation, by)
    return invitation


@transaction.atomic
def resend_invitation(*, by: User, invitation: Invitation) -> Invitation:
    """Send an unanswered invitation once more: a new link for fourteen days, the old one dies.

    Raises TooSoon within ten minutes of the last sending, so that nobody floods a mailbox.
    """
    row = _hold_unanswered(by, invitation)
    now = clock.now()
    if now < row.invited_at + RESEND_PAUSE:
        raise TooSoon
    row.token, row.invited_at, row.invited_by = new_token(), now, by
    row.expires_at = now + INVITATION_LIFETIME
    row.save(update_fields=["token", "invited_at", "invited_by", "expires_at"])
    audit.record(by=by, event="invitation_resent", obj=row, payload={"role": row.role})
    _send(row, by)
    return row


@transaction.atomic
def revoke_invitation(*, by: User, invitation: Invitation) -> Invitation:
    """Take an unanswered invitation back; its link is dead at once."""
    row = _hold_unanswered(by, invitation)
    row.revoked_at, row.revoked_by = clock.now(), by
    row.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(by=by, event="invitation_revoked", obj=row, payload={"role": row.role})
    return row


@transaction.atomic
def accept_invitation(*, invitation: Invitation, name: str, password: str) -> User:
    """Turn an invitation into an account (or use the one that exists) and a membership.

    An existing account keeps its name and password. Raises InvitationUnusable; a weak
    password raises Django's ValidationError.
    """
    invitation = Invitation.objects.locked().get(pk=invitation.pk)
    now = clock.now()
    if not invitation.is_usable:
        raise InvitationUnusable
    user = User.objects.filter(email__iexact=invitation.email).first()
    is_new = user is None
    if user is None:
        validate_password(password, User(email=invitation.email, name=name))
        user = User.objects.create_user(
            invitation.email, password, name=name, employer=invitation.agency, date_joined=now
        )
    end_overdue_roles(by=user, person=user)
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
        if not is_new:
            end_sessions(by=user, user=user)
    return user


@transaction.atomic
def end_membership(*, by: User, membership: Membership) -> Membership:
    """End a role at once; the next request of the person no longer has it.

    Raises LastAdmin for an agency's last one, RoleEnded where somebody else was faster.
    """
    check_can_end_membership(by, membership)
    # Two admins who end each other's role at once take turns: one of them stays.
    Agency.objects.locked().get(pk=membership.agency_id)
    membership = Membership.objects.locked().get(pk=membership.pk)
    if membership.ended_at:
        raise RoleEnded
    if membership.role == Role.AGENCY_ADMIN:
        others = Membership.objects.active().filter(
            agency_id=membership.agency_id, role=Role.AGENCY_ADMIN
        )
        if not others.exclude(pk=membership.pk).exists():
            raise LastAdmin
    membership.ended_at, membership.ended_by = clock.now(), by
    membership.save(update_fields=["ended_at", "ended_by"])
    end_sessions(by=by, user=membership.user)
    audit.record(by=by, event="membership_ended", obj=membership)
    return membership


def _hold_unanswered(by: User, invitation: Invitation) -> Invitation:
    """Lock an invitation that the person may take back and that nobody answered."""
    rows = Invitation.objects.locked().select_related("agency")
    row = rows.get(pk=invitation.pk)
    check_can_end_role(by, row.agency, row.role)
    if row.accepted_at or row.revoked_at:
        raise InvitationUnusable(_("Undangan ini sudah dijawab atau dibatalkan."))
    return row


def _send(invitation: Invitation, by: User) -> None:
    """Indonesian, whatever the language of the page it is sent from."""
    agency, role = invitation.agency, Role(invitation.role)
    with translation.override(settings.LANGUAGE_CODE):
        notifications.send_letter(
            address=invitation.email,
            subject=_("Undangan bergabung di SINOVIK"),
            body=_("%(name)s mengundang Anda sebagai %(role)s di %(agency)s.")
            % {"name": by.name, "role": role.label, "agency": agency.name},
            path=reverse("agencies:invitation_accept", args=[invitation.token]),
        )


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
