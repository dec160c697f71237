"""Addresses of the contest: public pages, pages of entrants, pages of judges."""

from django.urls import URLPattern, path

from competitions.urls.articles import article_patterns
from competitions.urls.editions import (
    deadline_patterns,
    design_patterns,
    export_patterns,
    radar_patterns,
)
from competitions.urls.reading import reading_patterns
from competitions.urls.trust import trust_patterns
from competitions.views import (
    allocation_plans,
    assignments,
    badges,
    books,
    bundles,
    carrying,
    certificates,
    check_batch,
    check_claims,
    check_compare,
    check_desk,
    check_nudge,
    check_queue,
    checks,
    choice,
    comments,
    conflicts,
    corrections,
    decrees,
    documents,
    editions,
    entries,
    entry_moves,
    entry_presentation,
    feedback,
    field_visits,
    highlights,
    judging_progress,
    letters,
    objections,
    participation,
    plenary,
    plenary_minutes,
    plenary_motions,
    preparations,
    presentation_clock,
    presentations,
    ranking_runs,
    rankings,
    receipts,
    reopening,
    results,
    scoresheets,
    sections,
    sheet_board,
    sheet_release,
    stages,
    statistics,
    transparency,
    trends,
    typed,
    versions,
    winner_embed,
    winners,
    work_home,
)

app_name = "competitions"

public_patterns: list[URLPattern] = [
    path("pemenang/", winners.winner_list, name="winner_list"),
    path("sematan/pemenang/<int:year>/", winner_embed.winner_embed, name="winner_embed"),
    path("pemenang/daftar.csv", winners.winner_csv, name="winner_csv"),
    path("pemenang/daftar.xlsx", winners.winner_xlsx, name="winner_xlsx"),
    path("kompetisi/", editions.edition_list, name="edition_list"),
    path("kompetisi/<int:year>/", editions.edition_detail, name="edition_detail"),
    path("kompetisi/<int:year>/jadwal.ics", editions.edition_calendar, name="edition_calendar"),
    path("kompetisi/<int:year>/hasil/bundle.json", bundles.result_bundle, name="result_bundle"),
    path("kompetisi/<int:year>/transparansi/", transparency.transparency, name="transparency"),
    path("kompetisi/<int:year>/sanggahan/", objections.objection_list, name="objection_list"),
    path(
        "kompetisi/<int:year>/transparansi/<slug:table>.csv",
        transparency.transparency_csv,
        name="transparency_csv",
    ),
    path("kompetisi/<int:year>/<slug:band>/", results.result_list, name="result_list"),
    path("kompetisi/<int:year>/<slug:band>/daftar.csv", results.result_csv, name="result_csv"),
    path("kompetisi/<int:year>/<slug:band>/daftar.xlsx", results.result_xlsx, name="result_xlsx"),
    path("kompetisi/<int:year>/<slug:band>/daftar.pdf", results.result_pdf, name="result_pdf"),
    path("kompetisi/<int:year>/<slug:band>/buku.pdf", books.result_book, name="result_book"),
    path("kompetisi/<int:year>/<slug:band>/lencana/", badges.badge_list, name="badge_list"),
    path(
        "kompetisi/<int:year>/<slug:band>/lencana/<slug:slug>/", badges.badge_kit, name="badge_kit"
    ),
    path(
        "kompetisi/<int:year>/<slug:band>/lencana/<slug:slug>/<slug:look>.svg",
        badges.badge_svg,
        name="badge_svg",
    ),
    path("kompetisi/<int:year>/<slug:band>/keputusan.pdf", decrees.decree_file, name="decree_file"),
    path("verifikasi/", receipts.verification, name="verification"),
    path("verifikasi/kunci.pem", receipts.verification_key, name="verification_key"),
    path("verifikasi/komitmen.json", bundles.commitment_list, name="commitment_list"),
    path("verifikasi/sinovik_verify.py", receipts.verifier, name="verifier"),
    path("verifikasi/<slug:code>/", receipts.verification_detail, name="verification_detail"),
    path("statistik/", statistics.statistics, name="statistics"),
    path("statistik/antartahun/", trends.trends, name="trends"),
    path("statistik/antartahun.csv", trends.trends_csv, name="trends_csv"),
    path("statistik/keikutsertaan/", participation.participation, name="participation"),
    path("statistik/keikutsertaan.csv", participation.share_csv, name="share_csv"),
    path("statistik/belum-ikut.csv", participation.participation_csv, name="participation_csv"),
    path("statistik/<slug:table>.csv", statistics.statistics_csv, name="statistics_csv"),
]

