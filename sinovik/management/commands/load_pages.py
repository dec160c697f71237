"""``manage.py load_pages``: news, help and questions that come with the product."""

from typing import Any

from django.core.management.base import BaseCommand

from competitions.actions.shipped_articles import load_shipped_articles


class Command(BaseCommand):
    help = "Memuat berita, bantuan, dan tanya jawab bawaan; yang sudah ada tidak diubah."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{load_shipped_articles(by=None)} halaman baru.")
