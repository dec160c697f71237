"""Addresses of the agencies app."""

from django.urls import path

from agencies import views

app_name = "agencies"

urlpatterns = [
    path("undangan/<str:token>/", views.invitation_accept, name="invitation_accept"),
    path("kerja/instansi/anggota/", views.membership_list, name="membership_list"),
    path("kerja/instansi/anggota/undang/", views.member_invite, name="member_invite"),
    path("kerja/instansi/anggota/unit/", views.unit_create, name="unit_create"),
    path("kerja/instansi/anggota/<int:pk>/akhiri/", views.membership_end, name="membership_end"),
]
