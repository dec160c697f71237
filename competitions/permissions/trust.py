"""Who sees whether the contest's rows still hold together."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from sinovik.web.access import Forbidden


def check_can_see_night_checks(user: User) -> None:
    """Heads of the secretariat: its figures come of marks that others may not read yet."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat melihat pemeriksaan malam."))


def check_can_see_row_history(user: User) -> None:
    """Heads of the secretariat: rows of every agency and of judging."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat melihat riwayat baris."))
