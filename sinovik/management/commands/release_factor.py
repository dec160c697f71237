"""``manage.py release_factor``: for somebody who lost the telephone and the codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.actions.accounts import release_factor
from agencies.models import User


class Command(BaseCommand):
    help = "Melepas faktor kedua seseorang setelah identitasnya dipastikan; tercatat di buku."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="surel akun")
        parser.add_argument("reason", help="bagaimana identitasnya dipastikan")

    def handle(self, *, email: str, reason: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Tidak ada akun dengan surel {email}.")
        if not release_factor(by=None, user=user, reason=reason):
            raise CommandError("Akun ini tidak punya faktor kedua.")
        self.stdout.write("Dilepas. Ia memasang yang baru saat masuk berikutnya.")
