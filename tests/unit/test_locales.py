"""Numbers, days, times and zones as each language writes them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from sinovik.web.templatetags.web import clock, day, decimals, moment, number, percent, size, zones

INSTANT = datetime(2027, 1, 15, 16, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "value", "indonesian", "english"),
    [
        (number, Decimal("1234.5"), "1.234,5", "1,234.5"),
        (number, 1234567, "1.234.567", "1,234,567"),
        (decimals, Decimal("72.5"), "72,50", "72.50"),
        (percent, Decimal("0.7815"), "78,2%", "78.2%"),
        (size, 1_234_000, "1,2 MB", "1.2 MB"),
        (day, date(2026, 8, 12), "12 Agustus 2026", "12 August 2026"),
        (clock, INSTANT, "23.59", "23:59"),
        (
            moment,
            INSTANT,
            "15 Januari 2027 pukul 23.59 WIB",
            "15 January 2027 at 23:59 WIB",
        ),
        (
            zones,
            INSTANT,
            "Jumat, 15 Januari 2027 pukul 23.59 WIB"
            " (Sabtu, 16 Januari pukul 00.59 WITA, 01.59 WIT)",
            "Friday, 15 January 2027 at 23:59 WIB (Saturday, 16 January at 00:59 WITA, 01:59 WIT)",
        ),
    ],
)
def test_each_language_writes_its_own_way(
    written: Callable[[Any], str], value: Any, indonesian: str, english: str
) -> None:
    with timezone.override("Asia/Jakarta"):
        with translation.override("id"):
            assert written(value) == indonesian
        with translation.override("en"):
            assert written(value) == english


@pytest.mark.parametrize(
    ("zone", "indonesian", "english"),
    [
        ("Asia/Jakarta", "15 Januari 2027 pukul 23.59 WIB", "15 January 2027 at 23:59 WIB"),
        ("Asia/Makassar", "16 Januari 2027 pukul 00.59 WITA", "16 January 2027 at 00:59 WITA"),
        ("Asia/Jayapura", "16 Januari 2027 pukul 01.59 WIT", "16 January 2027 at 01:59 WIT"),
    ],
)
def test_an_instant_is_told_on_the_clock_of_its_reader(
    zone: str, indonesian: str, english: str
) -> None:
    with timezone.override(zone):
        with translation.override("id"):
            assert moment(INSTANT) == indonesian
        with translation.override("en"):
            assert moment(INSTANT) == english
