"""What an entry's own people are told of their announced result; nothing of anybody else's."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from agencies.models import User
from competitions.models import Entry, Result
from competitions.notifications import in_site_language
from sinovik import notifications
from sinovik.notifications.kinds import DECISION


def feedback_path(entry: Entry) -> str:
    """Where an entry's people read what the judges said, from the announcement on."""
    return f"/kerja/peserta/{entry.pk}/umpan-balik/"


@in_site_language
def tell_result(result: Result, recipients: Sequence[User]) -> None:
    """One message about one entry, to the people of that entry."""
    entry, stage = result.entry, result.cut_off.stage
    facts = {
        "number": entry.number,
        "title": entry.innovation.title,
        "band": _(stage.name),
        "edition": stage.edition.name,
    }
    if result.is_selected:
        subject = _("Selamat: %(number)s terpilih sebagai %(band)s") % facts
        said = _(
            "“%(title)s” terpilih sebagai %(band)s pada %(edition)s. Sertifikat, lencana, nilai per"
            " kriteria, dan komentar penilai ada di halaman umpan balik."
        )
    else:
        subject = _("Hasil %(band)s untuk %(number)s") % facts
        said = _(
            "“%(title)s” belum terpilih sebagai %(band)s pada %(edition)s. Nilai per kriteria dan"
            " komentar penilai ada di halaman umpan balik, untuk dipakai tahun depan."
        )
    body = said % facts
    if stage.edition.is_simulated or entry.innovation.is_simulated:
        body += "\n" + _("Data ini simulasi.")
    notifications.notify(
        recipients=recipients,
        subject=subject,
        body=body,
        path=feedback_path(entry),
        kind=DECISION,
    )
