"""Who moves a deadline."""

from django.utils.translation import gettext as _

from agencies.models import User
from competitions.exceptions import SecondPersonNeeded
from competitions.models import DeadlineExtension
from sinovik.web.access import Forbidden


def check_can_propose_extension(user: User) -> None:
    """Officers and the head of the secretariat propose a later deadline."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat mengusulkan perpanjangan tenggat."))


def can_propose_extension(user: User) -> bool:
    """Whether `check_can_propose_extension` passes."""
    try:
        check_can_propose_extension(user)
    except Forbidden:
        return False
    return True


def check_can_confirm_extension(user: User, extension: DeadlineExtension) -> None:
    """Another person of the secretariat than the proposer confirms it."""
    check_can_propose_extension(user)
    if extension.proposed_by_id == user.pk:
        raise SecondPersonNeeded


def can_confirm_extension(user: User, extension: DeadlineExtension) -> bool:
    """Whether `check_can_confirm_extension` passes."""
    try:
        check_can_confirm_extension(user, extension)
    except Forbidden:
        return False
    return True
