"""Who has rankings computed."""

from django.utils.translation import gettext as _

from agencies.models import User
from competitions.models import Stage
from sinovik.web.access import Forbidden


def check_can_compute_ranking(user: User, stage: Stage | None = None) -> None:
    """The secretariat may ask what a list would be; the answer changes none."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat menghitung peringkat."))


def can_compute_ranking(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_can_compute_ranking` passes."""
    try:
        check_can_compute_ranking(user, stage)
    except Forbidden:
        return False
    return True
