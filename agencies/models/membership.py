"""Who holds which role where, since when; and the invitations that lead there."""

import secrets
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from agencies.enums import SEASON_ROLES, InvitationState, Role
from sinovik.audit import clock
from sinovik.web.querysets import LockableQuerySet


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


class MembershipQuerySet(LockableQuerySet["Membership"]):
    """Reads over memberships."""

    def active(self, on: "date | Value | None" = None) -> "MembershipQuerySet":
        """Memberships that have not ended; the last day counts, by the clock of Jakarta."""
        day = clock.today() if on is None else on
        return self.unended().filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def unended(self) -> "MembershipQuerySet":
        """Those that nobody ended, also where the last day has passed and the night hasn't come."""
        return self.filter(ended_at__isnull=True)

    def of_season(self) -> "MembershipQuerySet":
        """Unended ones of roles that end with an edition."""
        return self.unended().filter(role__in=SEASON_ROLES)


class Membership(models.Model):
    """A person's role in an agency. It ends, it is never deleted.

    `ends_on` is the last day of a role of a season. It follows the edition until somebody
    sets it (`ends_set_by`).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(
        "agencies.Unit", models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(_("peran"), max_length=24, choices=Role)
    started_at = models.DateTimeField(_("mulai"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ends_on = models.DateField(_("hari terakhir"), null=True, blank=True)
    ends_set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_told_at = models.DateTimeField(_("akhir diberitahukan"), null=True, blank=True)
    ended_at = models.DateTimeField(_("berakhir"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["agency", "user"]
        verbose_name = _("keanggotaan")
        verbose_name_plural = _("keanggotaan")
        constraints = [
            models.UniqueConstraint(
                name="membership_role_once_while_active",
                fields=["user", "agency", "role"],
                condition=Q(ended_at__isnull=True),
                violation_error_message=_("Orang ini sudah memiliki peran tersebut."),
            ),
            models.CheckConstraint(
                name="membership_ended_at_with_by",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False)
                | Q(ended_at__isnull=False, ends_on__isnull=False),
                violation_error_message=_("Akhir peran wajib menyebut siapa yang mengakhiri."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                violation_error_message=_("Peran tidak bisa berakhir sebelum dimulai."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {Role(self.role).label} · {self.agency}"

    @property
    def is_of_season(self) -> bool:
        """Whether the role ends with an edition."""
        return self.role in SEASON_ROLES


class InvitationQuerySet(LockableQuerySet["Invitation"]):
    """Reads over invitations."""

    def unanswered(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; expired ones are among them."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def pending(self) -> "InvitationQuerySet":
        """Unanswered ones whose links still work."""
        return self.unanswered().filter(expires_at__gt=clock.now())


class Invitation(models.Model):
    """An e-mailed offer of a role; accepting it makes the account and the membership."""

    email = models.EmailField(_("surel"))
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="invitations")
    unit = models.ForeignKey(
        "agencies.Unit", models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    role = models.CharField(_("peran"), max_length=24, choices=Role)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    invited_at = models.DateTimeField(_("dikirim"))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("berlaku sampai"))
    accepted_at = models.DateTimeField(_("diterima"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(_("dibatalkan"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at"]
        verbose_name = _("undangan")
        verbose_name_plural = _("undangan")
        constraints = [
            models.CheckConstraint(
                name="invitation_accepted_at_with_by",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_revoked_at_with_by",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_revoked",
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                violation_error_message=_("Undangan yang diterima tidak dapat dibatalkan."),
            ),
            models.CheckConstraint(
                name="invitation_expires_after_sending",
                condition=Q(expires_at__gt=F("invited_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.agency}"

    @property
    def state(self) -> InvitationState:
        """Where the invitation stands now."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.revoked_at:
            return InvitationState.REVOKED
        if self.expires_at <= clock.now():
            return InvitationState.EXPIRED
        return InvitationState.PENDING

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(self.state.label)

    @property
    def is_usable(self) -> bool:
        """Whether its link still leads to the role."""
        return self.state == InvitationState.PENDING
