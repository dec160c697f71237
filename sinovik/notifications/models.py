"""The message row."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Reads over messages."""

    def unread(self) -> Self:
        """Messages the person has not opened."""
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """One message to one person; ``path`` leads to where something is to be done."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications"
    )
    subject = models.CharField(_("perihal"), max_length=200)
    body = models.TextField(_("isi"))
    path = models.CharField(_("alamat"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("dibuat"))
    read_at = models.DateTimeField(_("dibaca"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("pemberitahuan")
        verbose_name_plural = _("pemberitahuan")
        indexes = [models.Index(fields=["recipient", "read_at"], name="notification_inbox")]

    def __str__(self) -> str:
        return self.subject
