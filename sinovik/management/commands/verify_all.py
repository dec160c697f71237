"""``manage.py verify_all``: sentences, log, files, and each receipt and seal by other hands."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from competitions.models import Entry, Receipt
from sinovik.management.outside import check_receipts, check_seals


class Command(BaseCommand):
    help = "Memeriksa semua yang dapat diperiksa: kalimat, buku, berkas, tanda terima, segel."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        """Go through all checks, whatever the first ones say; leave with 1 if any failed."""
        faults = 0
        for name in ("invariants", "verify_files"):
            try:
                call_command(name, stdout=self.stdout, stderr=self.stderr)
            except CommandError as error:
                faults += 1
                self.stderr.write(f"{name}: {error}")
        for found in (*check_receipts(), *check_seals()):
            faults += 1
            self.stderr.write(found)
        if faults:
            raise CommandError(f"{faults} pemeriksaan gagal.")
        sent = Entry.objects.exclude(submitted_at=None).count()
        self.stdout.write(
            f"{Receipt.objects.count()} tanda terima sah oleh verify/sinovik_verify.py; "
            f"{sent} usulan pernah dikirim."
        )
