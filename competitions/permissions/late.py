"""Who decides about a submission that came after the close."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.exceptions import ConflictOfInterest, SecondPersonNeeded
from competitions.models import LateSubmission
from competitions.queries.conflicts import is_conflicted
from sinovik.web.access import Forbidden


def check_can_see_late(user: User) -> None:
    """The secretariat and observers see what came late, of every agency."""
    if not (user.is_secretariat or user.has_role(Role.OBSERVER)):
        raise Forbidden(_("Hanya sekretariat dan pengamat yang dapat melihat daftar ini."))


def check_can_decide_late(user: User, late: LateSubmission) -> None:
    """Officers and the head of the secretariat decide, none in conflict with the entry."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang memutuskan pengajuan terlambat."))
    if is_conflicted(user, [late.entry_id]):
        raise ConflictOfInterest


def can_decide_late(user: User, late: LateSubmission) -> bool:
    """Whether `check_can_decide_late` passes."""
    try:
        check_can_decide_late(user, late)
    except Forbidden:
        return False
    return True


def check_can_admit_late(user: User, late: LateSubmission) -> None:
    """Another person of the secretariat than the proposer admits."""
    check_can_decide_late(user, late)
    if late.proposed_by_id == user.pk:
        raise SecondPersonNeeded


def can_admit_late(user: User, late: LateSubmission) -> bool:
    """Whether `check_can_admit_late` passes."""
    try:
        check_can_admit_late(user, late)
    except Forbidden:
        return False
    return True
