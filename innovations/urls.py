"""Addresses of the register: public pages, and the pages where agencies work."""

from django.urls import URLPattern, path

from innovations.views import (
    agencies,
    attachments,
    downloads,
    earlier_texts,
    feeds,
    imports,
    life,
    observations,
    outcomes,
    part_figures,
    parts,
    presence,
    public,
    replication_hub,
    replications,
    sharing,
    suggestions,
    uploads,
    work,
)

app_name = "innovations"

public_patterns: list[URLPattern] = [
    path("inovasi/", public.innovation_list, name="innovation_list"),
    path("inovasi/unduh.csv", downloads.innovation_csv, name="innovation_csv"),
    path("inovasi/unduh.xlsx", downloads.innovation_xlsx, name="innovation_xlsx"),
    path("inovasi/unduh.json", downloads.innovation_json, name="innovation_json"),
    path("inovasi/umpan.xml", feeds.search_feed, name="search_feed"),
    path("inovasi/saran.json", suggestions.title_suggestions, name="title_suggestions"),
    path("INO-<int:number>/", sharing.innovation_by_number, name="innovation_by_number"),
    path("inovasi/<slug:slug>/", public.innovation_detail, name="innovation_detail"),
    path("inovasi/<slug:slug>/riwayat/", earlier_texts.text_history, name="text_history"),
    path("inovasi/<slug:slug>/kutip.bib", sharing.innovation_bib, name="innovation_bib"),
    path("inovasi/<slug:slug>/gambar.png", sharing.share_image, name="share_image"),
    path(
        "inovasi/<slug:slug>/lampiran/<uuid:public_id>/",
        attachments.attachment_download,
        name="attachment_download",
    ),
    path("instansi/", agencies.agency_list, name="agency_list"),
    path("instansi/<slug:slug>/", agencies.agency_detail, name="agency_detail"),
    path("instansi/<slug:slug>/angka.csv", part_figures.agency_csv, name="agency_csv"),
    path("instansi/<slug:slug>/umpan.xml", feeds.agency_feed, name="agency_feed"),
    path("provinsi/", parts.province_list, name="province_list"),
    path("provinsi/angka.csv", part_figures.province_list_csv, name="province_list_csv"),
    path("provinsi/<slug:code>/angka.csv", part_figures.province_csv, name="province_csv"),
    path("provinsi/<slug:code>/", parts.province_detail, name="province_detail"),
    path("provinsi/<slug:code>/umpan.xml", feeds.province_feed, name="province_feed"),
    path("kategori/", parts.category_list, name="category_list"),
    path("kategori/<slug:slug>/", parts.category_detail, name="category_detail"),
    path("kategori/<slug:slug>/angka.csv", part_figures.category_csv, name="category_csv"),
    path("kategori/<slug:slug>/umpan.xml", feeds.category_feed, name="category_feed"),
]

work_patterns: list[URLPattern] = [
    path("kerja/inovasi/", work.innovation_work_list, name="innovation_work_list"),
    path("kerja/inovasi/baru/", work.innovation_create, name="innovation_create"),
    path("kerja/inovasi/<int:pk>/", work.innovation_work, name="innovation_work"),
    path("kerja/inovasi/<int:pk>/ubah/", work.innovation_edit, name="innovation_edit"),
    path("kerja/inovasi/<int:pk>/hadir/", presence.innovation_presence, name="innovation_presence"),
    path("kerja/inovasi/<int:pk>/terbitkan/", work.innovation_publish, name="innovation_publish"),
    path("kerja/inovasi/<int:pk>/arsipkan/", work.innovation_archive, name="innovation_archive"),
]

life_patterns: list[URLPattern] = [
    path("kerja/inovasi/kabar/", life.attestation_list, name="attestation_list"),
    path("kerja/inovasi/<int:pk>/keadaan/", life.attestation_create, name="attestation_create"),
    path("kerja/inovasi/<int:pk>/hasil/", outcomes.outcome_list, name="outcome_list"),
    path("kerja/inovasi/<int:pk>/hasil/baru/", outcomes.indicator_create, name="indicator_create"),
    path(
        "kerja/inovasi/<int:pk>/hasil/<int:indicator>/ukur/",
        outcomes.value_create,
        {"kind": "ukur"},
        name="value_create",
    ),
    path(
        "kerja/inovasi/<int:pk>/hasil/<int:indicator>/sasaran/",
        outcomes.value_create,
        {"kind": "sasaran"},
        name="target_create",
    ),
    path(
        "kerja/inovasi/<int:pk>/hasil/nilai/<int:value>/betulkan/",
        outcomes.value_correct,
        name="value_correct",
    ),
    path(
        "kerja/inovasi/<int:pk>/peringatan/<int:alarm>/jawab/",
        outcomes.alarm_answer,
        name="alarm_answer",
    ),
    path("kerja/peringatan/", outcomes.alarm_list, name="alarm_list"),
    path("kerja/pengamatan/", observations.observation_choice, name="observation_choice"),
    path("kerja/pengamatan/<int:pk>/", observations.observation_list, name="observation_list"),
    path(
        "kerja/pengamatan/<int:pk>/kunjungan/",
        observations.mystery_check_file,
        name="mystery_check_file",
    ),
    path(
        "kerja/pengamatan/<int:pk>/kunjungan/<int:corrects>/betulkan/",
        observations.mystery_check_file,
        name="mystery_check_correct",
    ),
    path(
        "kerja/pengamatan/<int:pk>/kepuasan/",
        observations.satisfaction_file,
        name="satisfaction_file",
    ),
    path(
        "kerja/pengamatan/<int:pk>/kepuasan/<int:corrects>/betulkan/",
        observations.satisfaction_file,
        name="satisfaction_correct",
    ),
]

