"""``manage.py incident_notice``: tell people that their personal data was seen or changed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.actions.incident import tell_affected
from agencies.models import User
from sinovik.web.access import Forbidden


class Command(BaseCommand):
    help = (
        "Memberi tahu orang yang datanya dilihat atau diubah, atas nama kepala sekretariat;"
        " nomor akunnya dari incident_report."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("people", nargs="+", type=int, help="nomor akun")
        parser.add_argument("--by", required=True, help="surel kepala sekretariat")
        parser.add_argument("--subject", required=True)
        parser.add_argument("--text", required=True, type=Path, help="berkas isi surat")

    def handle(self, *, people: list[int], by: str, subject: str, text: Path, **_: Any) -> None:
        found = User.objects.in_bulk(people)
        if missing := sorted(set(people) - set(found)):
            raise CommandError(f"Tidak ada akun bernomor {missing}.")
        body = text.read_text(encoding="utf-8").strip()
        if "[" in body:
            raise CommandError("Surat masih memuat isian [ ] yang belum diganti.")
        try:
            head = User.objects.get_by_natural_key(by)
            tell_affected(by=head, people=list(found.values()), subject=subject, text=body)
        except User.DoesNotExist:
            raise CommandError(f"Tidak ada akun dengan surel {by}.") from None
        except Forbidden as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{len(found)} orang diberi tahu; surelnya diantre.")
