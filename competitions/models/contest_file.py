"""Files of the contest that lie on no dossier: evidence of an objection, a decree."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import FileState
from sinovik.web.querysets import LockableQuerySet


class ContestFileQuerySet(LockableQuerySet["ContestFile"]):
    """Reads over files."""

    def ready(self) -> "ContestFileQuerySet":
        """Files that passed every examination: the only ones that anybody may have."""
        return self.filter(state=FileState.READY)

    def kept(self) -> "ContestFileQuerySet":
        """Files whose bytes are in the storage."""
        return self.exclude(storage_name="")


class ContestFile(models.Model):
    """A cleaned copy, kept under a random name. A trigger keeps all but a held file's state."""

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField(_("nama berkas"), max_length=150)
    kind = models.CharField(_("jenis berkas"), max_length=10)
    size = models.PositiveIntegerField(_("ukuran"))
    sha256 = models.CharField(_("sidik berkas"), max_length=64)
    storage_name = models.CharField(_("nama simpan"), max_length=200, blank=True)
    state = models.CharField(_("keadaan"), max_length=7, choices=FileState)
    kept_at = models.DateTimeField(_("disimpan"))
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ContestFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("berkas kontes")
        verbose_name_plural = _("berkas kontes")
        constraints = [
            models.CheckConstraint(
                name="contestfile_kept_unless_refused",
                condition=Q(state="refused", storage_name="")
                | ~Q(state="refused") & ~Q(storage_name=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ready(self) -> bool:
        """Whether somebody may have the bytes."""
        return self.state == FileState.READY
