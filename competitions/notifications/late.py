"""Messages about submissions that came after the close."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.models import Entry, LateSubmission
from competitions.notifications import in_site_language, receipt_path
from competitions.notifications.deadlines import secretariat
from sinovik import notifications
from sinovik.notifications.kinds import DECISION, TASK
from sinovik.web.templatetags.web import exact, how_long, zones


def late_path(late: LateSubmission) -> str:
    """Where the secretariat decides about one that came late."""
    return f"/kerja/terlambat/{late.pk}/"


def tasks_path(entry: Entry) -> str:
    """Where the agency sees its proposal."""
    return f"/kerja/peserta/{entry.pk}/"


def agency_people(entry: Entry) -> list[User]:
    """The admins of the entry's agency, and who registered it."""
    admins = User.objects.filter(
        is_active=True,
        memberships__agency=entry.agency_id,
        memberships__role=Role.AGENCY_ADMIN,
        memberships__ended_at__isnull=True,
    )
    people = [*admins.distinct().order_by("pk"), entry.created_by]
    return [person for person in people if person.is_active]


@in_site_language
def tell_kept(late: LateSubmission) -> None:
    """The agency knows that nothing is lost, the secretariat that it has to decide."""
    entry = late.entry
    told = {
        "title": entry.innovation.title,
        "agency": entry.agency.name,
        "arrived": exact(late.attempted_at),
        "late": how_long(late.attempted_at - late.closes_at),
        "closes": zones(late.closes_at),
    }
    notifications.notify(
        recipients=agency_people(entry),
        subject=_("Diterima terlambat, disimpan"),
        body=_(
            "“%(title)s” tiba %(arrived)s, terlambat %(late)s dari tenggat %(closes)s. Isinya"
            " disimpan seperti saat Anda mengajukannya. Sekretariat dapat menerimanya dengan"
            " keputusan dua orang."
        )
        % told,
        path=tasks_path(entry),
        kind=DECISION,
    )
    notifications.notify(
        recipients=secretariat(),
        subject=_("Pengajuan terlambat menunggu keputusan"),
        body=_("%(agency)s: “%(title)s” tiba %(arrived)s, terlambat %(late)s.") % told,
        path=late_path(late),
        kind=TASK,
    )


@in_site_language
def tell_admission_proposed(late: LateSubmission) -> None:
    """The others of the secretariat: one of them is the second person."""
    notifications.notify(
        recipients=[one for one in secretariat() if one.pk != late.proposed_by_id],
        subject=_("Pengajuan terlambat menunggu konfirmasi Anda"),
        body=_("Diusulkan menerima “%(title)s” dari %(agency)s. Alasan: %(reason)s")
        % {
            "title": late.entry.innovation.title,
            "agency": late.entry.agency.name,
            "reason": late.reason,
        },
        path=late_path(late),
        kind=TASK,
    )


@in_site_language
def tell_admitted(late: LateSubmission) -> None:
    """The agency gets its receipt after all."""
    notifications.notify(
        recipients=agency_people(late.entry),
        subject=_("Pengajuan terlambat diterima"),
        body=_(
            "“%(title)s” diterima sebagai pengajuan berdasarkan surat nomor %(letter)s. Tanda"
            " terimanya menyebut saat tibanya dan tenggat yang terlewat."
        )
        % {"title": late.entry.innovation.title, "letter": late.letter_number},
        path=receipt_path(late.entry),
        kind=DECISION,
    )


@in_site_language
def tell_declined(late: LateSubmission) -> None:
    """The agency reads why not."""
    notifications.notify(
        recipients=agency_people(late.entry),
        subject=_("Pengajuan terlambat tidak diterima"),
        body=_("“%(title)s” tidak diterima sebagai pengajuan. Alasan: %(reason)s")
        % {"title": late.entry.innovation.title, "reason": late.decision_note},
        path=tasks_path(late.entry),
        kind=DECISION,
    )
