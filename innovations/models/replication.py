"""A replication: another agency asks for an innovation, and proves in the end that it runs."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.enums import Role
from agencies.models.user import reach_of
from innovations.enums import ReplicationState
from sinovik.web.prepared import OneOf
from sinovik.web.querysets import LockableQuerySet

ENDED = (ReplicationState.REFUSED, ReplicationState.WITHDRAWN, ReplicationState.VERIFIED)
"""States in which nobody waits for anybody."""
AGREED_ON = (
    ReplicationState.AGREED,
    ReplicationState.REPORTED,
    ReplicationState.CONFIRMED,
    ReplicationState.VERIFIED,
)
"""States of a replication that both agencies stand by: the public may know of it."""
WITH_REPORT = (
    ReplicationState.REPORTED,
    ReplicationState.CONFIRMED,
    ReplicationState.VERIFIED,
)


def _both(*names: str) -> Q:
    """Either all of these columns are there, or none is."""
    present = Q(**{f"{name}__isnull": False for name in names})
    return present | Q(**{f"{name}__isnull": True for name in names})


TONES: dict[str, str] = {
    ReplicationState.REQUESTED: "yellow",
    ReplicationState.ACCEPTED: "blue",
    ReplicationState.REFUSED: "red",
    ReplicationState.AGREED: "blue",
    ReplicationState.REPORTED: "yellow",
    ReplicationState.CONFIRMED: "yellow",
    ReplicationState.VERIFIED: "green",
    ReplicationState.WITHDRAWN: "grey",
}
"""How a page colours the state."""


def part_of(user: Any) -> dict[str, Any]:
    """What `ReplicationQuerySet.within` asks of a person."""
    reach = reach_of(user)
    del reach["agencies"]
    return reach | {"writes_for": sorted(user.agency_ids(Role.INNOVATOR))}


class ReplicationQuerySet(LockableQuerySet["Replication"]):
    """Reads over replications."""

    def agreed_on(self) -> "ReplicationQuerySet":
        """Those that both agencies stand by."""
        return self.filter(state__in=AGREED_ON)

    def verified(self) -> "ReplicationQuerySet":
        """Those whose replica was found to run, by the origin and by the secretariat."""
        return self.filter(state=ReplicationState.VERIFIED)

    def visible_to(self, user: Any) -> "ReplicationQuerySet":
        """Of both agencies: all for their admins, those of the own unit for its people.

        The secretariat and observers read them all.
        """
        if user.is_secretariat or user.has_role(Role.OBSERVER):
            return self
        return self.within(**part_of(user))

    def within(
        self, person: Any, admin_of: Any, writes_for: Any, units: Any
    ) -> "ReplicationQuerySet":
        """Those of a person's agencies and units; may be blanks of a prepared statement."""
        own = Q(requested_by=person) | Q(OneOf("unit_id", units))
        writes = Q(origin__created_by=person) | Q(OneOf("origin__unit_id", units))
        return self.filter(
            Q(OneOf("agency_id", admin_of))
            | Q(OneOf("origin__agency_id", admin_of))
            | Q(OneOf("agency_id", writes_for)) & own
            | Q(OneOf("origin__agency_id", writes_for)) & writes
        )

    def for_page(self) -> "ReplicationQuerySet":
        """With the two innovations, the two agencies and who asked."""
        return self.select_related(
            "origin__agency", "agency", "unit", "replica", "requested_by"
        ).defer("origin__sections", "replica__sections")


