"""Addresses of the pages that belong to no app."""

from django.urls import path

from sinovik.home import gallery, views

app_name = "home"
urlpatterns = [
    path("", views.front, name="front"),
    path("bantuan/", views.help_page, name="help"),
    path("aksesibilitas/", views.accessibility, name="accessibility"),
    path("privasi/", views.privacy, name="privacy"),
    path("tentang/", views.about, name="about"),
    path("luring/", gallery.offline, name="offline"),
    path("komponen/", gallery.components, name="components"),
]
