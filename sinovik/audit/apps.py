from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "sinovik.audit"
    label = "audit"
