"""Who may do what with agencies, people and roles.

Each rule is a pair: `check_can_x` raises with a sentence a person can read, `can_x` wraps it.
"""

from typing import Any

from django.utils.translation import gettext as _

from agencies.enums import AGENCY_ROLES, Role
from agencies.models import Agency, Membership, User
from agencies.queries.admission import active_admins
from sinovik.web.access import Forbidden


def check_has_role(user: User, roles: frozenset[str], sentence: str) -> None:
    """Raise Forbidden(sentence) unless the person holds one of `roles` now."""
    if not user.is_authenticated or not user.has_role(*roles):
        raise Forbidden(sentence)


def check_is_secretariat(user: Any) -> None:
    """Officers and the head of the secretariat."""
    if not (user.is_authenticated and user.is_secretariat):
        raise Forbidden(_("Halaman ini untuk tim sekretariat."))


def check_is_secretariat_head(user: Any) -> None:
    """The head of the secretariat alone."""
    check_has_role(
        user, frozenset({Role.SECRETARIAT_HEAD}), _("Tindakan ini untuk kepala sekretariat.")
    )


def check_is_agency_person(user: Any) -> None:
    """Innovators and agency admins."""
    check_has_role(user, AGENCY_ROLES, _("Halaman ini untuk inovator dan admin instansi."))


def is_agency_person(user: Any) -> bool:
    """Whether `check_is_agency_person` passes."""
    try:
        check_is_agency_person(user)
    except Forbidden:
        return False
    return True


def check_is_agency_admin(user: Any) -> None:
    """Agency admins, whatever the agency."""
    check_has_role(user, frozenset({Role.AGENCY_ADMIN}), _("Halaman ini untuk admin instansi."))


def check_can_manage_members(user: User, agency: Agency) -> None:
    """The agency's own admin and the head of the secretariat."""
    if agency.pk in user.agency_ids(Role.AGENCY_ADMIN) or user.has_role(Role.SECRETARIAT_HEAD):
        return
    raise Forbidden(_("Hanya admin instansi ini yang dapat mengatur anggota."))


def can_manage_members(user: User, agency: Agency) -> bool:
    """Whether `check_can_manage_members` passes."""
    try:
        check_can_manage_members(user, agency)
    except Forbidden:
        return False
    return True


def check_can_give_role(user: User, agency: Agency, role: str) -> None:
    """Agency roles by the agency's own admin, other roles by the head of the secretariat.

    Nobody at the ministry makes an agency's people but on a letter: `admit_agency`.
    """
    check_can_manage_members(user, agency)
    if role in AGENCY_ROLES and agency.pk not in user.agency_ids(Role.AGENCY_ADMIN):
        raise Forbidden(
            _(
                "Orang instansi diundang oleh admin instansinya. Instansi tanpa admin mendapat"
                " admin atas surat resmi."
            )
        )
    if role not in AGENCY_ROLES and not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Peran ini hanya dapat diberikan oleh kepala sekretariat."))


def can_give_role(user: User, agency: Agency, role: str) -> bool:
    """Whether `check_can_give_role` passes."""
    try:
        check_can_give_role(user, agency, role)
    except Forbidden:
        return False
    return True


def check_can_end_role(user: User, agency: Agency, role: str) -> None:
    """Agency roles by whoever manages the agency; other roles by the head alone."""
    check_can_manage_members(user, agency)
    if role not in AGENCY_ROLES and not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(_("Peran ini hanya dapat diakhiri oleh kepala sekretariat."))


def can_end_role(user: User, agency: Agency, role: str) -> bool:
    """Whether `check_can_end_role` passes."""
    try:
        check_can_end_role(user, agency, role)
    except Forbidden:
        return False
    return True


def check_can_support(by: User, person: User) -> None:
    """The secretariat, of people who only enter: never of anyone who marks, decides or watches."""
    check_is_secretariat(by)
    is_entrant = person.is_active and not person.is_staff and person.roles <= AGENCY_ROLES
    if not is_entrant or person.pk == by.pk:
        raise Forbidden(_("Hanya akun inovator dan admin instansi yang dapat dilihat."))


def can_support(by: User, person: User) -> bool:
    """Whether `check_can_support` passes."""
    try:
        check_can_support(by, person)
    except Forbidden:
        return False
    return True


def check_can_extend_role(user: User, membership: Membership) -> None:
    """Whoever gives the role: the head; nobody extends the own one."""
    check_is_secretariat_head(user)
    if not membership.is_of_season:
        raise Forbidden(_("Peran ini tidak berakhir bersama edisi."))
    if membership.user_id == user.pk:
        raise Forbidden(_("Anda tidak dapat memperpanjang peran Anda sendiri."))


def can_extend_role(user: User, membership: Membership) -> bool:
    """Whether `check_can_extend_role` passes."""
    try:
        check_can_extend_role(user, membership)
    except Forbidden:
        return False
    return True


def check_can_end_membership(user: User, membership: Membership) -> None:
    """Whoever may end the role, but nobody ends the own role."""
    check_can_end_role(user, membership.agency, membership.role)
    if membership.user_id == user.pk:
        raise Forbidden(_("Anda tidak dapat mengakhiri peran Anda sendiri."))


def can_end_membership(user: User, membership: Membership) -> bool:
    """Whether `check_can_end_membership` passes."""
    try:
        check_can_end_membership(user, membership)
    except Forbidden:
        return False
    return True


def check_manages_members(user: Any) -> None:
    """Agency admins and the head of the secretariat, whatever the agency."""
    check_has_role(
        user,
        frozenset({Role.AGENCY_ADMIN, Role.SECRETARIAT_HEAD}),
        _("Halaman anggota untuk admin instansi."),
    )


def check_can_admit_agency(user: User, agency: Agency) -> None:
    """The secretariat, on a letter; while the agency has an admin, the head alone."""
    check_is_secretariat(user)
    if active_admins(agency) and not user.has_role(Role.SECRETARIAT_HEAD):
        raise Forbidden(
            _(
                "Instansi ini sudah punya admin. Admin itu yang mengundang orangnya; admin lain"
                " hanya ditunjuk oleh kepala sekretariat."
            )
        )


def can_admit_agency(user: User, agency: Agency) -> bool:
    """Whether `check_can_admit_agency` passes."""
    try:
        check_can_admit_agency(user, agency)
    except Forbidden:
        return False
    return True


def check_can_see_mails(user: Any) -> None:
    """Agency admins see whether mails reached their people; the secretariat, everybody's."""
    if user.is_authenticated and (user.is_secretariat or user.has_role(Role.AGENCY_ADMIN)):
        return
    raise Forbidden(_("Keadaan surel untuk admin instansi dan tim sekretariat."))


def can_see_mails(user: Any) -> bool:
    """Whether `check_can_see_mails` passes."""
    try:
        check_can_see_mails(user)
    except Forbidden:
        return False
    return True


def check_can_erase_person(by: User, confirmed_by: User, person: User) -> None:
    """Two people of the secretariat, one of them its head; neither is the person."""
    check_is_secretariat(by)
    check_is_secretariat_head(confirmed_by)
    if by.pk == confirmed_by.pk:
        raise Forbidden(_("Penghapusan dikonfirmasi oleh orang kedua."))
    if person.pk in {by.pk, confirmed_by.pk}:
        raise Forbidden(_("Penghapusan akun sendiri diputuskan oleh dua orang lain."))
