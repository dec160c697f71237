"""Who may take an evaluator's proposals along."""

from django.utils.translation import gettext as _

from agencies.models import User
from competitions.models import ReadingPack
from competitions.permissions.judging import check_is_judge
from sinovik.web.access import Forbidden


def check_can_have_pack(user: User, pack: ReadingPack) -> None:
    """The judge whose proposals are in it, while in the role, and nobody else."""
    check_is_judge(user)
    if pack.reader_id != user.pk:
        raise Forbidden(_("Paket bacaan ini milik penilai lain."))


def can_have_pack(user: User, pack: ReadingPack) -> bool:
    """Whether `check_can_have_pack` passes."""
    try:
        check_can_have_pack(user, pack)
    except Forbidden:
        return False
    return True
