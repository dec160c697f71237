"""A sent sheet that its judge may change once more, and what it said until then."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competitions.models.judging import Scoresheet
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class SheetReopening(Immutable):
    """The head reopened the sheet that was sent at `finalised_at`. Never taken back.

    `content` is the sheet as it was sent: `marks` and `notes` by criterion key, `strengths`
    and `weaknesses`. A trigger lets a final sheet become a draft with such a row alone.
    """

    scoresheet = models.ForeignKey(Scoresheet, models.PROTECT, related_name="reopenings")
    finalised_at = models.DateTimeField(_("dikirim"))
    total = models.DecimalField(_("total"), max_digits=9, decimal_places=6)
    content = models.JSONField(_("isi yang dikirim"))
    reason = models.CharField(_("alasan"), max_length=300)
    reopened_at = models.DateTimeField(_("dibuka kembali"))
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["SheetReopening"].as_manager()

    class Meta:
        ordering = ["scoresheet", "reopened_at"]
        verbose_name = _("pembukaan lembar nilai")
        verbose_name_plural = _("pembukaan lembar nilai")
        constraints = [
            models.UniqueConstraint(
                name="sheetreopening_once_per_sending", fields=["scoresheet", "finalised_at"]
            ),
            models.CheckConstraint(
                name="sheetreopening_has_reason",
                condition=~models.Q(reason=""),
                violation_error_message=_("Tuliskan alasan pembukaan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scoresheet_id}: {self.reopened_at}"
