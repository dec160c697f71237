from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "sinovik.notifications"
    label = "notifications"
