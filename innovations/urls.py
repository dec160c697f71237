"""Addresses of the register: public pages, and the pages where agencies work."""

from django.urls import URLPattern, path

from innovations.views import agencies, imports, presence, public, work

app_name = "innovations"

public_patterns: list[URLPattern] = [
    path("inovasi/", public.innovation_list, name="innovation_list"),
    path("inovasi/unduh.csv", public.innovation_csv, name="innovation_csv"),
    path("inovasi/<slug:slug>/", public.innovation_detail, name="innovation_detail"),
    path("instansi/", agencies.agency_list, name="agency_list"),
    path("instansi/<slug:slug>/", agencies.agency_detail, name="agency_detail"),
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

urlpatterns = [*public_patterns, *work_patterns, *import_patterns]
