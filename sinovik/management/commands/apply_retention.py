"""``manage.py apply_retention``: delete what was to be kept for a time that is over."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from sinovik.management.retention import apply_retention, overdue


class Command(BaseCommand):
    help = (
        "Menghapus baris yang masa simpannya berakhir (docs/personal-data.md); tiap malam sendiri."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="hanya menghitung")

    def handle(self, *, dry_run: bool, **_: Any) -> None:
        if dry_run:
            counts = {term.key: rows.count() for term, rows in overdue()}
        else:
            counts = apply_retention()
        for key, count in counts.items():
            self.stdout.write(f"{key}: {count}")
