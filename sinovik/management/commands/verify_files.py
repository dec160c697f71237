"""``manage.py verify_files``: whether every kept file is still what its row and version say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competitions.models import ContestFile
from competitions.queries.contest_files import contest_file_faults
from innovations.models import Attachment
from innovations.queries.kept_files import file_faults, version_faults


class Command(BaseCommand):
    help = "Membaca ulang setiap berkas yang disimpan dan menyebut yang berubah atau hilang."

    def handle(self, **options: Any) -> None:
        faults = [*file_faults(), *version_faults(), *contest_file_faults()]
        for fault in faults:
            self.stderr.write(fault)
        count = Attachment.objects.kept().count() + ContestFile.objects.kept().count()
        if faults:
            raise CommandError(f"{len(faults)} kesalahan pada {count} berkas yang disimpan.")
        self.stdout.write(f"{count} berkas sama dengan sidiknya.")
