"""Who may do what with dossiers. Pairs: `check_can_x` raises, `can_x` wraps it."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from agencies.enums import AGENCY_ROLES, Role
from agencies.models import Agency, Membership, User
from innovations.enums import InnovationState, ReplicationState
from innovations.models import Innovation, Replication, ReplicationNeed
from innovations.queries.observations import Filed, filed_for
from sinovik.web.access import Forbidden

ALARM_ROLES = AGENCY_ROLES | {Role.OBSERVER}

edit_guards: list[Callable[[Innovation], None]] = []
"""Checks that apps above add: each raises DossierLocked while its work needs the text still."""


def check_can_create_innovation(user: User, agency: Agency) -> None:
    """Innovators and admins of the agency."""
    if agency.pk in user.agency_ids(Role.AGENCY_ADMIN) | user.agency_ids(Role.INNOVATOR):
        return
    raise Forbidden(_("Hanya inovator dan admin instansi ini yang dapat membuat dosir."))


def can_create_innovation(user: User, agency: Agency) -> bool:
    """Whether `check_can_create_innovation` passes."""
    try:
        check_can_create_innovation(user, agency)
    except Forbidden:
        return False
    return True


def works_for(user: User, innovation: Innovation) -> bool:
    """Whether the person is the agency's admin, the writer, or of the same unit."""
    if innovation.agency_id in user.agency_ids(Role.AGENCY_ADMIN):
        return True
    for membership in user.active_memberships:
        if membership.role != Role.INNOVATOR or membership.agency_id != innovation.agency_id:
            continue
        same_unit = membership.unit_id and membership.unit_id == innovation.unit_id
        if same_unit or innovation.created_by_id == user.pk:
            return True
    return False


def check_can_edit_innovation(user: User, innovation: Innovation) -> None:
    """People who work for it, as long as it is not archived."""
    if not works_for(user, innovation):
        raise Forbidden(_("Dosir ini milik unit atau instansi lain."))
    if innovation.state == InnovationState.ARCHIVED:
        raise Forbidden(_("Dosir yang diarsipkan tidak dapat diubah."))


def can_edit_innovation(user: User, innovation: Innovation) -> bool:
    """Whether `check_can_edit_innovation` passes."""
    try:
        check_can_edit_innovation(user, innovation)
    except Forbidden:
        return False
    return True


def check_not_guarded(innovation: Innovation) -> None:
    """Raise DossierLocked where the contest holds the dossier still."""
    for guard in edit_guards:
        guard(innovation)


def check_can_publish_innovation(user: User, innovation: Innovation) -> None:
    """The agency's admin."""
    if innovation.agency_id not in user.agency_ids(Role.AGENCY_ADMIN):
        raise Forbidden(_("Hanya admin instansi yang dapat menerbitkan atau mengarsipkan dosir."))


def can_publish_innovation(user: User, innovation: Innovation) -> bool:
    """Whether `check_can_publish_innovation` passes."""
    try:
        check_can_publish_innovation(user, innovation)
    except Forbidden:
        return False
    return True


def check_can_import(user: User, agency: Agency | None) -> None:
    """The agency's admin; a list for the register (no agency) by the secretariat."""
    if agency is None and not user.is_secretariat:
        raise Forbidden(_("Hanya tim sekretariat yang dapat mengimpor ke register."))
    if agency is not None and agency.pk not in user.agency_ids(Role.AGENCY_ADMIN):
        raise Forbidden(_("Hanya admin instansi ini yang dapat mengimpor dosir."))


def can_import(user: User, agency: Agency | None) -> bool:
    """Whether `check_can_import` passes."""
    try:
        check_can_import(user, agency)
    except Forbidden:
        return False
    return True


def check_sees_imports(user: Any) -> None:
    """Agency admins and the secretariat, whatever the agency."""
    if not (user.is_authenticated and (user.is_secretariat or user.has_role(Role.AGENCY_ADMIN))):
        raise Forbidden(_("Halaman impor untuk admin instansi."))


def check_can_report_on(user: User, innovation: Innovation) -> None:
    """People who work for a published innovation say how it fares: state, figures, answers."""
    if not works_for(user, innovation):
        raise Forbidden(_("Dosir ini milik unit atau instansi lain."))
    if innovation.state != InnovationState.PUBLISHED:
        raise Forbidden(_("Kabar hanya dicatat untuk inovasi yang terbit."))


def can_report_on(user: User, innovation: Innovation) -> bool:
    """Whether `check_can_report_on` passes."""
    try:
        check_can_report_on(user, innovation)
    except Forbidden:
        return False
    return True


def check_is_observer(user: Any) -> None:
    """Observers, whatever the body they come from."""
    if not (user.is_authenticated and user.has_role(Role.OBSERVER)):
        raise Forbidden(_("Halaman ini untuk pengamat."))


