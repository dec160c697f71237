"""An admin's word that a proposal shall go out by itself at the close."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import AutomaticState
from sinovik.web.querysets import LockableQuerySet


class AutomaticSubmissionQuerySet(LockableQuerySet["AutomaticSubmission"]):
    """Reads over orders to submit at the close."""

    def pending(self) -> "AutomaticSubmissionQuerySet":
        """Orders that wait for the close."""
        return self.filter(state=AutomaticState.PENDING)


class AutomaticSubmission(models.Model):
    """One opt-in: who ordered it, and how it ended. At most one waits for an entry.

    `obstacle` is the refusal that kept it from being sent, in the words of the rules.
    """

    entry = models.ForeignKey(
        "competitions.Entry", models.PROTECT, related_name="automatic_submissions"
    )
    state = models.CharField(
        _("keadaan"), max_length=9, choices=AutomaticState, default=AutomaticState.PENDING
    )
    ordered_at = models.DateTimeField(_("dipesan"))
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(_("diingatkan"), null=True, blank=True)
    warned_at = models.DateTimeField(_("diperingatkan"), null=True, blank=True)
    ended_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    obstacle = models.TextField(_("penghalang"), blank=True)

    objects = AutomaticSubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pengajuan otomatis")
        verbose_name_plural = _("pengajuan otomatis")
        constraints = [
            models.UniqueConstraint(
                name="automaticsubmission_one_pending",
                fields=["entry"],
                condition=Q(state="pending"),
                violation_error_message=_("Proposal ini sudah dijadwalkan terkirim otomatis."),
            ),
            models.CheckConstraint(
                name="automaticsubmission_ended_at_with_state",
                condition=Q(state="pending", ended_at__isnull=True, ended_by__isnull=True)
                | ~Q(state="pending") & Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.state}"
