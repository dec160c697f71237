"""``manage.py invariants``: whether every sentence that must be true of the contest is true."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competitions.queries.invariants import INVARIANTS, broken_invariants
from sinovik.audit.sealing import LedgerBroken, verify_log

NAMED = 5


class Command(BaseCommand):
    help = "Memeriksa kalimat yang harus selalu benar tentang semua edisi, lalu buku kejadian."

    def handle(self, **options: Any) -> None:
        """Name each sentence that is false and what contradicts it; leave with 1 if any is."""
        count = 0
        for invariant, found in broken_invariants():
            count += 1
            named = ", ".join(found[:NAMED])
            self.stderr.write(f"{invariant.key}: {invariant.sentence} {len(found)}: {named}")
        try:
            size = verify_log()
        except LedgerBroken as broken:
            count += 1
            self.stderr.write(f"ledger: {broken}")
        if count:
            raise CommandError(f"{count} kalimat tidak benar.")
        self.stdout.write(f"{len(INVARIANTS)} kalimat benar; buku memuat {size} kejadian.")
