"""``manage.py restore``: the site as it was at an instant, in an empty directory."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from sinovik.management.backups import BackupFailed
from sinovik.management.backups.drilling import look_at
from sinovik.management.backups.restoring import restore
from sinovik.management.backups.shelf import configured_shelf
from sinovik.management.backups.source import configured_source


class Command(BaseCommand):
    help = "Memulihkan cadangan ke suatu saat di direktori kosong, yang menjadi SINOVIK_VAR."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, type=instant, help="misalnya 2026-11-29T23:59")
        parser.add_argument("--into", required=True, type=Path, help="direktori kosong")

    def handle(self, *, to: datetime, into: Path, **options: Any) -> None:
        try:
            copy = restore(configured_source(), configured_shelf(), instant=to, into=into.resolve())
        except BackupFailed as failed:
            raise CommandError(str(failed)) from failed
        try:
            verdict = look_at(copy)
        finally:
            copy.server.stop()
        self.stdout.write(verdict.said)
        self.stdout.write(
            f"Dipulihkan ke {to.isoformat()} dari {copy.manifest.stamp}: {copy.uploads} berkas "
            f"unggahan, {copy.seconds:.1f} detik.\nPakai: SINOVIK_VAR={into} "
            "(tanpa DATABASE_URL), atau pindahkan postgres/data ke peladen basis data."
        )
        if not verdict.is_sound:
            raise CommandError(f"Yang dipulihkan di {into} TIDAK utuh; jangan dipakai.")


def instant(text: str) -> datetime:
    """An instant; without a zone it is that of the site."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return found if timezone.is_aware(found) else timezone.make_aware(found)
