"""Links in mails that lead to "no more of this kind", for those who are not signed in."""

from django.core import signing
from django.urls import reverse
from django.utils import translation

from sinovik.notifications.kinds import KINDS, Kind

SALT = "sinovik.notifications.unsubscribe"


def unsubscribe_path(user_id: int, kind: str) -> str:
    """An address that knows person and kind; opening it changes nothing."""
    with translation.override("id"):
        return reverse(
            "notifications:unsubscribe", args=[signing.dumps([user_id, kind], salt=SALT)]
        )


def settings_path() -> str:
    """Where people choose how they get messages."""
    with translation.override("id"):
        return reverse("notifications:preferences")


def read_token(token: str) -> tuple[int, Kind] | None:
    """Whom and what a link means; None where we did not write it or the kind is mandatory."""
    try:
        user_id, key = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    kind = KINDS.get(key)
    return (user_id, kind) if kind and not kind.is_mandatory else None
