from django.apps import AppConfig


class InnovationsConfig(AppConfig):
    name = "innovations"
    default_auto_field = "django.db.models.BigAutoField"
