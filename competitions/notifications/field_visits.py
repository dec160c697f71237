"""Messages about field visits, to insiders alone."""

from django.utils.translation import gettext as _

from competitions.models import FieldVisit
from competitions.notifications import in_site_language
from sinovik import notifications
from sinovik.notifications.kinds import TASK


def visit_path(visit: FieldVisit) -> str:
    """Where a report is written and read."""
    return f"/kerja/kunjungan/{visit.pk}/"


@in_site_language
def tell_assigned(visit: FieldVisit) -> None:
    """The verifier goes there and writes the report."""
    notifications.notify(
        recipients=[visit.verifier],
        subject=_("Kunjungan lapangan %(number)s") % {"number": visit.entry.number},
        body=_("Anda ditugaskan mengunjungi %(agency)s dan menulis laporannya.")
        % {"agency": visit.entry.agency.name},
        path=visit_path(visit),
        kind=TASK,
    )


@in_site_language
def tell_filed(visit: FieldVisit) -> None:
    """Whoever asked for the visit hears that the report is there."""
    notifications.notify(
        recipients=[visit.assigned_by] if visit.assigned_by != visit.verifier else [],
        subject=_("Laporan kunjungan %(number)s diajukan") % {"number": visit.entry.number},
        body=_("Tim panel yang tidak berbenturan kepentingan membacanya di samping proposal."),
        path=visit_path(visit),
    )
