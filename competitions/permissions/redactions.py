"""Who hides pieces of a text from blind readers."""

from django.utils.translation import gettext as _

from agencies.models import User
from competitions.exceptions import ConflictOfInterest
from competitions.models import Entry
from competitions.queries.conflicts import is_conflicted
from sinovik.web.access import Forbidden


def check_can_redact(user: User, entry: Entry | None = None) -> None:
    """The secretariat, on no entry in conflict."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat menyamarkan naskah."))
    if entry is not None and is_conflicted(user, [entry.pk]):
        raise ConflictOfInterest


def can_redact(user: User, entry: Entry | None = None) -> bool:
    """Whether `check_can_redact` passes."""
    try:
        check_can_redact(user, entry)
    except Forbidden:
        return False
    return True
