"""Refusals of the register; each text tells the person what to do next."""

from django.utils.translation import gettext_lazy as _

from sinovik.web.access import Refusal, Sentence
from sinovik.web.autosave import Stale


class StaleEdit(Stale):
    """The text was changed by somebody else since it was opened (HTTP 409)."""

    default_message = _(
        "Ada versi lebih baru dari isian ini. "
        "Bandingkan kedua teks di bawah, lalu simpan pilihan Anda."
    )


class DossierLocked(Refusal):
    """The dossier can't be edited in its present state."""

    default_message = _("Dosir ini terkunci. Minta admin instansi mengembalikannya lebih dahulu.")


class DossierIncomplete(Refusal):
    """Something required for publishing is missing."""

    default_message = _("Lengkapi judul, ringkasan, dan tanggal mulai sebelum menerbitkan.")


class ImportRefused(Refusal):
    """The import can't go on in its present state."""

    default_message = _("Impor ini sudah selesai atau dibatalkan. Unggah berkasnya lagi.")


class OriginRefused(Refusal):
    """The innovation named as origin can't be replicated by this one."""

    default_message = _("Inovasi asal tidak ditemukan. Salin kodenya dari halaman inovasi itu.")


class UploadRefused(Refusal):
    """A file can't be taken: its type, its size, or no room for it."""

    default_message = _("Berkas ini tidak dapat diterima. Pilih berkas lain.")


class UploadIncomplete(Refusal):
    """Not every byte has arrived, or not the right ones (HTTP 409)."""

    default_message = _("Berkas belum sampai seluruhnya. Lanjutkan unggahannya.")


class AnswerRefused(Refusal):
    """An answer of a form can't be taken; `field` names it, empty for the whole."""

    def __init__(self, message: Sentence | None = None, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


class ReportRefused(AnswerRefused):
    """What was said of an innovation's life or outcome can't be taken as it is."""

    default_message = _("Laporan ini tidak dapat disimpan. Periksa lagi isiannya.")


class ReplicationRefused(AnswerRefused):
    """The replication can't take this step in its present state, or not with this answer."""

    default_message = _("Replikasi ini sudah berpindah keadaan. Muat ulang halamannya.")
