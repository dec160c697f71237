"""Addresses of people's own settings."""

from django.urls import path

from sinovik.notifications import views

app_name = "notifications"

urlpatterns = [
    path("akun/pemberitahuan/", views.preferences, name="preferences"),
    path("surel/berhenti/<str:token>/", views.unsubscribe_page, name="unsubscribe"),
]
