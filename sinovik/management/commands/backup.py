"""``manage.py backup``: a whole set of database, log, uploads and keys, sealed."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sinovik.management.backups import BackupFailed
from sinovik.management.backups.shelf import configured_shelf
from sinovik.management.backups.source import configured_source
from sinovik.management.backups.taking import take_backup


class Command(BaseCommand):
    help = "Mencadangkan basis data, lognya, dan berkas unggahan ke SINOVIK_BACKUP_DIR, tersandi."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        began = time.monotonic()
        try:
            manifest = take_backup(configured_source(), configured_shelf())
        except BackupFailed as failed:
            raise CommandError(str(failed)) from failed
        size = sum(part.size for part in (*manifest.parts, *manifest.uploads))
        self.stdout.write(
            f"{manifest.stamp}: {manifest.engine}, {size / 1e6:.1f} MB tersandi, "
            f"{len(manifest.uploads)} berkas unggahan, {time.monotonic() - began:.1f} detik; "
            f"dapat dipulihkan ke setiap saat sejak {manifest.ended_at}."
        )
