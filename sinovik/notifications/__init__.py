"""Messages to people: a row they see here, and an e-mail through the job queue."""

from sinovik.notifications.delivery import muted, notify, send_letter
from sinovik.notifications.reading import mark_read

__all__ = ["mark_read", "muted", "notify", "send_letter"]
