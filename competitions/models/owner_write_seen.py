"""That one head had seen what was written past the site, as it was kept at first."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sinovik.audit.models import OwnerWrite
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class OwnerWriteSeen(Immutable):
    """A head's word on one write, from before two were asked (ADR 56): nothing counts it.

    The next release but one may drop the table; code of the last one still writes to it.
    """

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
