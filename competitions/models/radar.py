"""How likely an entry misses the close, as last computed; and who reminded its holder."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sinovik.web.querysets import Immutable, ImmutableQuerySet


class EntryForecast(models.Model):
    """A narrow copy for the radar, refreshed by a job. `missing` names sections and rules.

    `reasons` are (code, number) pairs of `competitions.pace.Reason`, the weightiest first.
    """

    entry = models.OneToOneField(
        "competitions.Entry", models.CASCADE, primary_key=True, related_name="forecast"
    )
    chance = models.DecimalField(_("peluang tidak sampai"), max_digits=4, decimal_places=3)
    done = models.PositiveSmallIntegerField(_("bagian selesai"))
    total = models.PositiveSmallIntegerField(_("jumlah bagian"))
    missing = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    reasons = models.JSONField(_("alasan"), default=list)
    touched_at = models.DateTimeField(_("terakhir disentuh"))
    closes_at = models.DateTimeField(_("tenggat"))
    safe_until = models.DateTimeField(_("batas aman penyerahan"))
    computed_at = models.DateTimeField(_("dihitung"))

    class Meta:
        verbose_name = _("prakiraan")
        verbose_name_plural = _("prakiraan")
        constraints = [
            models.CheckConstraint(
                name="entryforecast_chance_in_range", condition=Q(chance__gte=0, chance__lte=1)
            ),
            models.CheckConstraint(
                name="entryforecast_done_within_total", condition=Q(done__lte=F("total"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.chance}"


class Nudge(Immutable):
    """One person reminded the holder of one entry; once a day."""

    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="nudges")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_on = models.DateField(_("hari"))
    sent_at = models.DateTimeField(_("dikirim"))
    state = models.CharField(_("keadaan saat itu"), max_length=12)
    recipients = models.PositiveSmallIntegerField(_("jumlah penerima"))

    objects = ImmutableQuerySet["Nudge"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("pengingat")
        verbose_name_plural = _("pengingat")
        constraints = [
            models.UniqueConstraint(
                name="nudge_once_a_day",
                fields=["entry", "sent_by", "sent_on"],
                violation_error_message=_("Anda sudah mengingatkan pemegangnya hari ini."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.sent_on}"
