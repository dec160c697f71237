"""The event row."""

from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads over events."""

    def about(self, obj: models.Model) -> Self:
        """Events of one object, oldest first."""
        return self.filter(object_type=obj._meta.label_lower, object_id=obj.pk).order_by("pk")

    def named(self, *verbs: str) -> Self:
        """Events with one of these names."""
        return self.filter(verb__in=verbs)


class AuditEvent(models.Model):
    """Who did what to which row, when. A trigger refuses UPDATE, DELETE and TRUNCATE."""

    at = models.DateTimeField(_("waktu"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("oleh"),
    )
    actor_label = models.CharField(_("nama pelaku"), max_length=200, blank=True)
    verb = models.CharField(_("kejadian"), max_length=64)
    object_type = models.CharField(_("jenis objek"), max_length=64)
    object_id = models.BigIntegerField(_("nomor objek"))
    payload = models.JSONField(_("rincian"), default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(_("nomor permintaan"), max_length=36, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("kejadian")
        verbose_name_plural = _("kejadian")
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="auditevent_object"),
            models.Index(fields=["at"], name="auditevent_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: events come from ``sinovik.audit.record`` alone."""
        raise TypeError("use sinovik.audit.record")
