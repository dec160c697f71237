"""What the public could read of a dossier before its text became another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sinovik.web.querysets import Immutable, ImmutableQuerySet


class EarlierText(Immutable):
    """A text that stood on the public page from one moment to another. A trigger keeps it."""

    innovation = models.ForeignKey(
        "innovations.Innovation", models.PROTECT, related_name="earlier_texts"
    )
    title = models.CharField(_("judul"), max_length=200)
    summary = models.TextField(_("ringkasan"))
    sections = models.JSONField(_("isi bagian"))
    told_from = models.DateTimeField(_("terbaca sejak"))
    told_until = models.DateTimeField(_("terbaca sampai"))
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["EarlierText"].as_manager()

    class Meta:
        ordering = ["told_until", "pk"]
        verbose_name = _("teks terdahulu")
        verbose_name_plural = _("teks terdahulu")
        constraints = [
            models.CheckConstraint(
                name="earlier_text_told_from_before_until",
                condition=Q(told_from__lte=F("told_until")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.told_until:%Y-%m-%d})"
