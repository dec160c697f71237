"""What came after the deadline, kept as it stood."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import EntryState, LateState
from sinovik.web.querysets import LockableQuerySet


class LateSubmissionQuerySet(LockableQuerySet["LateSubmission"]):
    """Reads over late submissions."""

    def undecided(self) -> "LateSubmissionQuerySet":
        """Those for which the secretariat has yet to decide; a later, timely one ends that."""
        waiting = self.filter(state__in=[LateState.KEPT, LateState.ADMISSION_PROPOSED])
        return waiting.filter(entry__state=EntryState.WITH_AGENCY)

    def for_list(self) -> "LateSubmissionQuerySet":
        """With what a list shows."""
        return self.select_related(
            "entry__edition",
            "entry__agency",
            "entry__group",
            "entry__innovation",
            "version",
            "attempted_by",
            "proposed_by",
            "decided_by",
        ).defer("entry__innovation__sections")


class LateSubmission(models.Model):
    """An agency's attempt to submit after the close: its version, its instant, what became of it.

    One row an entry and missed close. `attempted_at` is the database's clock at the attempt.
    A trigger keeps what was attempted, and what was decided.
    """

    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="late_submissions")
    version = models.ForeignKey("innovations.InnovationVersion", models.PROTECT, related_name="+")
    closes_at = models.DateTimeField(_("tenggat yang terlewat"))
    attempted_at = models.DateTimeField(_("tiba"))
    attempted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(_("keadaan"), max_length=18, choices=LateState, default=LateState.KEPT)
    letter_number = models.CharField(_("nomor surat"), max_length=80, blank=True)
    reason = models.CharField(_("alasan"), max_length=500, blank=True)
    proposed_at = models.DateTimeField(_("diusulkan"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_note = models.CharField(_("catatan keputusan"), max_length=500, blank=True)

    objects = LateSubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["attempted_at", "pk"]
        verbose_name = _("pengajuan terlambat")
        verbose_name_plural = _("pengajuan terlambat")
        constraints = [
            models.UniqueConstraint(
                name="latesubmission_once_a_close", fields=["entry", "closes_at"]
            ),
            models.CheckConstraint(
                name="latesubmission_is_late", condition=Q(attempted_at__gte=F("closes_at"))
            ),
            models.CheckConstraint(
                name="latesubmission_proposed_at_with_by",
                condition=Q(proposed_at__isnull=True, proposed_by__isnull=True)
                | Q(proposed_at__isnull=False, proposed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="latesubmission_decided_at_with_by",
                condition=Q(
                    state__in=["kept", "admission_proposed"],
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                )
                | Q(
                    state__in=["admitted", "declined"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="latesubmission_admission_has_letter",
                condition=~Q(state__in=["admission_proposed", "admitted"])
                | Q(letter_number__regex=r"\S", reason__regex=r"\S", proposed_by__isnull=False),
                violation_error_message=_("Tuliskan nomor surat dan alasan menerimanya."),
            ),
            models.CheckConstraint(
                name="latesubmission_needs_second_person",
                condition=~Q(state="admitted") | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Menerima yang terlambat perlu orang kedua."),
            ),
            models.CheckConstraint(
                name="latesubmission_decline_has_note",
                condition=~Q(state="declined") | Q(decision_note__regex=r"\S"),
                violation_error_message=_("Tuliskan alasan penolakan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} @ {self.attempted_at:%Y-%m-%d %H:%M:%S}"

    @property
    def is_undecided(self) -> bool:
        """Whether the secretariat has yet to decide."""
        return self.state in (LateState.KEPT, LateState.ADMISSION_PROPOSED)
