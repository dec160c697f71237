"""Who may move an entry on its way from the unit to the ministry."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.models import Entry
from innovations.models import Innovation
from innovations.permissions import works_for
from sinovik.web.access import Forbidden


def check_can_enter(user: User, innovation: Innovation) -> None:
    """People who work for the innovation may register it in an edition."""
    if not works_for(user, innovation):
        raise Forbidden(_("Inovasi ini milik unit atau instansi lain."))


def can_enter(user: User, innovation: Innovation) -> bool:
    """Whether `check_can_enter` passes."""
    try:
        check_can_enter(user, innovation)
    except Forbidden:
        return False
    return True


def check_can_write_entry(user: User, entry: Entry) -> None:
    """People who work for the innovation may write and send its proposal."""
    if not works_for(user, entry.innovation):
        raise Forbidden(_("Proposal ini milik unit atau instansi lain."))


def can_write_entry(user: User, entry: Entry) -> bool:
    """Whether `check_can_write_entry` passes."""
    try:
        check_can_write_entry(user, entry)
    except Forbidden:
        return False
    return True


def check_can_submit_entry(user: User, entry: Entry) -> None:
    """The agency's admin alone returns a proposal or submits it to the ministry."""
    if entry.agency_id not in user.agency_ids(Role.AGENCY_ADMIN):
        raise Forbidden(
            _("Hanya admin instansi yang dapat mengembalikan atau mengajukan proposal.")
        )


def can_submit_entry(user: User, entry: Entry) -> bool:
    """Whether `check_can_submit_entry` passes."""
    try:
        check_can_submit_entry(user, entry)
    except Forbidden:
        return False
    return True


def check_can_withdraw_entry(user: User, entry: Entry) -> None:
    """Who may take a proposal out, or bring it back: the admin once it reached the ministry."""
    if entry.submitted_at:
        check_can_submit_entry(user, entry)
    else:
        check_can_write_entry(user, entry)


def can_withdraw_entry(user: User, entry: Entry) -> bool:
    """Whether `check_can_withdraw_entry` passes."""
    try:
        check_can_withdraw_entry(user, entry)
    except Forbidden:
        return False
    return True
