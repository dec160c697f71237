from django.apps import AppConfig


class InnovationsConfig(AppConfig):
    name = "innovations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the register's kinds of message and reminder take part."""
        from innovations import notifications  # noqa: F401 (it registers them)
