"""Deadlines that moved: extensions, each by two people on a letter."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import ExtensionState
from sinovik.web.querysets import LockableQuerySet


class DeadlineExtensionQuerySet(LockableQuerySet["DeadlineExtension"]):
    """Reads over extensions."""

    def confirmed(self) -> "DeadlineExtensionQuerySet":
        """Extensions that hold."""
        return self.filter(state=ExtensionState.CONFIRMED)

    def reaching(self, agency_id: int | None) -> "DeadlineExtensionQuerySet":
        """Extensions for everybody, and those for this one agency."""
        return self.filter(Q(agency__isnull=True) | Q(agency_id=agency_id))

    def for_list(self) -> "DeadlineExtensionQuerySet":
        """With the names that a list shows."""
        return self.select_related("stage__edition", "agency", "proposed_by", "decided_by")


class DeadlineExtension(models.Model):
    """A later close of a stage, for all agencies (`agency` empty) or for one.

    One person proposes, another confirms; a trigger refuses a close that is not later than
    the present one, a stage that is closed, and any change of what was proposed or decided.
    `previous_closes_at` is the close that it moved, as of the last decision.
    """

    stage = models.ForeignKey("competitions.Stage", models.PROTECT, related_name="extensions")
    agency = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("instansi"),
    )
    previous_closes_at = models.DateTimeField(_("tenggat semula"))
    new_closes_at = models.DateTimeField(_("tenggat baru"))
    letter_number = models.CharField(_("nomor surat"), max_length=80)
    reason = models.CharField(_("alasan"), max_length=500)
    state = models.CharField(
        _("keadaan"), max_length=9, choices=ExtensionState, default=ExtensionState.PROPOSED
    )
    proposed_at = models.DateTimeField(_("diusulkan"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_note = models.CharField(_("catatan keputusan"), max_length=500, blank=True)

    objects = DeadlineExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("perpanjangan tenggat")
        verbose_name_plural = _("perpanjangan tenggat")
        constraints = [
            models.CheckConstraint(
                name="deadlineextension_is_later",
                condition=Q(new_closes_at__gt=F("previous_closes_at")),
                violation_error_message=_("Tenggat baru harus sesudah tenggat yang berlaku."),
            ),
            models.CheckConstraint(
                name="deadlineextension_has_letter",
                condition=Q(letter_number__regex=r"\S"),
                violation_error_message=_("Tuliskan nomor surat yang mendasarinya."),
            ),
            models.CheckConstraint(
                name="deadlineextension_has_reason",
                condition=Q(reason__regex=r"\S"),
                violation_error_message=_("Tuliskan alasan perpanjangan."),
            ),
            models.CheckConstraint(
                name="deadlineextension_decided_at_with_by",
                condition=Q(state="proposed", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(state="proposed") & Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="deadlineextension_needs_second_person",
                condition=~Q(state="confirmed") | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Perpanjangan perlu dikonfirmasi orang kedua."),
            ),
            models.UniqueConstraint(
                name="deadlineextension_one_waiting",
                fields=["stage", "agency"],
                condition=Q(state="proposed"),
                nulls_distinct=False,
                violation_error_message=_(
                    "Masih ada usulan perpanjangan yang menunggu orang kedua."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id} → {self.new_closes_at:%Y-%m-%d %H:%M}"

    @property
    def is_waiting(self) -> bool:
        """Whether the second person has yet to decide."""
        return self.state == ExtensionState.PROPOSED
