"""Addresses around what judges read: proposals to take along, pieces hidden from them."""

from django.urls import URLPattern, path

from competitions.views import reading_packs, redactions, sheet_files

pack_patterns: list[URLPattern] = [
    path("kerja/tahap/<int:pk>/paket/", reading_packs.reading_pack_list, name="reading_pack_list"),
    path(
        "kerja/tahap/<int:pk>/paket/siapkan/",
        reading_packs.reading_pack_request,
        name="reading_pack_request",
    ),
    path(
        "kerja/paket/<int:pk>/batalkan/",
        reading_packs.reading_pack_cancel,
        name="reading_pack_cancel",
    ),
    path(
        "kerja/paket/<int:pk>/jilid/<int:volume>/unduh/",
        reading_packs.reading_pack_fetch,
        name="reading_pack_fetch",
    ),
]

_queue = "kerja/tahap/<int:pk>/penyamaran/"
_one = f"{_queue}<int:entry>/"
redaction_patterns: list[URLPattern] = [
    path(_queue, redactions.redaction_list, name="redaction_list"),
    path(_one, redactions.redaction_detail, name="redaction_detail"),
    path(f"{_one}samarkan/", redactions.redaction_add, name="redaction_add"),
    path(f"{_one}samarkan-semua/", redactions.redaction_add_all, name="redaction_add_all"),
    path(f"{_one}buka/<int:redaction>/", redactions.redaction_lift, name="redaction_lift"),
    path(f"{_one}berkas/<int:attachment>/", redactions.redaction_release, name="redaction_release"),
    path(
        "kerja/penilaian/<int:pk>/lampiran/<int:release>/",
        sheet_files.sheet_annex,
        name="sheet_annex",
    ),
    path(f"{_one}selesai/", redactions.redaction_finish, name="redaction_finish"),
]

reading_patterns = [*pack_patterns, *redaction_patterns]
