"""What a person reads when a file is not taken: what is wrong and what to do."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sinovik.cleaning.faults import Fault
from sinovik.web.access import Refusal


class FileRefused(Refusal):
    """The file is not taken; nothing of it was kept."""

    default_message = _("Berkas ini tidak bisa diterima. Pilih berkas lain.")


SENTENCES: dict[Fault, Any] = {
    Fault.EMPTY: _("Berkas ini kosong. Pilih berkas yang berisi."),
    Fault.TOO_LARGE: _("Berkas paling besar {limit} MB. Perkecil berkas lalu unggah lagi."),
    Fault.BAD_NAME: _(
        "Nama berkas memuat tanda yang tidak terlihat. Ganti nama berkas lalu unggah lagi."
    ),
    Fault.UNKNOWN_TYPE: _(
        "Jenis berkas {found} tidak diterima. Pilih berkas PDF, JPG, PNG, WebP, XLSX, atau DOCX."
    ),
    Fault.OTHER_TYPE: _(
        "Isi berkas ini {found}, tidak sesuai dengan namanya yang berakhiran {ending}. Buka berkas "
        "aslinya, simpan ulang dengan jenis yang benar, lalu unggah lagi."
    ),
    Fault.TWO_TYPES: _(
        "Berkas ini memuat berkas jenis lain di dalamnya. Simpan ulang dari aplikasi asalnya lalu "
        "unggah lagi."
    ),
    Fault.DAMAGED: _(
        "Berkas ini rusak atau tidak lengkap. Buka berkas aslinya, simpan ulang, lalu unggah lagi."
    ),
    Fault.ENCRYPTED: _(
        "Berkas ini dikunci dengan kata sandi atau pembatasan. Simpan salinan tanpa kunci lalu "
        "unggah lagi."
    ),
    Fault.BOMB: _(
        "Isi berkas ini jauh lebih besar daripada ukurannya sehingga tidak aman dibuka. Simpan "
        "ulang dari aplikasi asalnya lalu unggah lagi."
    ),
    Fault.TOO_MANY_PIXELS: _(
        "Gambar ini lebih dari 40 juta piksel. Perkecil ukurannya lalu unggah lagi."
    ),
    Fault.TOO_MANY_PAGES: _(
        "Dokumen ini lebih dari 1.000 halaman. Bagi menjadi beberapa berkas lalu unggah lagi."
    ),
    Fault.MACRO: _("Berkas ini memuat makro. Simpan ulang tanpa makro lalu unggah lagi."),
    Fault.EMBEDDED: _(
        "Berkas ini memuat berkas lain yang disematkan. Hapus sematan itu lalu unggah lagi."
    ),
    Fault.EXTERNAL: _(
        "Berkas ini mengambil isi dari tempat lain. Putuskan tautannya, simpan ulang, lalu unggah "
        "lagi."
    ),
    Fault.ENTITIES: _(
        "Berkas ini memuat perintah yang tidak aman. Simpan ulang dari aplikasi asalnya lalu unggah"
        " lagi."
    ),
    Fault.UNKNOWN_PART: _(
        "Berkas ini memuat bagian yang tidak dikenal. Simpan ulang dari Word atau Excel lalu unggah"
        " lagi."
    ),
    Fault.ACTIVE: _(
        "Berkas ini memuat program yang tidak bisa dibersihkan. Cetak ke PDF lalu unggah hasilnya."
    ),
    Fault.TOO_HARD: _(
        "Berkas ini terlalu rumit untuk diperiksa. Cetak ke PDF atau perkecil, lalu unggah lagi."
    ),
    Fault.BUSY: _("Banyak berkas sedang diperiksa. Tunggu sebentar lalu unggah lagi."),
}


def refusal(fault: Fault, **values: object) -> FileRefused:
    """The refusal for a fault; `values` fill the places of its sentence."""
    return FileRefused(format_lazy(SENTENCES[fault], **values) if values else SENTENCES[fault])
