"""Who sees rankings, draws the line, locks the list and makes it public."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.enums import CutOffState
from competitions.exceptions import SecondPersonNeeded
from competitions.models import CutOff, Stage
from sinovik.web.access import Forbidden


def check_can_see_ranking(user: User, stage: Stage | None = None) -> None:
    """The secretariat sees rankings always, observers once the list is locked."""
    if user.is_secretariat:
        return
    if not user.has_role(Role.OBSERVER):
        raise Forbidden(_("Hanya sekretariat dan pengamat yang dapat melihat peringkat."))
    if stage is not None and not _is_locked(stage):
        raise Forbidden(_("Peringkat terbuka bagi pengamat setelah daftarnya terkunci."))


def _is_locked(stage: Stage) -> bool:
    closed = (CutOffState.LOCKED, CutOffState.SCHEDULED)
    return CutOff.objects.filter(stage=stage, state__in=closed).exists()


def can_see_ranking(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_can_see_ranking` passes."""
    try:
        check_can_see_ranking(user, stage)
    except Forbidden:
        return False
    return True


def check_can_apply_cut_off(user: User, stage: Stage | None = None) -> None:
    """The head of the secretariat draws the line and records the plenary's moves."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat menerapkan ambang."))


def can_apply_cut_off(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_can_apply_cut_off` passes."""
    try:
        check_can_apply_cut_off(user, stage)
    except Forbidden:
        return False
    return True


def check_can_propose_lock(user: User, cut_off: CutOff | None = None) -> None:
    """The head of the secretariat proposes to lock a list."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat mengusulkan penguncian daftar."))


def can_propose_lock(user: User, cut_off: CutOff | None = None) -> bool:
    """Whether `check_can_propose_lock` passes."""
    try:
        check_can_propose_lock(user, cut_off)
    except Forbidden:
        return False
    return True


def check_can_confirm_lock(user: User, cut_off: CutOff | None = None) -> None:
    """Another person of the secretariat confirms or rejects a proposed lock."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat mengonfirmasi penguncian daftar."))
    if cut_off is not None and cut_off.lock_proposed_by_id == user.pk:
        raise SecondPersonNeeded


def can_confirm_lock(user: User, cut_off: CutOff | None = None) -> bool:
    """Whether `check_can_confirm_lock` passes."""
    try:
        check_can_confirm_lock(user, cut_off)
    except Forbidden:
        return False
    return True


def check_can_schedule_announcement(user: User, cut_off: CutOff | None = None) -> None:
    """The head of the secretariat enters the decree and the instant of the announcement."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat menjadwalkan pengumuman."))


def can_schedule_announcement(user: User, cut_off: CutOff | None = None) -> bool:
    """Whether `check_can_schedule_announcement` passes."""
    try:
        check_can_schedule_announcement(user, cut_off)
    except Forbidden:
        return False
    return True
