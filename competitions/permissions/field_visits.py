"""Who asks for a field visit, writes its report, and reads reports."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.exceptions import ConflictOfInterest
from competitions.models import Entry, FieldVisit
from competitions.queries.conflicts import is_conflicted
from sinovik.web.access import Forbidden


def check_can_assign_visit(user: User, entry: Entry | None = None) -> None:
    """The secretariat asks for visits, nobody in conflict with the entry."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat menugaskan kunjungan lapangan."))
    if entry is not None and is_conflicted(user, [entry.pk]):
        raise ConflictOfInterest


def can_assign_visit(user: User, entry: Entry | None = None) -> bool:
    """Whether `check_can_assign_visit` passes."""
    try:
        check_can_assign_visit(user, entry)
    except Forbidden:
        return False
    return True


def check_can_read_visits(user: User) -> None:
    """The secretariat, judges and observers read reports; which ones depends on the report."""
    readers = (Role.EVALUATOR, Role.PANELIST, Role.OBSERVER)
    if not (user.is_secretariat or user.has_role(*readers)):
        raise Forbidden(_("Laporan kunjungan hanya untuk sekretariat, penilai, dan pengamat."))


def can_read_visits(user: User) -> bool:
    """Whether `check_can_read_visits` passes."""
    try:
        check_can_read_visits(user)
    except Forbidden:
        return False
    return True


def check_can_write_visit(user: User, visit: FieldVisit) -> None:
    """The verifier alone, while in the secretariat or a judge, and free of conflict."""
    if not (user.is_secretariat or user.has_role(Role.EVALUATOR, Role.PANELIST)):
        raise Forbidden(_("Laporan kunjungan ditulis sekretariat atau penilai."))
    if visit.verifier_id != user.pk:
        raise Forbidden(_("Laporan kunjungan ini ditulis orang lain."))
    if is_conflicted(user, [visit.entry_id]):
        raise ConflictOfInterest


def can_write_visit(user: User, visit: FieldVisit) -> bool:
    """Whether `check_can_write_visit` passes."""
    try:
        check_can_write_visit(user, visit)
    except Forbidden:
        return False
    return True
