"""Who has a form of a dossier open for writing at this moment."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class EditPresence(models.Model):
    """A person writing in one place of a dossier: a form section's key, or "identity".

    The page renews `seen_at` while it is open; a row that was not renewed for
    `queries.presence.EXPIRY` counts for nothing and goes with the next one written.
    """

    innovation = models.ForeignKey(
        "innovations.Innovation", models.CASCADE, related_name="presences"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    place = models.SlugField(_("bagian"), max_length=40)
    since = models.DateTimeField(_("sejak"))
    seen_at = models.DateTimeField(_("terakhir terlihat"))

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("sedang menulis")
        verbose_name_plural = _("sedang menulis")
        constraints = [
            models.UniqueConstraint(
                name="editpresence_once_a_place", fields=["innovation", "user", "place"]
            ),
            models.CheckConstraint(
                name="editpresence_seen_after_since", condition=Q(seen_at__gte=F("since"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.innovation_id} {self.place}"
