"""Messages to people: a row they see here, and an e-mail through the job queue."""

from sinovik.notifications.delivery import in_each_language, muted, notify, send_letter
from sinovik.notifications.reading import mark_read

__all__ = ["in_each_language", "mark_read", "muted", "notify", "send_letter"]
