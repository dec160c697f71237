"""Who makes the schedule of presentations, runs the clock, follows along, and confirms."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.exceptions import ConflictOfInterest
from competitions.models import Entry, Presentation
from competitions.permissions.entries import check_can_write_entry
from competitions.queries.conflicts import is_conflicted
from sinovik.web.access import Forbidden


def check_can_schedule_presentations(user: User) -> None:
    """Officers and the head of the secretariat make the schedule."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat menyusun jadwal presentasi."))


def can_schedule_presentations(user: User) -> bool:
    """Whether `check_can_schedule_presentations` passes."""
    try:
        check_can_schedule_presentations(user)
    except Forbidden:
        return False
    return True


def check_can_moderate(user: User, presentation: Presentation | None = None) -> None:
    """Somebody of the secretariat runs the room's clock, none in conflict with who presents."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat menjalankan jam presentasi."))
    if presentation is not None and is_conflicted(user, [presentation.entry_id]):
        raise ConflictOfInterest


def can_moderate(user: User, presentation: Presentation | None = None) -> bool:
    """Whether `check_can_moderate` passes."""
    try:
        check_can_moderate(user, presentation)
    except Forbidden:
        return False
    return True


def check_can_follow_presentations(user: User) -> None:
    """The secretariat, the panel, and observers read the schedule."""
    if not (user.is_secretariat or user.has_role(Role.PANELIST, Role.OBSERVER)):
        raise Forbidden(_("Jadwal presentasi hanya untuk sekretariat, tim panel, dan pengamat."))


def can_follow_presentations(user: User) -> bool:
    """Whether `check_can_follow_presentations` passes."""
    try:
        check_can_follow_presentations(user)
    except Forbidden:
        return False
    return True


def check_can_confirm_presentation(user: User, entry: Entry) -> None:
    """People who work for the innovation confirm that they come, and name who speaks."""
    check_can_write_entry(user, entry)


def can_confirm_presentation(user: User, entry: Entry) -> bool:
    """Whether `check_can_confirm_presentation` passes."""
    try:
        check_can_confirm_presentation(user, entry)
    except Forbidden:
        return False
    return True
