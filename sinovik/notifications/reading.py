"""Noting that a person has opened a message."""

from typing import TYPE_CHECKING

from sinovik.audit import clock

if TYPE_CHECKING:
    from sinovik.notifications.models import Notification


def mark_read(*, notification: "Notification") -> None:
    """Note the first opening; later ones change nothing."""
    from sinovik.notifications.models import Notification

    unread = Notification.objects.unread().filter(pk=notification.pk)
    unread.update(read_at=clock.now())
