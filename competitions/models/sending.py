"""Every time a proposal changed hands upwards: what was sent, to whom, when, by whom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competitions.enums import SentTo
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class Sending(Immutable):
    """One sending of an entry. Each freezes a version of its own; a trigger keeps the row."""

    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="sendings")
    version = models.OneToOneField(
        "innovations.InnovationVersion", models.PROTECT, related_name="sending"
    )
    sent_to = models.CharField(_("tujuan"), max_length=10, choices=SentTo)
    sent_at = models.DateTimeField(_("dikirim"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["Sending"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pengiriman")
        verbose_name_plural = _("pengiriman")

    def __str__(self) -> str:
        return f"{self.entry_id} -> {self.sent_to}"
