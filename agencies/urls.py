"""Addresses of the agencies app."""

from django.urls import path

from agencies.views import devices, letters, mails, members, roles, support

app_name = "agencies"

_members = "kerja/instansi/anggota/"
urlpatterns = [
    path("akun/keamanan/perangkat/", devices.device_list, name="device_list"),
    path("akun/keamanan/perangkat/lain/keluarkan/", devices.devices_end, name="devices_end"),
    path("akun/keamanan/perangkat/<int:pk>/keluarkan/", devices.device_end, name="device_end"),
    path("akun/keamanan/bantuan/", support.support_looks, name="support_looks"),
    path("kerja/bantuan-akun/", support.support, name="support"),
    path("kerja/bantuan-akun/selesai/", support.support_end, name="support_end"),
    path("undangan/<slug:token>/", members.invitation_accept, name="invitation_accept"),
    path("kerja/instansi/", letters.agency_admission_list, name="agency_admission_list"),
    path("kerja/instansi/<slug:slug>/surat/", letters.agency_admit, name="agency_admit"),
    path("kerja/instansi/surel/", mails.mail_list, name="mail_list"),
    path(_members, members.membership_list, name="membership_list"),
    path(f"{_members}undang/", members.member_invite, name="member_invite"),
    path(f"{_members}unit/", members.unit_create, name="unit_create"),
    path(f"{_members}<int:pk>/akhiri/", members.membership_end, name="membership_end"),
    path(f"{_members}<int:pk>/perpanjang/", roles.membership_extend, name="membership_extend"),
    path(
        f"{_members}undangan/<int:pk>/kirim-ulang/",
        members.invitation_resend,
        name="invitation_resend",
    ),
    path(
        f"{_members}undangan/<int:pk>/batalkan/",
        members.invitation_revoke,
        name="invitation_revoke",
    ),
]
