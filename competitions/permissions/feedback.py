"""Who reads what came back from the judges, and who looks through held comments."""

from django.utils.translation import gettext as _

from agencies.models import User
from competitions.exceptions import ConflictOfInterest
from competitions.models import Entry, HeldComment
from competitions.permissions.entries import check_can_write_entry
from competitions.queries.conflicts import is_conflicted
from sinovik.web.access import Forbidden


def check_can_read_feedback(user: User, entry: Entry) -> None:
    """People who work for the innovation; from when on is the clock's matter."""
    check_can_write_entry(user, entry)


def can_read_feedback(user: User, entry: Entry) -> bool:
    """Whether `check_can_read_feedback` passes."""
    try:
        check_can_read_feedback(user, entry)
    except Forbidden:
        return False
    return True


def check_can_review_comments(user: User, comment: HeldComment | None = None) -> None:
    """The secretariat looks through held comments, none of an entry in conflict."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat memeriksa komentar penilai."))
    if comment is not None and is_conflicted(user, [comment.scoresheet.assignment.entry_id]):
        raise ConflictOfInterest


def can_review_comments(user: User, comment: HeldComment | None = None) -> bool:
    """Whether `check_can_review_comments` passes."""
    try:
        check_can_review_comments(user, comment)
    except Forbidden:
        return False
    return True
