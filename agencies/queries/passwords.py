"""How old a password is."""

from datetime import datetime

from agencies.models import User
from sinovik.audit.models import AuditEvent

CHANGES = ("password_changed", "password_created", "password_replaced")


def password_since(user: User) -> datetime:
    """When the person last chose a password; who never did since, when the account was made."""
    last = AuditEvent.objects.about(user).named(*CHANGES).last()
    return last.at if last else user.date_joined
