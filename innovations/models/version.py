"""Frozen versions of a dossier: what was submitted, byte for byte."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sinovik.web.querysets import Immutable, ImmutableQuerySet


class InnovationVersion(Immutable):
    """A dossier as it stood at one moment. Never changes; a trigger holds that.

    `content` is made by `innovations.queries.freeze(innovation)`; `content_hash` is
    `innovations.versions.fingerprint(content)`.
    """

    innovation = models.ForeignKey(
        "innovations.Innovation", models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("nomor versi"))
    content = models.JSONField(_("isi"))
    content_hash = models.CharField(_("sidik isi"), max_length=64)
    created_at = models.DateTimeField(_("dibekukan"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["InnovationVersion"].as_manager()

    class Meta:
        ordering = ["innovation", "number"]
        verbose_name = _("versi")
        verbose_name_plural = _("versi")
        constraints = [
            models.UniqueConstraint(
                name="innovationversion_number_once", fields=["innovation", "number"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_id} v{self.number}"
