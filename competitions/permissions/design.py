"""Who designs an edition, and who reads the design."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.exceptions import SecondPersonNeeded
from competitions.models import EditionChange
from sinovik.web.access import Forbidden


def check_can_read_design(user: User) -> None:
    """Officers and the head of the secretariat read the design of every edition."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat membaca rancangan edisi."))


def can_read_design(user: User) -> bool:
    """Whether `check_can_read_design` passes."""
    try:
        check_can_read_design(user)
    except Forbidden:
        return False
    return True


def check_can_design(user: User) -> None:
    """The head of the secretariat designs editions."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat merancang edisi."))


def can_design(user: User) -> bool:
    """Whether `check_can_design` passes."""
    try:
        check_can_design(user)
    except Forbidden:
        return False
    return True


def check_can_decide_change(user: User, change: EditionChange) -> None:
    """Another person of the secretariat than the proposer confirms a change."""
    check_can_read_design(user)
    if change.proposed_by_id == user.pk:
        raise SecondPersonNeeded


def can_decide_change(user: User, change: EditionChange) -> bool:
    """Whether `check_can_decide_change` passes."""
    try:
        check_can_decide_change(user, change)
    except Forbidden:
        return False
    return True
