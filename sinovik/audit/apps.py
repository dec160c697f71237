from django.apps import AppConfig
from django.db.backends.signals import connection_created


class AuditConfig(AppConfig):
    name = "sinovik.audit"
    label = "audit"

    def ready(self) -> None:
        """Refuse to start with a key that can't sign; listen for commits in doubt."""
        from sinovik.audit import checks, outcome, signing  # noqa: F401 (the check registers itself)

        signing.check_key()
        connection_created.connect(outcome.watch)
