"""``manage.py end_sessions``: close every session of accounts that others may be using."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.actions.devices import end_sessions
from agencies.models import User


class Command(BaseCommand):
    help = "Mengakhiri semua sesi masuk sebuah akun; kata sandinya tetap, faktor keduanya juga."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("emails", nargs="+")

    def handle(self, *, emails: list[str], **_: Any) -> None:
        for email in emails:
            try:
                user = User.objects.get_by_natural_key(email)
            except User.DoesNotExist:
                raise CommandError(f"Tidak ada akun dengan surel {email}.") from None
            end_sessions(by=None, user=user)
            self.stdout.write(f"Semua sesi akun {user.pk} berakhir.")
