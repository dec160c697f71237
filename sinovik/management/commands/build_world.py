"""``manage.py build_world``: the demo world, built by the product's own actions."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencies.models import User
from sinovik.management.world.accounts import set_demo_passwords, write_accounts
from sinovik.management.world.building import build_world, world_exists
from sinovik.management.world.progress import Progress
from sinovik.management.world.scale import SCALES


class Command(BaseCommand):
    help = "Membangun dunia contoh: KIPP 2019, satu edisi yang dinilai, satu yang dibuka."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=2019)
        parser.add_argument("--scale", choices=sorted(SCALES), default="full")

    def handle(self, *, seed: int, scale: str, **options: Any) -> None:
        if world_exists():
            write_accounts()
            self.stdout.write("Dunia contoh sudah ada; tidak ada yang diubah.")
            return
        if User.objects.exists():
            raise CommandError(
                "Basis data sudah berisi akun. Dunia contoh hanya dibangun di basis data kosong."
            )
        began = time.monotonic()
        build_world(seed=seed, scale=scale, now=timezone.now(), progress=Progress())
        if password := os.environ.get("SINOVIK_DEMO_PASSWORD"):
            set_demo_passwords(password)
        self.stdout.write(f"Dunia contoh selesai dalam {time.monotonic() - began:.0f} detik.")
