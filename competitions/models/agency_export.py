"""A copy of everything an agency has here, made on request and kept for a week."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.enums import Role
from competitions.enums import ExportState
from sinovik.web.querysets import LockableQuerySet


class AgencyExportQuerySet(LockableQuerySet["AgencyExport"]):
    """Reads over copies."""

    def visible_to(self, user: Any) -> "AgencyExportQuerySet":
        """Copies of the agencies that the person administers; nobody else's, whoever asks."""
        return self.filter(agency_id__in=user.agency_ids(Role.AGENCY_ADMIN))


class AgencyExport(models.Model):
    """One copy: asked for, being made, ready until it expires."""

    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="exports")
    state = models.CharField(
        _("keadaan"), max_length=10, choices=ExportState, default=ExportState.QUEUED
    )
    done = models.PositiveIntegerField(_("sudah dikerjakan"), default=0)
    total = models.PositiveIntegerField(_("jumlah langkah"))
    storage_name = models.CharField(_("nama simpan"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("ukuran"), default=0)
    sha256 = models.CharField(_("sidik berkas"), max_length=64, blank=True)
    missing_files = models.PositiveIntegerField(_("lampiran yang tidak terbaca"), default=0)
    created_at = models.DateTimeField(_("diminta"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    expires_at = models.DateTimeField(_("berlaku sampai"), null=True, blank=True)

    objects = AgencyExportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("salinan data instansi")
        verbose_name_plural = _("salinan data instansi")
        constraints = [
            models.UniqueConstraint(
                name="agencyexport_one_at_a_time",
                fields=["agency"],
                condition=Q(state__in=["queued", "running"]),
                violation_error_message=_("Salinan data instansi Anda sedang disiapkan."),
            ),
            models.CheckConstraint(
                name="agencyexport_ready_has_file",
                condition=~Q(state="ready")
                | ~Q(storage_name="")
                & ~Q(sha256="")
                & Q(size__gt=0, finished_at__isnull=False, expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="agencyexport_file_only_when_ready",
                condition=Q(state="ready") | Q(storage_name=""),
            ),
            models.CheckConstraint(
                name="agencyexport_no_more_than_all", condition=Q(done__lte=F("total"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.created_at:%Y-%m-%d}"

    @property
    def file_name(self) -> str:
        """What the file is called when it is saved (needs `agency` loaded)."""
        return f"data-{self.agency.slug}-{self.created_at:%Y-%m-%d}.zip"
