"""Addresses of the pages that belong to no app."""

from django.urls import path

from sinovik.home import about_person, gallery, ledger, openness, views

app_name = "home"
urlpatterns = [
    path("", views.front, name="front"),
    path("bantuan/", views.help_page, name="help"),
    path("aksesibilitas/", views.accessibility, name="accessibility"),
    path("privasi/", views.privacy, name="privacy"),
    path("data-saya/", about_person.own_data_page, name="own_data"),
    path("data-saya/data-saya.json", about_person.own_data_file, name="own_data_file"),
    path("tentang/", views.about, name="about"),
    path("data/", openness.open_data, name="open_data"),
    path("data/kamus/", openness.dictionary, name="dictionary"),
    path("luring/", gallery.offline, name="offline"),
    path("luring.js", gallery.offline_worker, name="offline_worker"),
    path("verifikasi/buku/", ledger.seals, name="seals"),
    path("verifikasi/buku/umpan.xml", ledger.seal_feed, name="seal_feed"),
    path("verifikasi/buku/<int:old>-<int:new>.json", ledger.seal_growth, name="seal_growth"),
    path("verifikasi/buku/<int:number>.json", ledger.seal_json, name="seal_json"),
    path("komponen/", gallery.components, name="components"),
]