def check_can_observe(user: User, innovation: Innovation) -> None:
    """Observers from outside the agency, on a published innovation; a trigger says the same."""
    check_is_observer(user)
    inside = {membership.agency_id for membership in user.active_memberships}
    if innovation.agency_id in inside | {user.employer_id}:
        raise Forbidden(_("Pengamat tidak memeriksa instansinya sendiri."))
    if innovation.state != InnovationState.PUBLISHED:
        raise Forbidden(_("Hanya inovasi yang terbit yang diperiksa."))


def can_observe(user: User, innovation: Innovation) -> bool:
    """Whether `check_can_observe` passes."""
    try:
        check_can_observe(user, innovation)
    except Forbidden:
        return False
    return True


def check_can_correct_finding(user: User, finding: Filed) -> None:
    """Who filed it, and observers of the body for which it was filed."""
    if not type(finding).objects.filter(filed_for(user), pk=finding.pk).exists():
        raise Forbidden(
            _(
                "Temuan ini dicatat pengamat dari lembaga lain. Hanya ia dan rekan selembaganya"
                " yang dapat membetulkannya."
            )
        )


def can_correct_finding(user: User, finding: Filed) -> bool:
    """Whether `check_can_correct_finding` passes."""
    try:
        check_can_correct_finding(user, finding)
    except Forbidden:
        return False
    return True


def check_sees_alarms(user: Any) -> None:
    """People of agencies (their own), the secretariat and observers (all)."""
    if not (user.is_authenticated and (user.is_secretariat or user.has_role(*ALARM_ROLES))):
        raise Forbidden(_("Halaman peringatan untuk instansi, sekretariat, dan pengamat."))


def replicating(user: User) -> list[Membership]:
    """Memberships in whose name the person may ask to replicate: admins, people of a unit."""
    return [
        one
        for one in user.active_memberships
        if one.role == Role.AGENCY_ADMIN or (one.role == Role.INNOVATOR and one.unit_id)
    ]


def check_can_request_replication(user: User, origin: Innovation, agency: Agency) -> None:
    """Admins of another agency, and innovators of one of its units."""
    if agency.pk not in {one.agency_id for one in replicating(user)}:
        raise Forbidden(
            _("Permintaan replikasi diajukan admin instansi atau inovator yang punya unit.")
        )
    if agency.pk == origin.agency_id:
        raise Forbidden(_("Inovasi ini milik instansi Anda sendiri."))


def can_request_replication(user: User, origin: Innovation, agency: Agency) -> bool:
    """Whether `check_can_request_replication` passes."""
    try:
        check_can_request_replication(user, origin, agency)
    except Forbidden:
        return False
    return True


def is_admin_of_origin(user: User, replication: Replication) -> bool:
    """Whether the person speaks for the agency whose innovation is replicated."""
    return replication.origin.agency_id in user.agency_ids(Role.AGENCY_ADMIN)


def is_of_origin(user: User, replication: Replication) -> bool:
    """Whether the person works for the innovation that is replicated."""
    return works_for(user, replication.origin)


def is_of_replicator(user: User, replication: Replication) -> bool:
    """Whether the person works for the agency that replicates: admin, unit, or who asked."""
    for one in user.active_memberships:
        if one.agency_id != replication.agency_id:
            continue
        is_same_unit = bool(one.unit_id) and one.unit_id == replication.unit_id
        is_own = is_same_unit or replication.requested_by_id == user.pk
        if one.role == Role.AGENCY_ADMIN or (one.role == Role.INNOVATOR and is_own):
            return True
    return False


def check_can_answer_replication(user: User, replication: Replication) -> None:
    """The admin of the agency whose innovation is asked for."""
    if not is_admin_of_origin(user, replication):
        raise Forbidden(_("Hanya admin instansi asal yang menjawab permintaan replikasi."))


def can_answer_replication(user: User, replication: Replication) -> bool:
    """Whether `check_can_answer_replication` passes."""
    try:
        check_can_answer_replication(user, replication)
    except Forbidden:
        return False
    return True


def check_can_agree_replication(user: User, replication: Replication) -> None:
    """The admin of the agency that asked: a letter binds the agency."""
    if replication.agency_id not in user.agency_ids(Role.AGENCY_ADMIN):
        raise Forbidden(_("Kesepakatan dicatat admin instansi yang mereplikasi."))


def can_agree_replication(user: User, replication: Replication) -> bool:
    """Whether `check_can_agree_replication` passes."""
    try:
        check_can_agree_replication(user, replication)
    except Forbidden:
        return False
    return True


def check_can_report_replication(user: User, replication: Replication) -> None:
    """People of the agency that replicates."""
    if not is_of_replicator(user, replication):
        raise Forbidden(_("Replikasi ini dilaporkan oleh instansi yang mereplikasi."))


