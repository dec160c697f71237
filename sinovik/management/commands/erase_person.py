"""``manage.py erase_person``: take a person's name out of the register, by two people."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.actions.erasing import erase_person
from agencies.models import User
from sinovik.web.access import Forbidden, Refusal


class Command(BaseCommand):
    help = (
        "Menghapus data pribadi seseorang; perlu dua orang sekretariat, satu di antaranya kepala."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--by", required=True, help="surel yang mengusulkan")
        parser.add_argument("--confirmed-by", required=True, help="surel kepala sekretariat")
        parser.add_argument("--reason", required=True)

    def handle(self, *, email: str, by: str, confirmed_by: str, reason: str, **_: Any) -> None:
        people = {}
        for address in (email, by, confirmed_by):
            try:
                people[address] = User.objects.get_by_natural_key(address)
            except User.DoesNotExist:
                raise CommandError(f"Tidak ada akun dengan surel {address}.") from None
        try:
            events = erase_person(
                by=people[by],
                confirmed_by=people[confirmed_by],
                person=people[email],
                reason=reason,
            )
        except (Forbidden, Refusal) as refusal:
            raise CommandError(str(refusal)) from None
        number = people[email].pk
        self.stdout.write(f"Akun {number} tidak lagi bernama; {events} kejadian tanpa nama.")
