"""People who sign in."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from agencies.enums import FACTOR_ROLES, SECRETARIAT_ROLES, Role
from agencies.models.membership import Membership
from sinovik.audit import clock
from sinovik.web.prepared import Prepared
from sinovik.web.zones import WIB

if TYPE_CHECKING:
    from agencies.models.agency import Agency


class UserManager(BaseUserManager["User"]):
    """Django's manager for a user whose name is the e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; without a password the account can't sign in yet."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create the operator's account; it holds no role in any contest."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get(self, *args: Any, **kwargs: Any) -> "User":
        """Find a person; by the key, as each signed-in request does, with SQL that is there."""
        if not args and kwargs.keys() == {"pk"} and isinstance(kwargs["pk"], int):
            return PERSON.get(pk=kwargs["pk"])
        return super().get(*args, **kwargs)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """One account a person. What the person may do follows from active memberships."""

    email = models.EmailField(_("surel"), unique=True)
    name = models.CharField(_("nama lengkap"), max_length=120)
    employer = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="employees",
        verbose_name=_("instansi tempat bekerja"),
        help_text=_("Dipakai untuk mencegah benturan kepentingan."),
    )
    is_active = models.BooleanField(_("aktif"), default=True)
    is_staff = models.BooleanField(_("operator sistem"), default=False)
    is_simulated = models.BooleanField(_("data simulasi"), default=False)
    session_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    date_joined = models.DateTimeField(_("terdaftar sejak"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("pengguna")
        verbose_name_plural = _("pengguna")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once_whatever_case",
                violation_error_message=_("Surel ini sudah dipakai akun lain."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def active_memberships(self) -> "list[Membership]":
        """Memberships that hold now, read once per request; agency and unit loaded."""
        rows = MEMBERSHIPS.all(person=self.pk, day=clock.today())
        for row in rows:
            row.user = self
        return rows

    @property
    def zone(self) -> str:
        """WIB, WITA or WIT: where the first agency lies; WIB for a central one, and without."""
        first = self.active_memberships[0].agency if self.active_memberships else None
        return first.region.zone if first and first.region else WIB

    @property
    def roles(self) -> frozenset[str]:
        """Roles the person holds now, in whatever agency."""
        return frozenset(membership.role for membership in self.active_memberships)

    def has_role(self, *roles: str) -> bool:
        """Whether the person holds one of `roles` now."""
        return not self.roles.isdisjoint(roles)

    def agency_ids(self, role: str) -> frozenset[int]:
        """Agencies in which the person holds `role` now."""
        return frozenset(m.agency_id for m in self.active_memberships if m.role == role)

    def agencies_as(self, *roles: str) -> "list[Agency]":
        """Agencies in which the person holds one of `roles` now, the first joined first."""
        return [m.agency for m in self.active_memberships if m.role in roles]

    @property
    def is_secretariat(self) -> bool:
        """Whether the person works for the secretariat."""
        return self.has_role(*SECRETARIAT_ROLES)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What each session must match: dies with the password, and with `session_epoch`."""
        value = f"{self.password}|{self.session_epoch}"
        return salted_hmac(
            "agencies.sessions", value, secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def needs_second_factor(self) -> bool:
        """Whether a role of the person, or being an operator, asks for a second factor."""
        return self.is_staff or self.has_role(*FACTOR_ROLES)

    @property
    def role_label(self) -> str:
        """What the header shows beside the name: "Admin instansi", "Umum" without a role."""
        labels = dict.fromkeys(Role(m.role).label for m in self.active_memberships)
        return ", ".join(str(label) for label in labels) or str(_("Umum"))

    @property
    def agency_label(self) -> str:
        """Agency (and unit) of the first membership, empty for the public."""
        if not self.active_memberships:
            return ""
        first = self.active_memberships[0]
        return f"{first.unit.name}, {first.agency.name}" if first.unit else first.agency.name


REACH = ("person", "admin_of", "agencies", "units")
"""What `reach_of` tells of a person."""


def reach_of(user: User) -> dict[str, Any]:
    """What `within` asks of a person: the querysets of what agencies own have it."""
    memberships = user.active_memberships
    return {
        "person": user.pk,
        "admin_of": sorted(user.agency_ids(Role.AGENCY_ADMIN)),
        "agencies": [one.agency_id for one in memberships],
        "units": [one.unit_id for one in memberships if one.role == Role.INNOVATOR and one.unit_id],
    }


PERSON = Prepared(lambda pk: User.objects.filter(pk=pk).order_by(), "pk")
MEMBERSHIPS = Prepared(
    lambda person, day: (
        Membership.objects.active(day)
        .filter(user=person)
        .select_related("agency__region", "unit")
        .order_by("pk")
    ),
    "person",
    "day",
)
