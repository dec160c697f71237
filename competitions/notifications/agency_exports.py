"""Messages about copies of an agency's own holdings."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from competitions.models import AgencyExport
from sinovik.notifications import notify


def tell_export_ready(export: AgencyExport) -> None:
    """Who asked for the copy hears that it can be fetched."""
    with translation.override("id"):
        notify(
            recipients=[export.created_by],
            subject=_("Salinan data instansi siap diunduh"),
            body=_("Salinan data %s dapat diunduh selama tujuh hari.") % export.agency.name,
            path=reverse("competitions:agency_export_list"),
        )
