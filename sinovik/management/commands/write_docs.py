"""``manage.py write_docs``: documents that say what the code says."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sinovik.management.documents import permissions_document, states_document
from sinovik.management.inventory import personal_document


class Command(BaseCommand):
    help = "Writes the generated documents; with --check only tells whether they are fresh."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check: bool, **options: Any) -> None:
        root = settings.BASE_DIR
        documents = {
            root / "docs" / "states.md": states_document(root),
            root / "docs" / "permissions.md": permissions_document(root),
            root / "docs" / "personal-data.md": personal_document(),
        }
        stale = [
            path
            for path, text in documents.items()
            if not path.exists() or path.read_text() != text
        ]
        if check:
            if stale:
                names = ", ".join(str(path.relative_to(root)) for path in stale)
                raise CommandError(f"Stale: {names}. Run make docs.")
            return
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(documents[path])
            self.stdout.write(f"Wrote {path.relative_to(root)}")
