"""An evaluator's proposals as PDF, to be read where there is no network."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import ExportState
from sinovik.web.querysets import LockableQuerySet


class ReadingPackQuerySet(LockableQuerySet["ReadingPack"]):
    """Reads over packs."""

    def visible_to(self, user: Any) -> "ReadingPackQuerySet":
        """The person's own packs; nobody else's, whoever asks."""
        return self.filter(reader=user.pk)


class ReadingPack(models.Model):
    """One pack: asked for, being made, ready while its reader may read all of it.

    `done` and `total` count proposals.
    """

    stage = models.ForeignKey("competitions.Stage", models.PROTECT, related_name="reading_packs")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reading_packs"
    )
    state = models.CharField(
        _("keadaan"), max_length=10, choices=ExportState, default=ExportState.QUEUED
    )
    done = models.PositiveIntegerField(_("sudah dikerjakan"), default=0)
    total = models.PositiveIntegerField(_("jumlah proposal"))
    created_at = models.DateTimeField(_("diminta"))
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    expires_at = models.DateTimeField(_("berlaku sampai"), null=True, blank=True)

    objects = ReadingPackQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("paket bacaan")
        verbose_name_plural = _("paket bacaan")
        constraints = [
            models.UniqueConstraint(
                name="readingpack_one_at_a_time",
                fields=["stage", "reader"],
                condition=Q(state__in=["queued", "running"]),
                violation_error_message=_("Paket bacaan Anda sedang disiapkan."),
            ),
            models.CheckConstraint(
                name="readingpack_ready_has_end",
                condition=~Q(state="ready")
                | Q(finished_at__isnull=False, expires_at__isnull=False, done=F("total")),
            ),
            models.CheckConstraint(
                name="readingpack_no_more_than_all", condition=Q(done__lte=F("total"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.created_at:%Y-%m-%d}"


class ReadingPackVolume(models.Model):
    """One PDF of a pack: the proposals of these assignments.

    `assignments` are plain numbers: one that was taken away stays missed. `first` and `last`
    are places in the reader's order of reading.
    """

    pack = models.ForeignKey(ReadingPack, models.CASCADE, related_name="volumes")
    number = models.PositiveSmallIntegerField(_("jilid"))
    assignments = ArrayField(models.BigIntegerField(), verbose_name=_("penugasan"))
    first = models.PositiveIntegerField(_("urutan pertama"))
    last = models.PositiveIntegerField(_("urutan terakhir"))
    storage_name = models.CharField(_("nama simpan"), max_length=200)
    size = models.PositiveBigIntegerField(_("ukuran"))
    sha256 = models.CharField(_("sidik berkas"), max_length=64)

    class Meta:
        ordering = ["pack", "number"]
        verbose_name = _("jilid paket bacaan")
        verbose_name_plural = _("jilid paket bacaan")
        constraints = [
            models.UniqueConstraint(name="readingpackvolume_once", fields=["pack", "number"]),
            models.CheckConstraint(
                name="readingpackvolume_holds_something",
                condition=Q(size__gt=0, assignments__len__gt=0) & ~Q(storage_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack_id}: {self.number}"

    @property
    def file_name(self) -> str:
        """What the file is called when it is saved (needs `pack` loaded)."""
        return f"paket-bacaan-{self.pack.created_at:%Y-%m-%d}-jilid-{self.number}.pdf"
