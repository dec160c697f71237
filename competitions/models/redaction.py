"""Pieces of a proposal's text that blind readers don't see."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sinovik.web.querysets import Immutable, ImmutableQuerySet, LockableQuerySet


class RedactionQuerySet(LockableQuerySet["Redaction"]):
    """Reads over hidden pieces."""

    def in_force(self) -> "RedactionQuerySet":
        """Those that nobody lifted."""
        return self.filter(lifted_at__isnull=True)


class Redaction(models.Model):
    """A stretch `start:end` of a frozen text, which reads `wording`, hidden from blind readers.

    Counted in code points of the section's text without blank edges; `title` is the title. The
    text itself never changes. Nothing here does, but that it may be lifted, once.
    """

    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="redactions")
    version = models.ForeignKey(
        "innovations.InnovationVersion", models.PROTECT, related_name="redactions"
    )
    section = models.SlugField(_("bagian"), max_length=60)
    start = models.PositiveIntegerField(_("letak"))
    end = models.PositiveIntegerField(_("letak akhir"))
    wording = models.TextField(_("teks yang disamarkan"))
    hidden_at = models.DateTimeField(_("disamarkan"))
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(_("dibuka kembali"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RedactionQuerySet.as_manager()

    class Meta:
        ordering = ["section", "start", "pk"]
        verbose_name = _("penyamaran")
        verbose_name_plural = _("penyamaran")
        constraints = [
            models.CheckConstraint(
                name="redaction_hides_something", condition=Q(end__gt=F("start"))
            ),
            models.CheckConstraint(
                name="redaction_lifted_by_somebody",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="redaction_once",
                fields=["version", "entry", "section", "start", "end"],
                condition=Q(lifted_at__isnull=True),
                violation_error_message=_("Bagian ini sudah disamarkan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.section} {self.start}"


class RedactionReview(Immutable):
    """That somebody looked through an entry's text for a stage that is read blind."""

    entry = models.ForeignKey(
        "competitions.Entry", models.PROTECT, related_name="redaction_reviews"
    )
    stage = models.ForeignKey(
        "competitions.Stage", models.PROTECT, related_name="redaction_reviews"
    )
    done_at = models.DateTimeField(_("selesai diperiksa"))
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["RedactionReview"].as_manager()

    class Meta:
        ordering = ["stage", "entry"]
        verbose_name = _("pemeriksaan penyamaran")
        verbose_name_plural = _("pemeriksaan penyamaran")
        constraints = [
            models.UniqueConstraint(name="redactionreview_once", fields=["entry", "stage"]),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.stage_id}"


class AttachmentReleaseQuerySet(LockableQuerySet["AttachmentRelease"]):
    """Reads over files that blind readers may open."""

    def in_force(self) -> "AttachmentReleaseQuerySet":
        """Those that nobody withdrew."""
        return self.filter(withdrawn_at__isnull=True)


class AttachmentRelease(models.Model):
    """That somebody read a file whole and lets the readers of a blind stage have it.

    A file that takes its place is another attachment, which nobody released. Nothing here
    changes, but that it may be withdrawn, once.
    """

    stage = models.ForeignKey(
        "competitions.Stage", models.PROTECT, related_name="attachment_releases"
    )
    attachment = models.ForeignKey(
        "innovations.Attachment", models.PROTECT, related_name="releases"
    )
    released_at = models.DateTimeField(_("dibuka"))
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(_("ditutup kembali"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AttachmentReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pembukaan berkas")
        verbose_name_plural = _("pembukaan berkas")
        constraints = [
            models.CheckConstraint(
                name="attachmentrelease_withdrawn_by_somebody",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="attachmentrelease_once",
                fields=["stage", "attachment"],
                condition=Q(withdrawn_at__isnull=True),
                violation_error_message=_("Berkas ini sudah dibuka untuk penilai."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.attachment_id}"
