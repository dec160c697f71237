"""Messages of the register."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from innovations.enums import AttachmentState
from innovations.models import Attachment, DossierImport
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


def attachments_path(innovation_id: int) -> str:
    """Where the files of a dossier are kept; literal, since a reversed one has a language."""
    return f"/kerja/inovasi/{innovation_id}/lampiran/"


def tell_settled(attachment: Attachment, before: str) -> None:
    """Tell who sent a file that it was refused, or that one held so far is ready."""
    with translation.override(settings.LANGUAGE_CODE):
        if attachment.state == AttachmentState.REFUSED:
            subject, body = _("Berkas ditolak: %s"), attachment.reason
        elif attachment.state == AttachmentState.READY and before == AttachmentState.HELD:
            subject = _("Berkas lolos pemeriksaan virus: %s")
            body = _("Berkas itu kini ikut dalam dosir.")
        else:
            return
        notify(
            recipients=[attachment.uploaded_by],
            subject=subject % attachment.name,
            body=body,
            path=attachments_path(attachment.innovation_id),
        )
