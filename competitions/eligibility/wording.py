"""Words, days and months as the rules speak of them."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()


def indonesian_day(day: date) -> str:
    """12 Agustus 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Wording:
    """How sentences reach the reader: `translate` gets the Indonesian template."""

    translate: Callable[[str], str] = field(default=str)
    day: Callable[[date], str] = field(default=indonesian_day)


def word_count(text: str) -> int:
    r"""Runs of non-space (`\S+`), as the forms count."""
    return len(text.split())


def months_before(day: date, months: int) -> date:
    """The same day `months` calendar months earlier, or that month's last day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
