"""Who checks entries for the administrative selection."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.enums import CheckState
from competitions.exceptions import ConflictOfInterest, SecondPersonNeeded
from competitions.models import AdministrativeCheck
from competitions.queries.conflicts import is_conflicted
from sinovik.web.access import Forbidden


def check_can_see_checks(user: User, check: AdministrativeCheck | None = None) -> None:
    """The secretariat and observers see checks; nobody sees one of an entry in conflict."""
    if not (user.is_secretariat or user.has_role(Role.OBSERVER)):
        raise Forbidden(_("Hanya sekretariat dan pengamat yang dapat melihat pemeriksaan."))
    if check is not None:
        _check_free_of_conflict(user, check)


def can_see_checks(user: User, check: AdministrativeCheck | None = None) -> bool:
    """Whether `check_can_see_checks` passes."""
    try:
        check_can_see_checks(user, check)
    except Forbidden:
        return False
    return True


def check_can_claim_check(user: User, check: AdministrativeCheck | None = None) -> None:
    """Officers and the head of the secretariat take entries to check, none in conflict."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat memeriksa proposal."))
    if check is not None:
        _check_free_of_conflict(user, check)


def can_claim_check(user: User, check: AdministrativeCheck | None = None) -> bool:
    """Whether `check_can_claim_check` passes."""
    try:
        check_can_claim_check(user, check)
    except Forbidden:
        return False
    return True


def check_can_decide_check(user: User, check: AdministrativeCheck) -> None:
    """Who claimed a check decides it or gives it back."""
    check_can_claim_check(user)
    if check.claimed_by_id != user.pk:
        raise Forbidden(_("Pemeriksaan ini dipegang orang lain. Ambil dari antrean lebih dahulu."))


def can_decide_check(user: User, check: AdministrativeCheck) -> bool:
    """Whether `check_can_decide_check` passes."""
    try:
        check_can_decide_check(user, check)
    except Forbidden:
        return False
    return True


def check_can_release_check(user: User, check: AdministrativeCheck) -> None:
    """Who claimed a check gives it back; the head can free one that is stuck."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        check_can_decide_check(user, check)


def can_release_check(user: User, check: AdministrativeCheck) -> bool:
    """Whether `check_can_release_check` passes."""
    try:
        check_can_release_check(user, check)
    except Forbidden:
        return False
    return True


def check_can_confirm_fail(user: User, check: AdministrativeCheck | None = None) -> None:
    """Another person of the secretariat confirms or rejects a proposed fail."""
    check_can_claim_check(user)
    if check is None:
        return
    if check.state == CheckState.FAIL_PROPOSED and check.decided_by_id == user.pk:
        raise SecondPersonNeeded
    _check_free_of_conflict(user, check)


def can_confirm_fail(user: User, check: AdministrativeCheck | None = None) -> bool:
    """Whether `check_can_confirm_fail` passes."""
    try:
        check_can_confirm_fail(user, check)
    except Forbidden:
        return False
    return True


def _check_free_of_conflict(user: User, check: AdministrativeCheck) -> None:
    if is_conflicted(user, [check.stage_entry.entry_id]):
        raise ConflictOfInterest
