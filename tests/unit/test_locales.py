"""Numbers, days, times and zones as each language writes them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from sinovik.web.numbers import NumberField, WholeNumberField, written_number
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


READ = [
    ("id", "1500", "1500"),
    ("id", "1.500", "1500"),
    ("id", " 1.500,5 ", "1500.5"),
    ("id", "1,500", "1.5"),
    ("id", "-12,25", "-12.25"),
    ("id", "12.345.678", "12345678"),
    ("en", "1500", "1500"),
    ("en", "1,500", "1500"),
    ("en", "1,500.5", "1500.5"),
    ("en", "1.500", "1.5"),
    ("en", "-12.25", "-12.25"),
]


@pytest.mark.parametrize(("language", "typed", "meant"), READ)
def test_a_typed_number_is_read_as_the_page_writes_it(
    language: str, typed: str, meant: str
) -> None:
    with translation.override(language):
        field = NumberField()
        read = field.clean(typed)
        assert read == Decimal(meant)
        assert field.clean(field.prepare_value(read)) == read
        assert written_number(read) == number(read.normalize() + 0)


@pytest.mark.parametrize(
    ("language", "typed", "sentence"),
    [
        ("id", "1.50", "misalnya 1.500; koma"),
        ("id", "12.5", "misalnya 12,5"),
        ("id", "0.500", "Titik memisahkan ribuan"),
        ("id", "1500.500", "Titik memisahkan ribuan"),
        ("id", "1,500.5", "Titik memisahkan ribuan"),
        ("id", "12,", "koma mengawali pecahan"),
        ("id", "enam", "misalnya 15 atau 12,5"),
        ("id", "1 500", "misalnya 15 atau 12,5"),
        ("id", "1,2345", "Paling banyak 3 angka di belakang koma"),
        ("id", "999.999.999.999", "terlalu besar"),
        ("id", "9" * 40, "terlalu besar"),
        ("en", "1,50", "for example 1,500; a point"),
        ("en", "12,5", "for example 12.5"),
        ("en", "1.500,5", "A comma separates thousands"),
        ("en", "six", "for example 15 or 12.5"),
        ("en", "1.2345", "At most 3 digits after the decimal point"),
    ],
)
def test_a_number_that_could_mean_two_things_is_refused(
    language: str, typed: str, sentence: str
) -> None:
    with translation.override(language), pytest.raises(ValidationError, match=sentence):
        NumberField().clean(typed)


def test_a_whole_number_may_have_thousands_and_no_decimals() -> None:
    field = WholeNumberField(max_value=9999, error_messages={"invalid": "Bukan angka"})
    for language, typed in (("id", "1.000"), ("en", "1,000"), ("id", "1000"), ("en", 1000)):
        with translation.override(language):
            assert field.clean(typed) == 1000
    for language, typed, sentence in (
        ("id", "1,0", "angka bulat"),
        ("en", "1.000", "whole number"),
        ("id", "1.0", "Titik memisahkan"),
        ("id", "sepuluh", "Bukan angka"),
        ("id", "10.000", "9999"),
    ):
        with translation.override(language), pytest.raises(ValidationError, match=sentence):
            field.clean(typed)
    assert WholeNumberField(required=False).clean("") is None
