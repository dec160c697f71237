"""Reference tables that an app ships with, as `<app>/reference/<name>.csv`."""

import csv

from django.conf import settings


def read_table(app: str, name: str) -> list[dict[str, str]]:
    """Rows of a reference table of an app."""
    path = settings.BASE_DIR / app / "reference" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
