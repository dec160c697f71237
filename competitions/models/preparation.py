"""What is done over a locked list before its announcement can be scheduled."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import UNDER_WAY, PreparationState
from sinovik.web.querysets import LockableQuerySet


class AnnouncementPreparation(models.Model):
    """One search of the comments behind a locked list: asked for, running, over.

    `done` of `total` comments are searched. What it found is a CommentScan with its held
    comments, written whole at the end or not at all. It decides no instant.
    """

    cut_off = models.ForeignKey("competitions.CutOff", models.PROTECT, related_name="preparations")
    state = models.CharField(
        _("keadaan"), max_length=10, choices=PreparationState, default=PreparationState.QUEUED
    )
    done = models.PositiveIntegerField(_("sudah dikerjakan"), default=0)
    total = models.PositiveIntegerField(_("jumlah komentar"), default=0)
    created_at = models.DateTimeField(_("diminta"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)

    objects = LockableQuerySet["AnnouncementPreparation"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("penyiapan pengumuman")
        verbose_name_plural = _("penyiapan pengumuman")
        constraints = [
            models.UniqueConstraint(
                name="announcementpreparation_one_at_a_time",
                fields=["cut_off"],
                condition=Q(state__in=["queued", "running"]),
                violation_error_message=_("Pengumuman ini sedang disiapkan."),
            ),
            models.UniqueConstraint(
                name="announcementpreparation_ready_once",
                fields=["cut_off"],
                condition=Q(state="ready"),
                violation_error_message=_("Pengumuman ini sudah disiapkan."),
            ),
            models.CheckConstraint(
                name="announcementpreparation_no_more_than_all", condition=Q(done__lte=F("total"))
            ),
            models.CheckConstraint(
                name="announcementpreparation_over_has_end",
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | Q(state__in=["ready", "cancelled", "failed"], finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cut_off_id} {self.state}"

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state in UNDER_WAY

    @property
    def percent(self) -> int:
        """How much of it is done, 0..100; no count, which would tell of masked entries."""
        return self.done * 100 // self.total if self.total else 0
