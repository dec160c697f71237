from typing import Any

from django.core.management.base import BaseCommand

from sinovik.home.dumps.writing import make_dump


class Command(BaseCommand):
    help = "Menulis data terbuka (CSV, JSON Lines, Parquet) sekarang juga."

    def handle(self, *args: Any, **options: Any) -> None:
        dump = make_dump()
        for file in dump.files:
            self.stdout.write(f"{file.sha256}  {file.size:>12}  {file.name}")
        self.stdout.write(str(dump.path))
