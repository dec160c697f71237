"""What the administrative check leaves: checklist, corrections, letters, saved filters."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import CorrectionOutcome, LetterKind, Verdict
from sinovik.web.querysets import Immutable, ImmutableQuerySet, LockableQuerySet


class CheckItem(models.Model):
    """What the officer says of one item of the checklist; `key` is that of the reference file.

    An item without a row says nothing yet. Items of a decided check are final.
    """

    check_of = models.ForeignKey(
        "competitions.AdministrativeCheck", models.CASCADE, related_name="items"
    )
    key = models.SlugField(_("butir"), max_length=40)
    verdict = models.CharField(_("putusan"), max_length=16, choices=Verdict, default=Verdict.OPEN)
    note = models.TextField(_("catatan"), blank=True)
    updated_at = models.DateTimeField(_("diubah"))
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("butir pemeriksaan")
        verbose_name_plural = _("butir pemeriksaan")
        constraints = [
            models.UniqueConstraint(name="checkitem_once_a_check", fields=["check_of", "key"]),
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.key}: {self.verdict}"


class CorrectionQuerySet(LockableQuerySet["Correction"]):
    """Reads over corrections."""

    def running(self) -> "CorrectionQuerySet":
        """Rounds that nothing has ended, in time or not."""
        return self.filter(ended_at__isnull=True)


class Correction(models.Model):
    """A round in which an agency mends a submitted proposal, until `due_at` exclusive.

    `version` is what the remarks speak of; `mended_version` what came back.
    """

    check_of = models.ForeignKey(
        "competitions.AdministrativeCheck", models.PROTECT, related_name="corrections"
    )
    number = models.PositiveSmallIntegerField(_("putaran"))
    version = models.ForeignKey("innovations.InnovationVersion", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("diminta"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("tenggat perbaikan"))
    outcome = models.CharField(_("hasil"), max_length=10, choices=CorrectionOutcome, blank=True)
    ended_at = models.DateTimeField(_("berakhir"), null=True, blank=True)
    mended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    mended_version = models.ForeignKey(
        "innovations.InnovationVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["check_of", "number"]
        verbose_name = _("perbaikan")
        verbose_name_plural = _("perbaikan")
        constraints = [
            models.UniqueConstraint(name="correction_number_once", fields=["check_of", "number"]),
            models.UniqueConstraint(
                name="correction_one_running",
                fields=["check_of"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="correction_due_after_asking", condition=Q(due_at__gt=F("asked_at"))
            ),
            models.CheckConstraint(
                name="correction_ended_with_outcome",
                condition=Q(ended_at__isnull=True, outcome="")
                | Q(ended_at__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="correction_mended_in_time_with_version_and_by",
                condition=Q(
                    outcome="mended",
                    mended_by__isnull=False,
                    mended_version__isnull=False,
                    ended_at__lt=F("due_at"),
                )
                | ~Q(outcome="mended") & Q(mended_by__isnull=True, mended_version__isnull=True),
                violation_error_message=_("Tenggat perbaikan sudah lewat."),
            ),
            models.CheckConstraint(
                name="correction_lapses_when_due",
                condition=~Q(outcome="lapsed") | Q(ended_at__gte=F("due_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} #{self.number}"


class Letter(Immutable):
    """A letter to an agency, as it was sent, in both languages. Never changes; a trigger."""

    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="letters")
    kind = models.CharField(_("jenis"), max_length=10, choices=LetterKind)
    correction = models.OneToOneField(
        Correction, models.PROTECT, null=True, blank=True, related_name="letter"
    )
    subject = models.CharField(_("perihal"), max_length=200)
    body = models.TextField(_("isi"))
    subject_en = models.CharField(_("perihal (Inggris)"), max_length=200)
    body_en = models.TextField(_("isi (Inggris)"))
    written_at = models.DateTimeField(_("dikirim"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["Letter"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("surat")
        verbose_name_plural = _("surat")
        constraints = [
            models.UniqueConstraint(
                name="letter_decision_once",
                fields=["entry", "kind"],
                condition=~Q(kind="correction"),
            ),
            models.CheckConstraint(
                name="letter_of_correction_names_it",
                condition=Q(kind="correction", correction__isnull=False)
                | ~Q(kind="correction") & Q(correction__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class SavedFilter(models.Model):
    """A filter of the check queue that a person keeps under a name of their own."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters"
    )
    name = models.CharField(_("nama saringan"), max_length=60)
    query = models.CharField(_("saringan"), max_length=400)
    created_at = models.DateTimeField(_("disimpan"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("saringan tersimpan")
        verbose_name_plural = _("saringan tersimpan")
        constraints = [
            models.UniqueConstraint(
                name="savedfilter_name_once_a_person",
                fields=["owner", "name"],
                violation_error_message=_("Anda sudah punya saringan dengan nama ini."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
