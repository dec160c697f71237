"""That a second person has seen what was written past the site."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sinovik.audit.models import OwnerWrite
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class OwnerWriteSeen(Immutable):
    """A head's word on one write by the database's owner: who it was, and why."""

    write = models.OneToOneField(OwnerWrite, models.PROTECT, related_name="seen")
    seen_at = models.DateTimeField(_("dilihat"))
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.CharField(_("keterangan"), max_length=300)

    objects = ImmutableQuerySet["OwnerWriteSeen"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("konfirmasi penulisan di luar situs")
        verbose_name_plural = _("konfirmasi penulisan di luar situs")

    def __str__(self) -> str:
        return f"{self.write_id}: {self.note}"
