"""Messages about presentations. Only agencies whose band is announced get any."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from agencies.models import User
from competitions.models import Entry, Presentation
from competitions.notifications import in_site_language
from competitions.queries.holders import admins_of
from sinovik import notifications
from sinovik.notifications.kinds import DECISION
from sinovik.web.templatetags.web import zones


def presentation_path(entry: Entry) -> str:
    """Where an agency reads its slot."""
    return f"/kerja/peserta/{entry.pk}/presentasi/"


@in_site_language
def tell_scheduled(turns: Sequence[Presentation]) -> None:
    """The admins of each agency read when and where; one message an entry."""
    admins = admins_of([turn.entry.agency_id for turn in turns])
    for turn in turns:
        _tell(turn, admins, _("Jadwal presentasi %(number)s"))


@in_site_language
def tell_rescheduled(turns: Sequence[Presentation]) -> None:
    """Where a published slot, its room or its link changed."""
    admins = admins_of([turn.entry.agency_id for turn in turns])
    for turn in turns:
        _tell(turn, admins, _("Jadwal presentasi %(number)s berubah"))


def _tell(turn: Presentation, admins: Mapping[int, Sequence[User]], subject: str) -> None:
    room = turn.slot.room
    notifications.notify(
        recipients=admins.get(turn.entry.agency_id, []),
        subject=subject % {"number": turn.entry.number},
        body=_(
            "%(moment)s, di %(room)s. Pastikan kehadiran dan isi nama penyaji di halaman"
            " presentasi."
        )
        % {"moment": zones(turn.slot.starts_at), "room": room.name},
        path=presentation_path(turn.entry),
        kind=DECISION,
    )
