"""``manage.py freeze``: whether the site may be changed now. Before a close it may not."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competitions.models import Announcement, DeadlineExtension, Stage
from sinovik.audit import clock

HOURS = 48


class Command(BaseCommand):
    help = "Menolak pergantian versi menjelang penutupan tahap atau pengumuman."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hours", type=int, default=HOURS)

    def handle(self, *, hours: int, **_: Any) -> None:
        """Leave with 1 and the reasons where something closes or is announced soon."""
        now = clock.database_now()
        until = now + timedelta(hours=hours)
        stages = Stage.objects.filter(closes_at__gte=now, closes_at__lte=until)
        extended = DeadlineExtension.objects.confirmed().select_related("stage")
        later = extended.filter(new_closes_at__gte=now, new_closes_at__lte=until)
        lists = Announcement.objects.filter(announce_at__gte=now, announce_at__lte=until)
        closes = [(stage, stage.closes_at) for stage in stages]
        closes += [(one.stage, one.new_closes_at) for one in later]
        reasons = [f"{stage} ditutup {at:%Y-%m-%d %H:%M} UTC" for stage, at in closes]
        reasons += [f"{one} diumumkan {one.announce_at:%Y-%m-%d %H:%M} UTC" for one in lists]
        if reasons:
            raise CommandError(f"Beku {hours} jam sebelum: " + "; ".join(reasons))
        self.stdout.write(f"Tidak ada penutupan atau pengumuman dalam {hours} jam.")
