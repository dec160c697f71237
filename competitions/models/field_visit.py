"""Field verification: what somebody who went there saw, laid beside the proposal."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.enums import Role
from agencies.models import User
from competitions.enums import PanelRole, StageState, VisitState, VisitVerdict
from sinovik.web.querysets import LockableQuerySet


class FieldVisitQuerySet(LockableQuerySet["FieldVisit"]):
    """Reads over reports. Filing ends a report; a trigger keeps it as it is."""

    def filed(self) -> "FieldVisitQuerySet":
        """Reports that others may read: not those of verifiers who later declared a conflict."""
        return self.filter(state=VisitState.FILED).exclude(entry__conflicts__user=F("verifier"))

    def visible_to(self, user: User) -> "FieldVisitQuerySet":
        """The person's own, all for the secretariat, filed ones for the edition's panel.

        Observers read filed ones once the stage is closed. Conflicts are the caller's matter.
        """
        if user.is_secretariat:
            return self
        panel = Q(
            stage__edition__appointments__user=user,
            stage__edition__appointments__role=PanelRole.PANELIST,
        )
        others = panel
        if user.has_role(Role.OBSERVER):
            others |= Q(stage__state=StageState.CLOSED)
        told = Q(pk__in=FieldVisit.objects.filed().values("pk"))
        return self.filter(Q(verifier=user) | told & others).distinct()


class FieldVisit(models.Model):
    """A report of one visit to one entry. A correction is a further report that `follows` it."""

    stage = models.ForeignKey("competitions.Stage", models.PROTECT, related_name="field_visits")
    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="field_visits")
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="field_visits"
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    assigned_at = models.DateTimeField(_("ditugaskan"))
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(
        _("keadaan"), max_length=5, choices=VisitState, default=VisitState.DRAFT
    )
    visited_on = models.DateField(_("tanggal kunjungan"), null=True, blank=True)
    place = models.CharField(_("tempat"), max_length=200, blank=True)
    met = models.CharField(_("yang ditemui"), max_length=300, blank=True)
    finding = models.TextField(_("temuan"), blank=True)
    edit_number = models.PositiveIntegerField(default=1)
    filed_at = models.DateTimeField(_("diajukan"), null=True, blank=True)

    objects = FieldVisitQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("laporan kunjungan lapangan")
        verbose_name_plural = _("laporan kunjungan lapangan")
        constraints = [
            models.UniqueConstraint(
                name="fieldvisit_one_draft",
                fields=["stage", "entry", "verifier"],
                condition=Q(state="draft"),
                violation_error_message=_("Orang ini masih memegang laporan yang belum diajukan."),
            ),
            models.CheckConstraint(
                name="fieldvisit_filed_is_whole",
                condition=Q(state="draft", filed_at__isnull=True)
                | Q(
                    state="filed",
                    filed_at__isnull=False,
                    visited_on__isnull=False,
                    place__regex=r"\S",
                    met__regex=r"\S",
                    finding__regex=r"\S",
                ),
                violation_error_message=_("Lengkapi tanggal, tempat, yang ditemui, dan temuan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.verifier_id}"

    @property
    def is_filed(self) -> bool:
        """Whether the report is final."""
        return self.state == VisitState.FILED


class FieldVisitAnswer(models.Model):
    """One question of a report as it read when the visit was asked for, and its answer."""

    visit = models.ForeignKey(FieldVisit, models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField(_("urutan"))
    question = models.CharField(_("pertanyaan"), max_length=300)
    verdict = models.CharField(_("jawaban"), max_length=9, choices=VisitVerdict, blank=True)
    note = models.CharField(_("catatan"), max_length=500, blank=True)

    class Meta:
        ordering = ["visit", "position"]
        verbose_name = _("jawaban kunjungan")
        verbose_name_plural = _("jawaban kunjungan")
        constraints = [
            models.UniqueConstraint(
                name="fieldvisitanswer_position_once", fields=["visit", "position"]
            ),
        ]

    def __str__(self) -> str:
        return self.question


class FieldVisitPhoto(models.Model):
    """A photo of the visit: re-encoded, without the place and time that cameras write into it."""

    visit = models.ForeignKey(FieldVisit, models.PROTECT, related_name="photos")
    file = models.OneToOneField(
        "competitions.ContestFile", models.PROTECT, related_name="visit_photo"
    )
    caption = models.CharField(_("keterangan foto"), max_length=200)

    class Meta:
        ordering = ["visit", "pk"]
        verbose_name = _("foto kunjungan")
        verbose_name_plural = _("foto kunjungan")

    def __str__(self) -> str:
        return self.caption
