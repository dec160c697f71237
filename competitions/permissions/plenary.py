"""Who presides over a plenary, who follows it, who sits and votes in it."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.exceptions import ConflictOfInterest
from competitions.models import Appointment, Attendance, Motion, Plenary, Stage
from competitions.queries.conflicts import is_conflicted
from sinovik.web.access import Forbidden


def check_can_preside(user: User, stage: Stage | None = None) -> None:
    """The secretariat presides over a plenary; what it may move, its members vote on."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya sekretariat yang dapat memimpin sidang pleno."))


def can_preside(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_can_preside` passes."""
    try:
        check_can_preside(user, stage)
    except Forbidden:
        return False
    return True


def check_can_follow_plenary(user: User, stage: Stage | None = None) -> None:
    """The secretariat follows a plenary, and so do the judges appointed in its edition."""
    if user.is_secretariat:
        return
    if not user.has_role(Role.EVALUATOR, Role.PANELIST):
        raise Forbidden(_("Sidang pleno hanya untuk anggotanya dan sekretariat."))
    if stage is not None and not _is_appointed(user, stage):
        raise Forbidden(_("Anda tidak ditunjuk sebagai penilai pada edisi ini."))


def can_follow_plenary(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_can_follow_plenary` passes."""
    try:
        check_can_follow_plenary(user, stage)
    except Forbidden:
        return False
    return True


def check_can_take_seat(user: User, stage: Stage | None = None) -> None:
    """Judges appointed in the edition sit in its plenaries while they hold the role."""
    if not user.has_role(Role.EVALUATOR, Role.PANELIST):
        raise Forbidden(_("Hanya penilai yang ditunjuk yang dapat hadir sebagai anggota sidang."))
    if stage is not None and not _is_appointed(user, stage):
        raise Forbidden(_("Anda tidak ditunjuk sebagai penilai pada edisi ini."))


def can_take_seat(user: User, stage: Stage | None = None) -> bool:
    """Whether `check_can_take_seat` passes."""
    try:
        check_can_take_seat(user, stage)
    except Forbidden:
        return False
    return True


def check_has_seat(user: User, plenary: Plenary | None = None) -> None:
    """Members who are present ask for moves and vote."""
    check_can_take_seat(user)
    if plenary is None:
        return
    if not Attendance.objects.filter(plenary=plenary, member=user).exists():
        raise Forbidden(_("Nyatakan kehadiran Anda dalam sidang lebih dahulu."))


def has_seat(user: User, plenary: Plenary | None = None) -> bool:
    """Whether `check_has_seat` passes."""
    try:
        check_has_seat(user, plenary)
    except Forbidden:
        return False
    return True


def check_can_vote(user: User, motion: Motion) -> None:
    """Members who were present when the vote opened, free of conflict with its entries."""
    check_can_take_seat(user)
    seats = Attendance.objects.filter(plenary=motion.plenary_id, member=user)
    if not seats.filter(joined_at__lte=motion.vote_opened_at).exists():
        raise Forbidden(_("Anda belum hadir ketika pemungutan suara ini dibuka."))
    if is_conflicted(user, motion.entry_ids):
        raise ConflictOfInterest


def can_vote(user: User, motion: Motion) -> bool:
    """Whether `check_can_vote` passes."""
    try:
        check_can_vote(user, motion)
    except Forbidden:
        return False
    return True


def check_can_read_minutes(user: User, plenary: Plenary | None = None) -> None:
    """The minutes name the members: they are for the secretariat."""
    if not user.is_secretariat:
        raise Forbidden(_("Berita acara sidang hanya untuk sekretariat."))


def can_read_minutes(user: User, plenary: Plenary | None = None) -> bool:
    """Whether `check_can_read_minutes` passes."""
    try:
        check_can_read_minutes(user, plenary)
    except Forbidden:
        return False
    return True


def _is_appointed(user: User, stage: Stage) -> bool:
    return Appointment.objects.filter(user=user, edition=stage.edition_id).exists()
