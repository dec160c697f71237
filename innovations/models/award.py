"""Awards as the register knows them; the contest writes them, nobody edits them."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from sinovik.audit import clock
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class AwardQuerySet(ImmutableQuerySet["Award"]):
    """Reads over awards. Every public read goes through `announced()`."""

    def announced(self, at: datetime | None = None) -> "AwardQuerySet":
        """Awards whose announcement instant has passed, by the clock at read time."""
        return self.filter(announced_at__lte=at or clock.now())


class Award(Immutable):
    """A band ("Top 99") that an innovation reached in an edition."""

    innovation = models.ForeignKey("innovations.Innovation", models.PROTECT, related_name="awards")
    year = models.PositiveSmallIntegerField(_("tahun"))
    band = models.SlugField(_("penghargaan"), max_length=20)
    band_name = models.CharField(_("nama penghargaan"), max_length=60)
    seats = models.PositiveSmallIntegerField(_("jumlah kursi"))
    announced_at = models.DateTimeField(_("diumumkan"))
    decree_number = models.CharField(_("nomor keputusan"), max_length=120, blank=True)
    is_simulated = models.BooleanField(_("data simulasi"), default=False)
    source = models.CharField(_("sumber"), max_length=400, blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "seats"]
        verbose_name = _("penghargaan")
        verbose_name_plural = _("penghargaan")
        constraints = [
            models.UniqueConstraint(
                name="award_band_once_per_year", fields=["innovation", "year", "band"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.band_name} {self.year}"