def can_report_replication(user: User, replication: Replication) -> bool:
    """Whether `check_can_report_replication` passes."""
    try:
        check_can_report_replication(user, replication)
    except Forbidden:
        return False
    return True


def check_can_confirm_replication(user: User, replication: Replication) -> None:
    """The admin of the origin's agency, who did not write the report."""
    if not is_admin_of_origin(user, replication):
        raise Forbidden(_("Hanya admin instansi asal yang membenarkan laporan replikasi."))
    if replication.reported_by_id == user.pk:
        raise Forbidden(_("Laporan ini Anda tulis sendiri. Minta orang lain membenarkannya."))


def can_confirm_replication(user: User, replication: Replication) -> bool:
    """Whether `check_can_confirm_replication` passes."""
    try:
        check_can_confirm_replication(user, replication)
    except Forbidden:
        return False
    return True


def check_can_verify_replication(user: User, replication: Replication) -> None:
    """The secretariat, but nobody who wrote the report or stood for it."""
    if not user.is_secretariat:
        raise Forbidden(_("Hanya tim sekretariat yang memverifikasi replikasi."))
    if user.pk in (replication.reported_by_id, replication.confirmed_by_id):
        raise Forbidden(_("Anda sudah bertindak pada laporan ini. Minta rekan memverifikasinya."))


def can_verify_replication(user: User, replication: Replication) -> bool:
    """Whether `check_can_verify_replication` passes."""
    try:
        check_can_verify_replication(user, replication)
    except Forbidden:
        return False
    return True


def check_can_return_replication(user: User, replication: Replication) -> None:
    """Whoever has the report before them: first the origin's admin, then the secretariat."""
    if replication.state == ReplicationState.CONFIRMED:
        check_can_verify_replication(user, replication)
    else:
        check_can_confirm_replication(user, replication)


def can_return_replication(user: User, replication: Replication) -> bool:
    """Whether `check_can_return_replication` passes."""
    try:
        check_can_return_replication(user, replication)
    except Forbidden:
        return False
    return True


def check_can_withdraw_replication(user: User, replication: Replication) -> None:
    """People of the agency that replicates; once it accepted, also the origin's admin."""
    if is_of_replicator(user, replication):
        return
    if not is_admin_of_origin(user, replication):
        raise Forbidden(_("Hanya kedua instansi yang dapat menarik replikasi ini."))
    if replication.state == ReplicationState.REQUESTED:
        raise Forbidden(_("Permintaan ini belum dijawab. Tolak bila tidak dapat diterima."))


def can_withdraw_replication(user: User, replication: Replication) -> bool:
    """Whether `check_can_withdraw_replication` passes."""
    try:
        check_can_withdraw_replication(user, replication)
    except Forbidden:
        return False
    return True


def check_sees_replications(user: Any) -> None:
    """People of agencies, the secretariat, observers."""
    if user.is_authenticated and (
        user.is_secretariat or user.has_role(Role.AGENCY_ADMIN, Role.INNOVATOR, Role.OBSERVER)
    ):
        return
    raise Forbidden(_("Halaman replikasi untuk orang instansi dan tim sekretariat."))


def check_can_offer_innovation(user: User, innovation: Innovation) -> None:
    """The agency's admin."""
    if innovation.agency_id not in user.agency_ids(Role.AGENCY_ADMIN):
        raise Forbidden(_("Hanya admin instansi yang dapat menawarkan inovasinya."))


def can_offer_innovation(user: User, innovation: Innovation) -> bool:
    """Whether `check_can_offer_innovation` passes."""
    try:
        check_can_offer_innovation(user, innovation)
    except Forbidden:
        return False
    return True


def check_can_post_need(user: User, agency: Agency) -> None:
    """Those who may ask to replicate in the agency's name."""
    if agency.pk not in {one.agency_id for one in replicating(user)}:
        raise Forbidden(_("Kebutuhan dipasang admin instansi atau inovator yang punya unit."))


def can_post_need(user: User, agency: Agency) -> bool:
    """Whether `check_can_post_need` passes."""
    try:
        check_can_post_need(user, agency)
    except Forbidden:
        return False
    return True


def check_can_end_need(user: User, need: ReplicationNeed) -> None:
    """Whoever posted it, still in the agency, and the agency's admin."""
    check_can_post_need(user, need.agency)
    is_admin = need.agency_id in user.agency_ids(Role.AGENCY_ADMIN)
    if not is_admin and need.posted_by_id != user.pk:
        raise Forbidden(_("Kebutuhan ini dipasang rekan Anda. Minta ia atau admin menutupnya."))


def can_end_need(user: User, need: ReplicationNeed) -> bool:
    """Whether `check_can_end_need` passes."""
    try:
        check_can_end_need(user, need)
    except Forbidden:
        return False
    return True
