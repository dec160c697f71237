"""Who appoints, assigns and judges."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.exceptions import ConflictOfInterest
from competitions.models import Appointment, Assignment, Edition, Entry, Scoresheet, Stage
from competitions.queries.conflicts import is_conflicted
from sinovik.web.access import Forbidden


def check_can_appoint(user: User, edition: Edition | None = None) -> None:
    """The head of the secretariat appoints evaluators and panelists."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat menunjuk penilai."))


def can_appoint(user: User, edition: Edition | None = None) -> bool:
    """Whether `check_can_appoint` passes."""
    try:
        check_can_appoint(user, edition)
    except Forbidden:
        return False
    return True


def check_can_assign(user: User, stage: Stage | None = None) -> None:
    """The head of the secretariat hands out entries to judges."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat membagi tugas penilaian."))


def can_assign(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_can_assign` passes."""
    try:
        check_can_assign(user, stage)
    except Forbidden:
        return False
    return True


def check_can_nudge_judges(user: User, stage: Stage | None = None) -> None:
    """The secretariat reminds judges of their sheets."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat mengingatkan penilai."))


def can_nudge_judges(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_can_nudge_judges` passes."""
    try:
        check_can_nudge_judges(user, stage)
    except Forbidden:
        return False
    return True


def check_is_judge(user: User, stage: Stage | None = None) -> None:
    """Evaluators and panelists have a queue of their own."""
    if not user.has_role(Role.EVALUATOR, Role.PANELIST):
        raise Forbidden(_("Halaman ini untuk tim evaluasi dan tim panel."))


def is_judge(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_is_judge` passes."""
    try:
        check_is_judge(user, stage)
    except Forbidden:
        return False
    return True


def check_can_judge(user: User, assignment: Assignment) -> None:
    """The judge whom the entry is assigned to, while in the role and free of conflict."""
    check_is_judge(user)
    if assignment.evaluator_id != user.pk:
        raise Forbidden(_("Lembar nilai ini milik penilai lain."))
    if is_conflicted(user, [assignment.entry_id]):
        raise ConflictOfInterest


def can_judge(user: User, assignment: Assignment) -> bool:
    """Whether `check_can_judge` passes."""
    try:
        check_can_judge(user, assignment)
    except Forbidden:
        return False
    return True


def check_can_reopen_sheet(user: User, sheet: Scoresheet | None = None) -> None:
    """The head of the secretariat, free of conflict, reopens sheets of others."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat membuka kembali lembar nilai."))
    if sheet is None:
        return
    if sheet.assignment.evaluator_id == user.pk:
        raise Forbidden(_("Lembar Anda sendiri dibuka kembali oleh kepala sekretariat lain."))
    if is_conflicted(user, [sheet.assignment.entry_id]):
        raise ConflictOfInterest


def can_reopen_sheet(user: User, sheet: Scoresheet | None = None) -> bool:
    """Whether `check_can_reopen_sheet` passes."""
    try:
        check_can_reopen_sheet(user, sheet)
    except Forbidden:
        return False
    return True


def check_can_declare_conflict(user: User, entry: Entry) -> None:
    """Judges appointed in the entry's edition, and the secretariat, declare conflicts."""
    appointed = Appointment.objects.filter(user=user, edition=entry.edition_id)
    if not (user.is_secretariat or appointed.exists()):
        raise Forbidden(_("Hanya penilai dan sekretariat yang menyatakan benturan kepentingan."))


def can_declare_conflict(user: User, entry: Entry) -> bool:
    """Whether `check_can_declare_conflict` passes."""
    try:
        check_can_declare_conflict(user, entry)
    except Forbidden:
        return False
    return True
