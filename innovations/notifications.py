"""Messages of the register."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from innovations.models import DossierImport
from sinovik.notifications import notify


def tell_import_finished(kept: DossierImport) -> None:
    """Who confirmed a large import hears when it is done."""
    with translation.override("id"):
        notify(
            recipients=[kept.confirmed_by or kept.created_by],
            subject=_("Impor selesai: %d dosir dibuat") % kept.created,
            body=_("Berkas %(file)s sudah diimpor. %(known)d baris sudah ada dan dilewati.")
            % {"file": kept.file_name, "known": kept.known},
            path=reverse("innovations:import_detail", args=[kept.pk]),
        )


def tell_import_failed(kept: DossierImport) -> None:
    """Who confirmed a large import hears that nothing was brought in."""
    with translation.override("id"):
        notify(
            recipients=[kept.confirmed_by or kept.created_by],
            subject=_("Impor gagal, tidak ada dosir yang dibuat"),
            body=_("Berkas %s belum diimpor karena gangguan sistem. Unggah berkasnya lagi.")
            % kept.file_name,
            path=reverse("innovations:import_detail", args=[kept.pk]),
        )
