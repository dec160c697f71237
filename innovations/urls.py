"""Addresses of the register: public pages, and the pages where agencies work."""

from django.urls import URLPattern, path

from innovations.views import agencies, presence, public, work

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

urlpatterns = [*public_patterns, *work_patterns]
