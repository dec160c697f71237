"""Opening an agency, or appointing its admin, on an official letter."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agencies.actions.people import offer_role
from agencies.enums import LetterPurpose, Role
from agencies.exceptions import LetterRefused
from agencies.models import Agency, AgencyLetter, User
from agencies.permissions import check_can_admit_agency
from agencies.queries.admission import active_admins
from sinovik import audit, notifications
from sinovik.audit import clock


@dataclass(frozen=True)
class Letter:
    """What stands on the paper."""

    number: str
    dated_on: date


@transaction.atomic
def admit_agency(*, by: User, agency: Agency, letter: Letter, email: str) -> AgencyLetter:
    """Open an agency on a letter, or appoint another admin of one that is open.

    Invites `email` as its admin. While an admin is there only the head may, and that admin
    is told. Raises LetterRefused (no number, a date ahead), AlreadyMember, AlreadyInvited.
    """
    Agency.objects.locked().get(pk=agency.pk)
    check_can_admit_agency(by, agency)
    number = " ".join(letter.number.split())
    if not number:
        raise LetterRefused(_("Isi nomor surat."))
    if letter.dated_on > timezone.localdate(clock.now()):
        raise LetterRefused(_("Tanggal surat belum tiba. Periksa kembali."))
    is_open = AgencyLetter.objects.filter(agency=agency, purpose=LetterPurpose.OPENING).exists()
    admins = active_admins(agency)
    row = AgencyLetter.objects.create(
        agency=agency,
        purpose=LetterPurpose.APPOINTMENT if is_open else LetterPurpose.OPENING,
        number=number,
        dated_on=letter.dated_on,
        invitation=offer_role(by=by, agency=agency, email=email, role=Role.AGENCY_ADMIN),
        recorded_at=clock.now(),
        recorded_by=by,
    )
    event = "agency_admin_appointed" if is_open else "agency_opened"
    audit.record(by=by, event=event, obj=agency, payload={"letter": number})
    _tell(admins, row)
    return row


def _tell(admins: list[User], letter: AgencyLetter) -> None:
    """Admins who are there learn that another one was invited, and on which letter."""
    with translation.override(settings.LANGUAGE_CODE):
        notifications.notify(
            recipients=admins,
            subject=_("Admin lain diundang untuk %(agency)s") % {"agency": letter.agency.name},
            body=_("Sekretariat mengundang admin baru atas surat nomor %(number)s.")
            % {"number": letter.number},
            path="/kerja/instansi/anggota/",
        )
