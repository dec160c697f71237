"""That the people of an entry were told of an announced list."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sinovik.web.querysets import Immutable, ImmutableQuerySet


class AnnouncementNotice(Immutable):
    """Written with the message it stands for, once an entry and list, never before the instant.

    A trigger refuses a row before its list's instant, by the database's clock, and keeps it.
    """

    result = models.OneToOneField("competitions.Result", models.PROTECT, related_name="notice")
    told_at = models.DateTimeField(_("diberitahukan"))

    objects = ImmutableQuerySet["AnnouncementNotice"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pemberitahuan hasil")
        verbose_name_plural = _("pemberitahuan hasil")

    def __str__(self) -> str:
        return str(self.result_id)
