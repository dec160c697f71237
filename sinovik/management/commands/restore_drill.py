"""``manage.py restore_drill``: does the backup really come back? Leaves with 1 if not."""

import tempfile
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sinovik.management.backups import BackupFailed
from sinovik.management.backups.drilling import look_at
from sinovik.management.backups.engines import configured_engine
from sinovik.management.backups.restoring import restore
from sinovik.management.backups.shelf import configured_shelf
from sinovik.management.backups.source import configured_source
from sinovik.management.backups.taking import NOW, catch_up
from sinovik.management.commands.restore import instant


class Command(BaseCommand):
    help = "Memulihkan cadangan ke suatu saat di tempat lain, memeriksa semuanya, lalu membuangnya."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=instant, help="suatu saat; tanpa ini: sekarang")

    def handle(self, *, to: datetime | None, **options: Any) -> None:
        source, shelf = configured_source(), configured_shelf()
        try:
            # The newest instant is one that a commit follows: that of catching up.
            wanted = to or datetime.fromisoformat(source.ask(NOW)) - timedelta(milliseconds=1)
            catch_up(configured_engine(source, shelf), shelf)
            with tempfile.TemporaryDirectory(prefix="sinovik-drill-") as name:
                copy = restore(
                    source, shelf, instant=wanted, into=Path(name) / "var", durable=False
                )
                try:
                    verdict = look_at(copy)
                finally:
                    copy.server.kill()
        except BackupFailed as failed:
            raise CommandError(str(failed)) from failed
        self.stdout.write(verdict.said)
        self.stdout.write(
            f"Dipulihkan ke {wanted.isoformat()} dari {copy.manifest.stamp} "
            f"({copy.manifest.engine}, {copy.octets / 1e6:.1f} MB, {copy.uploads} berkas): "
            f"{copy.seconds:.1f} detik, diperiksa {verdict.seconds:.1f} detik."
        )
        if not verdict.is_sound:
            raise CommandError("Salinan yang dipulihkan TIDAK utuh.")