# Drafting and submitting, under /kerja/.
entrant_patterns: list[URLPattern] = [
    path("kerja/", work_home.work_home, name="work_home"),
    path(
        "kerja/pemberitahuan/<int:pk>/baca/",
        work_home.notification_read,
        name="notification_read",
    ),
    path("kerja/usulan/", choice.entry_choice, name="entry_choice"),
    path("kerja/peserta/baru/", entries.entry_create, name="entry_create"),
    path("kerja/peserta/baru/judul/", typed.title_findings, name="title_findings"),
    path("kerja/inovasi/<int:pk>/temuan/", typed.identity_findings, name="identity_findings"),
    path(
        "kerja/peserta/<int:pk>/bagian/<slug:key>/temuan/",
        typed.section_findings,
        name="section_findings",
    ),
    path("kerja/peserta/<int:pk>/", entries.entry_tasks, name="entry_tasks"),
    path("kerja/peserta/<int:pk>/bagian/<slug:key>/", sections.entry_section, name="entry_section"),
    path("kerja/peserta/<int:pk>/gunakan-lagi/", carrying.entry_carry, name="entry_carry"),
    path("kerja/peserta/<int:pk>/dokumen/", documents.entry_documents, name="entry_documents"),
    path("kerja/peserta/<int:pk>/periksa/", entry_moves.entry_check, name="entry_check"),
    path("kerja/peserta/<int:pk>/kirim/", entry_moves.entry_send, name="entry_send"),
    path("kerja/peserta/<int:pk>/kembalikan/", entry_moves.entry_return, name="entry_return"),
    path("kerja/peserta/<int:pk>/ajukan/", entry_moves.entry_submit, name="entry_submit"),
    path("kerja/peserta/<int:pk>/ajukan-lagi/", corrections.entry_resubmit, name="entry_resubmit"),
    path("kerja/peserta/<int:pk>/tarik/", entry_moves.entry_withdraw, name="entry_withdraw"),
    path("kerja/inovasi/<int:pk>/versi/", versions.dossier_versions, name="dossier_versions"),
    path(
        "kerja/inovasi/<int:pk>/versi/beda/",
        versions.dossier_difference,
        name="dossier_difference",
    ),
    path(
        "kerja/inovasi/<int:pk>/versi/<int:number>/",
        versions.dossier_version,
        name="dossier_version",
    ),
    path("kerja/peserta/<int:pk>/buka-kembali/", reopening.entry_reopen, name="entry_reopen"),
    path("kerja/peserta/<int:pk>/ikut-kembali/", reopening.entry_revive, name="entry_revive"),
    path("kerja/peserta/<int:pk>/tanda-terima/", receipts.entry_receipt, name="entry_receipt"),
    path("kerja/peserta/<int:pk>/tanda-terima.pdf", receipts.receipt_pdf, name="entry_receipt_pdf"),
    path(
        "kerja/peserta/<int:pk>/surat-<int:letter>.pdf", letters.letter_pdf, name="entry_letter_pdf"
    ),
    path("kerja/peserta/<int:pk>/umpan-balik/", feedback.entry_feedback, name="entry_feedback"),
    path("kerja/peserta/<int:pk>/umpan-balik.pdf", feedback.feedback_pdf, name="feedback_pdf"),
    path(
        "kerja/peserta/<int:pk>/sertifikat-<slug:band>.pdf",
        certificates.certificate_pdf,
        name="certificate_pdf",
    ),
    path(
        "kerja/peserta/<int:pk>/sertifikat-<slug:band>.json",
        certificates.certificate_json,
        name="certificate_json",
    ),
    path(
        "kerja/peserta/<int:pk>/tanda-terima.json", receipts.receipt_json, name="entry_receipt_json"
    ),
]

