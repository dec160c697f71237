"""Who opens an objection window, objects, answers, confirms, and who reads along."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.exceptions import SecondPersonNeeded
from competitions.models import Entry, Objection
from sinovik.web.access import Forbidden


def check_can_open_objections(user: User) -> None:
    """The head of the secretariat lets agencies object to a provisional list."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Hanya kepala sekretariat yang dapat membuka masa sanggah."))


def can_open_objections(user: User) -> bool:
    """Whether `check_can_open_objections` passes."""
    try:
        check_can_open_objections(user)
    except Forbidden:
        return False
    return True


def check_can_file_objection(user: User, entry: Entry) -> None:
    """The admin of the entry's own agency objects, nobody else."""
    if entry.agency_id not in user.agency_ids(Role.AGENCY_ADMIN):
        raise Forbidden(_("Hanya admin instansi peserta yang dapat mengajukan sanggahan."))


def can_file_objection(user: User, entry: Entry) -> bool:
    """Whether `check_can_file_objection` passes."""
    try:
        check_can_file_objection(user, entry)
    except Forbidden:
        return False
    return True


def check_can_follow_objections(user: User) -> None:
    """The secretariat and observers read the objections of a stage."""
    if not (user.is_secretariat or user.has_role(Role.OBSERVER)):
        raise Forbidden(_("Hanya sekretariat dan pengamat yang dapat melihat daftar sanggahan."))


def can_follow_objections(user: User) -> bool:
    """Whether `check_can_follow_objections` passes."""
    try:
        check_can_follow_objections(user)
    except Forbidden:
        return False
    return True


def check_can_answer_objection(user: User) -> None:
    """Officers and the head of the secretariat propose an answer."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat menjawab sanggahan."))


def can_answer_objection(user: User) -> bool:
    """Whether `check_can_answer_objection` passes."""
    try:
        check_can_answer_objection(user)
    except Forbidden:
        return False
    return True


def check_can_confirm_answer(user: User, objection: Objection) -> None:
    """Another person of the secretariat than the proposer confirms or sends back."""
    check_can_answer_objection(user)
    if objection.proposed_by_id == user.pk:
        raise SecondPersonNeeded


def can_confirm_answer(user: User, objection: Objection) -> bool:
    """Whether `check_can_confirm_answer` passes."""
    try:
        check_can_confirm_answer(user, objection)
    except Forbidden:
        return False
    return True
