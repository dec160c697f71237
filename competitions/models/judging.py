"""Who judges what: appointments, conflicts, assignments, scoresheets, scores."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from competitions.enums import PanelRole, SheetState
from sinovik.web.querysets import Immutable, ImmutableQuerySet, LockableQuerySet


class AppointmentQuerySet(LockableQuerySet["Appointment"]):
    """Reads over appointments."""

    def in_role(self, role: str) -> "AppointmentQuerySet":
        """Appointments to one body."""
        return self.filter(role=role)


class Appointment(models.Model):
    """A person appointed to judge in one edition."""

    edition = models.ForeignKey("competitions.Edition", models.PROTECT, related_name="appointments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments")
    role = models.CharField(_("badan"), max_length=10, choices=PanelRole)
    expertise = models.ManyToManyField(
        "innovations.Category", blank=True, related_name="+", verbose_name=_("bidang keahlian")
    )
    appointed_at = models.DateTimeField(_("ditunjuk"))
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "role", "user"]
        verbose_name = _("penunjukan")
        verbose_name_plural = _("penunjukan")
        constraints = [
            models.UniqueConstraint(
                name="appointment_once_per_edition_and_role", fields=["edition", "user", "role"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {PanelRole(self.role).label}"


class ConflictDeclaration(Immutable):
    """A conflict of interest that a judge declared. It is never taken back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflicts")
    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="conflicts")
    reason = models.CharField(_("alasan"), max_length=300)
    declared_at = models.DateTimeField(_("dinyatakan"))

    objects = ImmutableQuerySet["ConflictDeclaration"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pernyataan benturan kepentingan")
        verbose_name_plural = _("pernyataan benturan kepentingan")
        constraints = [
            models.UniqueConstraint(name="conflictdeclaration_once", fields=["user", "entry"]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} x {self.entry_id}"


class AssignmentQuerySet(LockableQuerySet["Assignment"]):
    """Reads over assignments."""

    def for_evaluator(self, user: User | Any) -> "AssignmentQuerySet":
        """The person's own assignments, those in conflict and those given back left out."""
        return (
            self.filter(evaluator=user, abstention=None)
            .exclude(entry__conflicts__user=user)
            .order_by("stage", "reading_order")
        )

    def in_reading_order(self) -> "AssignmentQuerySet":
        """As one judge reads them: what was skipped and is unsent comes last."""
        skipped = Case(When(scoresheet__state=SheetState.DRAFT, then=F("skipped_at")))
        return self.order_by(skipped.asc(nulls_first=True), "reading_order")


class Assignment(models.Model):
    """One entry for one judge to read. A trigger refuses it over a declared conflict.

    `version` is what the entry stood with when it was handed out: the judge reads that one
    for good, whatever the entry or the dossier becomes. The trigger fills and keeps it.
    `reading_order` is the judge's own and stays; what was skipped (`skipped_at`) comes after it.
    """

    stage = models.ForeignKey("competitions.Stage", models.PROTECT, related_name="assignments")
    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="assignments")
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments"
    )
    version = models.ForeignKey(
        "innovations.InnovationVersion",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("versi yang dinilai"),
    )
    skipped_at = models.DateTimeField(_("dilewati"), null=True, blank=True)
    reading_order = models.PositiveIntegerField(_("urutan baca"))
    assigned_at = models.DateTimeField(_("ditugaskan"))
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Kosong: oleh aturan tahap."),
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["stage", "evaluator", "reading_order"]
        verbose_name = _("penugasan")
        verbose_name_plural = _("penugasan")
        constraints = [
            models.UniqueConstraint(name="assignment_once", fields=["stage", "entry", "evaluator"]),
        ]

    def __str__(self) -> str:
        return f"{self.evaluator_id} -> {self.entry_id}"


class Scoresheet(models.Model):
    """A judge's sheet for one assignment. Final means final: a trigger refuses changes.

    `total` (0..100) is `competitions.scoring.sheet_total` of the marks, stored unrounded
    at finalising; it is NULL on a draft.
    """

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="scoresheet")
    state = models.CharField(
        _("keadaan"), max_length=6, choices=SheetState, default=SheetState.DRAFT
    )
    edit_number = models.PositiveIntegerField(_("nomor suntingan"), default=1)
    strengths = models.TextField(_("kekuatan"), blank=True)
    weaknesses = models.TextField(_("kelemahan"), blank=True)
    total = models.DecimalField(_("total"), max_digits=9, decimal_places=6, null=True, blank=True)
    updated_at = models.DateTimeField(_("diubah"))
    finalised_at = models.DateTimeField(_("dikirim"), null=True, blank=True)
    finalised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LockableQuerySet["Scoresheet"].as_manager()

    class Meta:
        ordering = ["assignment"]
        verbose_name = _("lembar nilai")
        verbose_name_plural = _("lembar nilai")
        constraints = [
            models.CheckConstraint(
                name="scoresheet_final_has_total_and_by",
                condition=Q(
                    state="final",
                    total__isnull=False,
                    finalised_at__isnull=False,
                    finalised_by__isnull=False,
                )
                | Q(
                    state="draft",
                    total__isnull=True,
                    finalised_at__isnull=True,
                    finalised_by__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="scoresheet_total_in_range",
                condition=Q(total__isnull=True) | Q(total__gte=0, total__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.state}"


class Score(models.Model):
    """A mark for one criterion. NULL means not scored yet; there is no sentinel.

    A trigger keeps the mark within its criterion's scale and the criterion within the
    sheet's stage.
    """

    scoresheet = models.ForeignKey(Scoresheet, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey("competitions.Criterion", models.PROTECT, related_name="scores")
    mark = models.PositiveSmallIntegerField(_("nilai"), null=True, blank=True)
    note = models.TextField(_("catatan"), blank=True)

    class Meta:
        ordering = ["scoresheet", "criterion"]
        verbose_name = _("nilai")
        verbose_name_plural = _("nilai")
        constraints = [
            models.UniqueConstraint(name="score_once", fields=["scoresheet", "criterion"]),
            models.CheckConstraint(
                name="score_mark_in_range",
                condition=Q(mark__isnull=True) | Q(mark__gte=1, mark__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.mark}"
