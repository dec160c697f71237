"""``manage.py archive``: keeps the backup up to now until it is stopped."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sinovik.management.backups import BackupFailed
from sinovik.management.backups.engines import Streaming, configured_engine
from sinovik.management.backups.log_archive import start_receiver
from sinovik.management.backups.shelf import configured_shelf
from sinovik.management.backups.source import configured_source
from sinovik.management.backups.taking import keep_up
from sinovik.management.processes import StopAsked, raise_on_signals


class Command(BaseCommand):
    help = "Menerima log basis data dan menyalin unggahan baru ke cadangan, terus-menerus."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        raise_on_signals()
        try:
            self._run()
        except StopAsked:
            self.stdout.write("Arsip berhenti.")
        except BackupFailed as failed:
            raise CommandError(str(failed)) from failed

    def _run(self) -> None:
        source, shelf = configured_source(), configured_shelf()
        engine = configured_engine(source, shelf)
        if not isinstance(engine, Streaming):
            keep_up(engine, shelf)
            return
        engine.archive.ensure_slot()
        with engine.archive.receiving() as is_ours:
            if not is_ours:
                raise CommandError("Arsip lain sudah berjalan untuk SINOVIK_VAR ini.")
            receiver = start_receiver(engine.archive)
            try:
                keep_up(engine, shelf)
            finally:
                receiver.terminate()
                receiver.wait()
                engine.archive.ship()