_import = "kerja/inovasi/impor/"
_register = "kerja/register/impor/"
_xlsx, _csv = {"ending": "xlsx"}, {"ending": "csv"}
import_patterns: list[URLPattern] = [
    path(_import, imports.import_start, name="import_start"),
    path(f"{_import}templat.xlsx", imports.import_template, _xlsx, name="import_template"),
    path(f"{_import}templat.csv", imports.import_template, _csv, name="import_template_csv"),
    path(f"{_import}<int:pk>/", imports.import_detail, name="import_detail"),
    path(f"{_import}<int:pk>/temuan.csv", imports.import_problems, name="import_problems"),
    path(f"{_import}<int:pk>/setujui/", imports.import_confirm, name="import_confirm"),
    path(f"{_import}<int:pk>/batalkan/", imports.import_cancel, name="import_cancel"),
    path(_register, imports.register_import_start, name="register_import_start"),
    path(
        f"{_register}templat.xlsx",
        imports.register_import_template,
        _xlsx,
        name="register_import_template",
    ),
    path(
        f"{_register}templat.csv",
        imports.register_import_template,
        _csv,
        name="register_import_template_csv",
    ),
]

_files = "kerja/inovasi/<int:pk>/lampiran/"
_uploads = "kerja/inovasi/<int:pk>/unggahan/"
file_patterns: list[URLPattern] = [
    path(_files, attachments.attachment_list, name="attachment_list"),
    path(
        f"{_files}<uuid:public_id>/hapus/", attachments.attachment_remove, name="attachment_remove"
    ),
    path(f"{_files}<uuid:public_id>/umum/", attachments.attachment_show, name="attachment_show"),
    path(_uploads, uploads.upload_create, name="upload_create"),
    path(f"{_uploads}<uuid:token>/", uploads.upload_piece, name="upload_piece"),
    path(f"{_uploads}<uuid:token>/selesai/", uploads.upload_finish, name="upload_finish"),
    path(f"{_uploads}<uuid:token>/batal/", uploads.upload_cancel, name="upload_cancel"),
]

_replications = "kerja/replikasi/"
_moves = {
    "answer": "jawab",
    "agree": "sepakati",
    "report": "laporkan",
    "confirm": "benarkan",
    "verify": "verifikasi",
    "return": "kembalikan",
    "withdraw": "tarik",
}
replication_patterns: list[URLPattern] = [
    path(
        "inovasi/<slug:slug>/minta-replikasi/",
        replications.replication_request,
        name="replication_request",
    ),
    path("replikasi/", replication_hub.replication_hub, name="replication_hub"),
    path(f"{_replications}papan/", replication_hub.hub_posts, name="hub_posts"),
    path(f"{_replications}kebutuhan/baru/", replication_hub.need_create, name="need_create"),
    path(f"{_replications}kebutuhan/<int:pk>/tutup/", replication_hub.need_end, name="need_end"),
    path(f"{_replications}tawaran/<int:pk>/akhiri/", replication_hub.offer_end, name="offer_end"),
    path("kerja/inovasi/<int:pk>/tawarkan/", replication_hub.offer_create, name="offer_create"),
    path(_replications, replications.replication_list_page, name="replication_list"),
    path(f"{_replications}<int:pk>/", replications.replication_detail, name="replication_detail"),
    path(
        f"{_replications}<int:pk>/kesepakatan.pdf",
        replications.replication_letter,
        name="replication_letter",
    ),
    *(
        path(
            f"{_replications}<int:pk>/{word}/",
            replications.replication_move,
            {"move": move},
            name=f"replication_{move}",
        )
        for move, word in _moves.items()
    ),
]

urlpatterns = [
    *public_patterns,
    *work_patterns,
    *life_patterns,
    *import_patterns,
    *file_patterns,
    *replication_patterns,
]
