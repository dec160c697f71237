"""The signed decree beside its announcement: kept at once, public from the instant on."""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.contest_files import Incoming, take_file
from competitions.exceptions import WrongState
from competitions.models import Announcement, CutOff, DecreeFile
from competitions.permissions import check_can_schedule_announcement
from sinovik import audit
from sinovik.audit import clock
from sinovik.files import FileKind


@transaction.atomic
def attach_decree(*, by: User, announcement: Announcement, incoming: Incoming) -> DecreeFile:
    """Attach the decree's PDF. Before the instant a new one replaces it; both rows stay.

    Raises FileRefused for what is no clean PDF, WrongState where the public has one already.
    """
    check_can_schedule_announcement(by)
    CutOff.objects.locked().get(pk=announcement.cut_off_id)
    now = clock.database_now()
    if announcement.announce_at <= now and announcement.decree_files.exists():
        raise WrongState(_("Berkas keputusan sudah terbuka untuk umum dan tidak dapat diganti."))
    file = take_file(by=by, incoming=incoming, kinds=(FileKind.PDF,))
    row = DecreeFile.objects.create(
        announcement=announcement, file=file, attached_at=now, attached_by=by
    )
    audit.record(by=by, event="decree_attached", obj=row, payload={"sha256": file.sha256})
    return row