# Checking, scoring and ranking, under /kerja/.
_ranking = "kerja/tahap/<int:pk>/peringkat/"
judging_patterns: list[URLPattern] = [
    path("kerja/edisi/<int:year>/tahap/", stages.stage_list, name="stage_list"),
    path("kerja/edisi/<int:year>/seleksi/", check_queue.check_queue, name="check_queue"),
    path("kerja/edisi/<int:year>/seleksi/ambil/", checks.check_claim_next, name="check_claim_next"),
    path(
        "kerja/edisi/<int:year>/seleksi/ambil-dipilih/",
        check_claims.check_claim_several,
        name="check_claim_several",
    ),
    path("kerja/edisi/<int:year>/seleksi/ingatkan/", check_nudge.check_nudge, name="check_nudge"),
    path("kerja/edisi/<int:year>/seleksi/konfirmasi/", check_batch.check_batch, name="check_batch"),
    path("kerja/edisi/<int:year>/seleksi/saringan/", check_queue.filter_save, name="filter_save"),
    path(
        "kerja/edisi/<int:year>/seleksi/saringan/<int:pk>/hapus/",
        check_queue.filter_delete,
        name="filter_delete",
    ),
    path("kerja/seleksi/<int:pk>/", checks.check_detail, name="check_detail"),
    path("kerja/seleksi/<int:pk>/ambil/", checks.check_claim, name="check_claim"),
    path("kerja/seleksi/<int:pk>/lepas/", checks.check_release, name="check_release"),
    path("kerja/seleksi/<int:pk>/putuskan/", checks.check_decide, name="check_decide"),
    path("kerja/seleksi/<int:pk>/simpan/", check_desk.check_save, name="check_save"),
    path("kerja/seleksi/<int:pk>/perbaikan/", check_desk.check_correction, name="check_correction"),
    path(
        "kerja/edisi/<int:year>/seleksi/unduh.<slug:kind>",
        check_desk.check_export,
        name="check_export",
    ),
    path(
        "kerja/seleksi/<int:pk>/banding/<int:other>/",
        check_compare.check_compare,
        name="check_compare",
    ),
    path("kerja/seleksi/<int:pk>/benturan/", conflicts.check_conflict, name="check_conflict"),
    path("kerja/seleksi/<int:pk>/konfirmasi/", checks.check_confirm, name="check_confirm"),
    path("kerja/tahap/<int:pk>/", stages.stage_detail, name="stage_detail"),
    path("kerja/tahap/<int:pk>/buka/", stages.stage_open, name="stage_open"),
    path("kerja/tahap/<int:pk>/tutup/", stages.stage_close, name="stage_close"),
    path("kerja/tahap/<int:pk>/penugasan/", assignments.assignment_board, name="assignment_board"),
    path(
        "kerja/tahap/<int:pk>/penugasan/tunjuk/",
        assignments.assignment_appoint,
        name="assignment_appoint",
    ),
    path(
        "kerja/tahap/<int:pk>/kemajuan/", judging_progress.judging_progress, name="judging_progress"
    ),
    path(
        "kerja/tahap/<int:pk>/kemajuan/ingatkan/",
        judging_progress.judging_nudge,
        name="judging_nudge",
    ),
    path("kerja/tahap/<int:pk>/lembar/", sheet_board.sheet_list, name="sheet_list"),
    path("kerja/tahap/<int:pk>/lembar/<int:sheet>/", sheet_board.sheet_detail, name="sheet_detail"),
    path("kerja/penilaian/", scoresheets.assignment_list, name="assignment_list"),
    path("kerja/penilaian/<int:pk>/", scoresheets.scoresheet_edit, name="scoresheet_edit"),
    path("kerja/penilaian/<int:pk>/sorot/", highlights.highlight_add, name="highlight_add"),
    path(
        "kerja/penilaian/<int:pk>/sorot/<int:highlight>/hapus/",
        highlights.highlight_remove,
        name="highlight_remove",
    ),
    path("kerja/penilaian/<int:pk>/lepas/", sheet_release.sheet_release, name="sheet_release"),
    path("kerja/penilaian/<int:pk>/simpan/", scoresheets.scoresheet_save, name="scoresheet_save"),
    path(
        "kerja/penilaian/<int:pk>/kirim/",
        scoresheets.scoresheet_finalise,
        name="scoresheet_finalise",
    ),
    path(
        "kerja/penilaian/<int:pk>/versi/", versions.scoresheet_versions, name="scoresheet_versions"
    ),
    path("kerja/penilaian/<int:pk>/benturan/", conflicts.conflict_declare, name="conflict_declare"),
    path("kerja/edisi/<int:year>/komentar/", comments.comment_list, name="comment_list"),
    path("kerja/komentar/<int:pk>/", comments.comment_decide, name="comment_decide"),
    path(_ranking, rankings.ranking_board, name="ranking_board"),
    path(f"{_ranking}perhitungan/", ranking_runs.run_list, name="ranking_run_list"),
    path(f"{_ranking}perhitungan/hitung/", ranking_runs.run_order, name="ranking_run_order"),
    path(f"{_ranking}perhitungan/<int:run>/", ranking_runs.run_detail, name="ranking_run_detail"),
    path(f"{_ranking}daftar.csv", rankings.ranking_csv, name="ranking_csv"),
    path(f"{_ranking}ambang/", rankings.cut_off_apply, name="cut_off_apply"),
    path(f"{_ranking}kunci/", rankings.cut_off_lock, name="cut_off_lock"),
    path(f"{_ranking}konfirmasi/", rankings.cut_off_confirm, name="cut_off_confirm"),
    path(f"{_ranking}penyiapan/", preparations.preparation_detail, name="preparation_detail"),
    path(f"{_ranking}penyiapan/mulai/", preparations.preparation_start, name="preparation_start"),
    path(
        f"{_ranking}penyiapan/batalkan/",
        preparations.preparation_cancel,
        name="preparation_cancel",
    ),
    path(f"{_ranking}penetapan/", rankings.decree_enter, name="decree_enter"),
    path(f"{_ranking}penetapan/berkas/", decrees.decree_attach, name="decree_attach"),
    path(f"{_ranking}penetapan/berkas/unduh/", decrees.decree_preview, name="decree_preview"),
    path(f"{_ranking}pengumuman/", rankings.announcement_schedule, name="announcement_schedule"),
]

