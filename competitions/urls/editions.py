"""Addresses around an edition: its deadlines, its radar, its design, copies of what one has."""

from django.urls import URLPattern, path

from competitions.views import (
    agency_exports,
    deadlines,
    design,
    design_changes,
    design_preview,
    radar,
    rehearsals,
)

# Following what has not reached the ministry, under /kerja/.
radar_patterns: list[URLPattern] = [
    path("kerja/radar/", radar.radar_list, name="radar_list"),
    path("kerja/radar/daftar.csv", radar.radar_csv, name="radar_csv"),
    path("kerja/radar/daftar.xlsx", radar.radar_xlsx, name="radar_xlsx"),
    path("kerja/radar/ingatkan/", radar.radar_nudge, name="radar_nudge"),
    path("kerja/radar/<int:pk>/ingatkan/", radar.radar_nudge_one, name="radar_nudge_one"),
]

# Deadlines that move, and what came after them, under /kerja/.
deadline_patterns: list[URLPattern] = [
    path("kerja/peserta/<int:pk>/otomatis/", deadlines.entry_automatic, name="entry_automatic"),
    path("kerja/edisi/<int:year>/tenggat/", deadlines.deadline_board, name="deadline_board"),
    path(
        "kerja/edisi/<int:year>/tenggat/usul/",
        deadlines.extension_propose,
        name="extension_propose",
    ),
    path("kerja/tenggat/<int:pk>/", deadlines.extension_decide, name="extension_decide"),
    path("kerja/terlambat/<int:pk>/", deadlines.late_detail, name="late_detail"),
]

_design = "kerja/edisi/<int:year>/rancangan/"
design_patterns: list[URLPattern] = [
    path("kerja/edisi/baru/", design.design_clone, name="design_clone"),
    path(_design, design.design_overview, name="design_overview"),
    path(f"{_design}terbitkan/", design.design_publish, name="design_publish"),
    path(f"{_design}bagian/<slug:address>/", design.design_part, name="design_part"),
    path(f"{_design}pratinjau/peserta/", design_preview.preview_entrant, name="preview_entrant"),
    path(
        f"{_design}pratinjau/peserta/<slug:key>/",
        design_preview.preview_section,
        name="preview_section",
    ),
    path(
        f"{_design}pratinjau/dokumen/", design_preview.preview_documents, name="preview_documents"
    ),
    path(
        f"{_design}pratinjau/penilai/<slug:slug>/",
        design_preview.preview_sheet,
        name="preview_sheet",
    ),
    path(f"{_design}gladi/", rehearsals.rehearsal_start, name="rehearsal_start"),
    path("kerja/gladi/<int:pk>/", rehearsals.rehearsal_detail, name="rehearsal_detail"),
    path(
        "kerja/gladi/<int:pk>/layar/<int:number>/",
        rehearsals.rehearsal_screen,
        name="rehearsal_screen",
    ),
    path("kerja/perubahan/<int:pk>/", design_changes.change_decide, name="change_decide"),
]

_exports = "kerja/instansi/salinan/"
export_patterns: list[URLPattern] = [
    path(_exports, agency_exports.agency_export_list, name="agency_export_list"),
    path(f"{_exports}siapkan/", agency_exports.agency_export_request, name="agency_export_request"),
    path(
        f"{_exports}<int:pk>/batalkan/",
        agency_exports.agency_export_cancel,
        name="agency_export_cancel",
    ),
    path(
        f"{_exports}<int:pk>/unduh/", agency_exports.agency_export_fetch, name="agency_export_fetch"
    ),
]
