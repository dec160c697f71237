"""Write the one style sheet that pages link."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

STATIC = Path(settings.BASE_DIR) / "static"
BUNDLE = STATIC / "css" / "sinovik.css"
SCREEN = (
    "vendor/govuk.css",
    "css/tokens.css",
    "css/base.css",
    "css/forms.css",
    "css/components.css",
    "css/charts.css",
    "css/work.css",
)
PAPER = "css/print.css"


def squeeze(text: str) -> str:
    """Take comments and needless space out of a style sheet; strings keep theirs."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    parts = re.split(r"(\"[^\"]*\")", text)
    for i in range(0, len(parts), 2):
        part = re.sub(r"\s+", " ", parts[i])
        part = re.sub(r"\s*([{};,>])\s*", r"\1", part)
        parts[i] = re.sub(r":\s+", ":", part).replace(";}", "}")
    return "".join(parts).strip()


def bundle() -> str:
    """Join the sheets in order, the printed one under its medium and @page outside of it."""
    screen = "\n".join(squeeze((STATIC / name).read_text()) for name in SCREEN)
    screen = screen.replace('@charset "UTF-8";', "")
    paper = squeeze((STATIC / PAPER).read_text())
    return f'@charset "UTF-8";{screen}\n@media print{{{paper}}}\n'


class Command(BaseCommand):
    help = "Write static/css/sinovik.css; with --check only say whether it is fresh."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        text = bundle()
        if options["check"]:
            if not BUNDLE.exists() or BUNDLE.read_text() != text:
                raise CommandError("static/css/sinovik.css is stale: run manage.py write_assets")
            return
        BUNDLE.write_text(text)
        self.stdout.write(f"static/css/sinovik.css {len(text.encode())} bytes")
