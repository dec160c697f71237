"""Who writes the pages that everybody reads."""

from django.utils.translation import gettext as _

from agencies.models import User
from sinovik.web.access import Forbidden


def check_can_write_articles(user: User) -> None:
    """The secretariat, head and officers."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat menulis berita dan bantuan."))


def can_write_articles(user: User) -> bool:
    """Whether `check_can_write_articles` passes."""
    try:
        check_can_write_articles(user)
    except Forbidden:
        return False
    return True