# Objections to a provisional list, under /kerja/.
_plenary = "kerja/tahap/<int:pk>/pleno/"
plenary_patterns: list[URLPattern] = [
    path(_plenary, plenary.plenary_room, name="plenary_room"),
    path(f"{_plenary}layar/", plenary.plenary_screen, name="plenary_screen"),
    path(f"{_plenary}buka/", plenary.plenary_open, name="plenary_open"),
    path(f"{_plenary}tutup/", plenary.plenary_close, name="plenary_close"),
    path(f"{_plenary}hadir/", plenary.plenary_join, name="plenary_join"),
    path(f"{_plenary}bahas/<int:entry>/", plenary.entry_call, name="entry_call"),
    path(f"{_plenary}benturan/<int:entry>/", plenary_motions.entry_recuse, name="entry_recuse"),
    path(f"{_plenary}usul/", plenary_motions.motion_propose, name="motion_propose"),
    path(f"{_plenary}usul/<int:motion>/", plenary_motions.motion_step, name="motion_step"),
    path(f"{_plenary}usul/<int:motion>/suara/", plenary_motions.vote_cast, name="vote_cast"),
    path(
        f"{_plenary}<int:number>/berita-acara.pdf",
        plenary_minutes.minutes_pdf,
        name="plenary_minutes",
    ),
]
objection_patterns: list[URLPattern] = [
    path("kerja/peserta/<int:pk>/sanggahan/", objections.entry_objections, name="entry_objections"),
    path("kerja/sanggahan/<int:pk>/", objections.objection_detail, name="objection_detail"),
    path(
        "kerja/sanggahan/<int:pk>/bukti/", objections.objection_evidence, name="objection_evidence"
    ),
    path("kerja/sanggahan/<int:pk>/jawab/", objections.objection_answer, name="objection_answer"),
    path(
        "kerja/sanggahan/<int:pk>/konfirmasi/",
        objections.objection_confirm,
        name="objection_confirm",
    ),
    path(f"{_ranking}sanggahan/", objections.objection_board, name="objection_board"),
    path(f"{_ranking}sanggahan/buka/", objections.objection_open, name="objection_open"),
]

