"""Messages to people: a row they see here, and an e-mail through the job queue."""

from sinovik.notifications.delivery import muted, notify, send_letter

__all__ = ["muted", "notify", "send_letter"]
