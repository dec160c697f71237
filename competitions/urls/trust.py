"""Addresses of what shows that the contest's rows hold together."""

from django.urls import URLPattern, path

from competitions.views import night_checks, row_history

trust_patterns: list[URLPattern] = [
    path("kerja/pemeriksaan-malam/", night_checks.night_check, name="night_check"),
    path("kerja/riwayat-baris/", row_history.row_history, name="row_history"),
    path(
        "kerja/riwayat-baris/keterangan/", row_history.owner_writes_name, name="owner_writes_name"
    ),
    path(
        "kerja/riwayat-baris/konfirmasi/",
        row_history.owner_writes_confirm,
        name="owner_writes_confirm",
    ),
]
