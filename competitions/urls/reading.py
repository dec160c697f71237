"""Addresses around what judges read: proposals to take along."""

from django.urls import URLPattern, path

from competitions.views import reading_packs

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