class Replication(models.Model):
    """One agency's way from asking for an innovation to a replica that was verified.

    `answer` holds the origin's terms where it accepted, its reason where it refused;
    `internal_note` is for the origin's own people alone.
    """

    origin = models.ForeignKey(
        "innovations.Innovation", models.PROTECT, related_name="replications"
    )
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="replications")
    unit = models.ForeignKey(
        "agencies.Unit", models.PROTECT, null=True, blank=True, related_name="replications"
    )
    state = models.CharField(
        _("keadaan"),
        max_length=9,
        choices=ReplicationState,
        default=ReplicationState.REQUESTED,
    )
    need = models.TextField(_("kebutuhan"))
    contact = models.CharField(_("narahubung"), max_length=200)
    wanted_on = models.DateField(_("rencana mulai"))
    requested_at = models.DateTimeField(_("diminta"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.TextField(_("jawaban"), blank=True)
    internal_note = models.TextField(_("catatan internal"), blank=True)
    answered_at = models.DateTimeField(_("dijawab"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    letter_number = models.CharField(_("nomor surat"), max_length=120, blank=True)
    letter_dated_on = models.DateField(_("tanggal surat"), null=True, blank=True)
    agreed_at = models.DateTimeField(_("disepakati"), null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    replica = models.ForeignKey(
        "innovations.Innovation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replicated_by",
        verbose_name=_("replika"),
    )
    adaptation = models.TextField(_("catatan adaptasi"), blank=True)
    evidence = models.TextField(_("bukti"), blank=True)
    evidence_url = models.URLField(_("alamat bukti"), max_length=400, blank=True)
    reported_at = models.DateTimeField(_("dilaporkan"), null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    return_reason = models.TextField(_("alasan pengembalian"), blank=True)
    confirmed_at = models.DateTimeField(_("dibenarkan"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_at = models.DateTimeField(_("diverifikasi"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawal_reason = models.TextField(_("alasan penarikan"), blank=True)
    withdrawn_at = models.DateTimeField(_("ditarik"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("replikasi")
        verbose_name_plural = _("replikasi")
        constraints = [
            models.UniqueConstraint(
                name="replication_one_open_a_pair",
                fields=["origin", "agency"],
                condition=~Q(state__in=["refused", "withdrawn", "verified"]),
                violation_error_message=_(
                    "Instansi Anda masih punya permintaan yang berjalan untuk inovasi ini."
                ),
            ),
            models.UniqueConstraint(
                name="replication_replica_once",
                fields=["replica"],
                condition=Q(state__in=["reported", "confirmed", "verified"]),
                violation_error_message=_("Inovasi ini sudah dilaporkan pada replikasi lain."),
            ),
            models.CheckConstraint(
                name="replication_state_is_known",
                condition=Q(state__in=ReplicationState.values),
            ),
            models.CheckConstraint(
                name="replication_asks_for_something",
                condition=Q(need__regex=r"\S", contact__regex=r"\S"),
                violation_error_message=_("Isi kebutuhan dan narahubung."),
            ),
            models.CheckConstraint(
                name="replication_at_with_by",
                condition=_both("answered_at", "answered_by")
                & _both("agreed_at", "agreed_by", "letter_dated_on")
                & _both("reported_at", "reported_by", "replica")
                & _both("confirmed_at", "confirmed_by")
                & _both("verified_at", "verified_by")
                & _both("withdrawn_at", "withdrawn_by"),
            ),
            models.CheckConstraint(
                name="replication_answered_when_past",
                condition=Q(state="requested", answered_at__isnull=True)
                | Q(state="withdrawn")
                | ~Q(state__in=["requested", "withdrawn"])
                & Q(answered_at__isnull=False, answer__regex=r"\S"),
                violation_error_message=_("Jawaban wajib menyebut syarat atau alasan."),
            ),
            models.CheckConstraint(
                name="replication_agreed_on_letter",
                condition=~Q(state__in=["agreed", "reported", "confirmed", "verified"])
                | Q(agreed_at__isnull=False, letter_number__regex=r"\S"),
                violation_error_message=_("Kesepakatan wajib menyebut nomor surat."),
            ),
            models.CheckConstraint(
                name="replication_reported_whole",
                condition=~Q(state__in=["reported", "confirmed", "verified"])
                | Q(reported_at__isnull=False, adaptation__regex=r"\S", evidence__regex=r"\S"),
                violation_error_message=_("Laporan wajib memuat adaptasi dan bukti."),
            ),
            models.CheckConstraint(
                name="replication_confirmed_when_past",
                condition=Q(state__in=["confirmed", "verified"], confirmed_at__isnull=False)
                | Q(state="withdrawn")
                | ~Q(state__in=["confirmed", "verified", "withdrawn"])
                & Q(confirmed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="replication_verified_when_past",
                condition=Q(state="verified", verified_at__isnull=False)
                | ~Q(state="verified") & Q(verified_at__isnull=True),
            ),
            models.CheckConstraint(
                name="replication_withdrawn_with_reason",
                condition=Q(
                    state="withdrawn", withdrawn_at__isnull=False, withdrawal_reason__regex=r"\S"
                )
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True),
                violation_error_message=_("Penarikan wajib menyebut alasan."),
            ),
            models.CheckConstraint(
                name="replication_verified_by_others",
                condition=(Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("reported_by")))
                & (
                    Q(verified_by__isnull=True)
                    | ~Q(verified_by=F("confirmed_by")) & ~Q(verified_by=F("reported_by"))
                ),
                violation_error_message=_(
                    "Pelapor, yang membenarkan, dan yang memverifikasi wajib tiga orang berbeda."
                ),
            ),
            models.CheckConstraint(
                name="replication_replica_is_another",
                condition=Q(replica__isnull=True) | ~Q(replica=F("origin")),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("innovations:replication_detail", args=[self.pk])

    @property
    def code(self) -> str:
        """Reference that people quote: "REP-00017"."""
        return f"REP-{self.pk:05d}"

    @property
    def tone(self) -> str:
        """Colour of the state's tag."""
        return TONES[self.state]

    @property
    def is_simulated(self) -> bool:
        """Whether an invented person asked: then nothing of it happened."""
        return self.requested_by.is_simulated

    @property
    def is_open(self) -> bool:
        """Whether somebody waits for somebody."""
        return self.state not in ENDED

    @property
    def is_agreed_on(self) -> bool:
        """Whether both agencies stand by it."""
        return self.state in AGREED_ON

    @property
    def is_verified(self) -> bool:
        """Whether its replica counts."""
        return self.state == ReplicationState.VERIFIED

    @property
    def has_report(self) -> bool:
        """Whether a report waits for its proof, or has it."""
        return self.state in WITH_REPORT
