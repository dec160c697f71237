"""``manage.py demo_reset``: forget the demo world."""

import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from sinovik.management.databases import empty_database
from sinovik.postgres import Cluster

OF_THE_WORLD = ("mail", "uploads", "stage", "dumps", "cache", "wal-spool")
"""What a world leaves beside its rows; the keys and the collected static files are the site's."""


class Command(BaseCommand):
    help = "Menghapus dunia contoh; make demo berikutnya membangunnya kembali."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Perintah ini tidak dijalankan di lingkungan produksi.")
        connection.close()
        if settings.EMBEDDED_CLUSTER:
            self._forget_embedded(settings.EMBEDDED_CLUSTER)
        else:
            self._forget_given()
        for name in OF_THE_WORLD:
            shutil.rmtree(settings.VAR_DIR / name, ignore_errors=True)
        (settings.VAR_DIR / "demo-accounts.json").unlink(missing_ok=True)
        self.stdout.write("Dunia contoh sudah dihapus.")

    def _forget_embedded(self, cluster: Cluster) -> None:
        if not cluster.destroy():
            raise CommandError("SINOVIK sedang berjalan. Hentikan lebih dahulu dengan Ctrl-C.")

    def _forget_given(self) -> None:
        # DATABASE_URL was given by a person, who may not be allowed to drop the database.
        try:
            empty_database()
        except DatabaseError as error:
            raise CommandError(f"Basis data tidak bisa dikosongkan: {error}") from error
