"""``manage.py invariants``: whether every sentence that must be true of the contest is true."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competitions.queries.night import ROW_SENTENCES, findings


class Command(BaseCommand):
    help = "Memeriksa kalimat yang harus selalu benar tentang semua edisi, dan buku kejadian."

    def handle(self, **options: Any) -> None:
        """Name each sentence that is false and what contradicts it; leave with 1 if any is."""
        found, size = findings()
        for one in found:
            self.stderr.write(f"{one.key}: {one.sentence} {one.count}: {', '.join(one.named)}")
        if found:
            raise CommandError(f"{len(found)} kalimat tidak benar.")
        self.stdout.write(f"{ROW_SENTENCES} kalimat benar; buku memuat {size} kejadian.")
