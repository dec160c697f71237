"""Who runs the stages of an edition, and who may look on."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.models import Stage
from sinovik.web.access import Forbidden


def check_can_follow_stage(user: User, stage: Stage | None = None) -> None:
    """The secretariat and observers see how a stage goes."""
    if not (user.is_secretariat or user.has_role(Role.OBSERVER)):
        raise Forbidden(_("Hanya sekretariat dan pengamat yang dapat melihat jalannya tahap."))


def can_follow_stage(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_can_follow_stage` passes."""
    try:
        check_can_follow_stage(user, stage)
    except Forbidden:
        return False
    return True


def check_can_open_stage(user: User, stage: Stage | None = None) -> None:
    """The head of the secretariat opens stages."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat membuka tahap."))


def can_open_stage(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_can_open_stage` passes."""
    try:
        check_can_open_stage(user, stage)
    except Forbidden:
        return False
    return True


def check_can_close_stage(user: User, stage: Stage | None = None) -> None:
    """The head of the secretariat closes stages."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat menutup tahap."))


def can_close_stage(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_can_close_stage` passes."""
    try:
        check_can_close_stage(user, stage)
    except Forbidden:
        return False
    return True