# The panel hears the entries of its stage, under /kerja/.
_hearing = "kerja/tahap/<int:pk>/presentasi/"
hearing_patterns: list[URLPattern] = [
    path(_hearing, presentations.presentation_schedule, name="presentation_schedule"),
    path(f"{_hearing}susun/", presentations.presentation_draw, name="presentation_draw"),
    path(f"{_hearing}terbitkan/", presentations.presentation_publish, name="presentation_publish"),
    path(
        "kerja/presentasi/<int:pk>/pindah/",
        presentations.presentation_move,
        name="presentation_move",
    ),
    path(
        "kerja/presentasi/<int:pk>/langkah/",
        presentation_clock.presentation_step,
        name="presentation_step",
    ),
    path(
        "kerja/ruang-presentasi/<int:pk>/",
        presentations.presentation_room,
        name="presentation_room",
    ),
    path(
        "kerja/ruang-presentasi/<int:pk>/jam/",
        presentation_clock.presentation_clock,
        name="presentation_clock",
    ),
    path("kerja/tahap/<int:pk>/kunjungan/", field_visits.visit_board, name="visit_board"),
    path(
        "kerja/tahap/<int:pk>/kunjungan/tugaskan/",
        field_visits.visit_assign,
        name="visit_assign",
    ),
    path("kerja/kunjungan/", field_visits.visit_list, name="visit_list"),
    path("kerja/kunjungan/<int:pk>/", field_visits.visit_detail, name="visit_detail"),
    path("kerja/kunjungan/<int:pk>/isi/", field_visits.visit_edit, name="visit_edit"),
    path("kerja/kunjungan/<int:pk>/ajukan/", field_visits.visit_file, name="visit_file"),
    path("kerja/kunjungan/<int:pk>/koreksi/", field_visits.visit_correct, name="visit_correct"),
    path("kerja/kunjungan/<int:pk>/foto/", field_visits.visit_photo_add, name="visit_photo_add"),
    path("kerja/foto-kunjungan/<int:pk>/", field_visits.visit_photo, name="visit_photo"),
    path(
        "kerja/foto-kunjungan/<int:pk>/hapus/",
        field_visits.visit_photo_remove,
        name="visit_photo_remove",
    ),
    path(
        "kerja/peserta/<int:pk>/presentasi/",
        entry_presentation.entry_presentation,
        name="entry_presentation",
    ),
    path(
        "kerja/peserta/<int:pk>/presentasi.ics",
        entry_presentation.entry_presentation_calendar,
        name="entry_presentation_calendar",
    ),
]

_expertise = "kerja/tahap/<int:pk>/penugasan/keahlian/"
_plan = "kerja/pembagian/<int:pk>/"
allocation_patterns: list[URLPattern] = [
    path(
        "kerja/tahap/<int:pk>/penugasan/pratinjau/",
        allocation_plans.allocation_start,
        name="allocation_start",
    ),
    path(_expertise, assignments.expertise_edit, name="expertise_edit"),
    path(_plan, allocation_plans.allocation_detail, name="allocation_detail"),
    path(f"{_plan}batalkan/", allocation_plans.allocation_cancel, name="allocation_cancel"),
    path(f"{_plan}terapkan/", allocation_plans.allocation_apply, name="allocation_apply"),
    path(f"{_plan}urungkan/", allocation_plans.allocation_undo, name="allocation_undo"),
]

urlpatterns = [
    *public_patterns,
    *article_patterns,
    *entrant_patterns,
    *deadline_patterns,
    *radar_patterns,
    *judging_patterns,
    *reading_patterns,
    *trust_patterns,
    *objection_patterns,
    *hearing_patterns,
    *allocation_patterns,
    *plenary_patterns,
    *design_patterns,
    *export_patterns,
]
