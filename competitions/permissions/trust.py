"""Who sees whether the contest's rows still hold together."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.models import OwnerWriteWord
from sinovik.web.access import Forbidden


def check_can_see_night_checks(user: User) -> None:
    """Heads of the secretariat: its figures come of marks that others may not read yet."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat melihat pemeriksaan malam."))


def check_can_see_row_history(user: User) -> None:
    """Heads of the secretariat: rows of every agency and of judging."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat melihat riwayat baris."))


def check_can_confirm_word(user: User, word: OwnerWriteWord) -> None:
    """A head other than who said what was written past the site, and than whom it names."""
    check_can_see_row_history(user)
    if word.said_by_id == user.pk:
        raise Forbidden(_("Anda yang menulis keterangan ini; kepala lain yang mengonfirmasinya."))
    if word.written_by_id == user.pk:
        raise Forbidden(_("Anda disebut sebagai penulisnya; kepala lain yang mengonfirmasinya."))
