"""Dates typed in three boxes: what people write for a month, and years cut short."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from innovations.forms.dates import DateBoxesField, YearAlone, dating, month_number


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("id", ["1", "8", "2023"]),
        ("id", ["01", "Agustus", "2023"]),
        ("id", ["1", " agu ", "2023"]),
        ("en", ["1", "August", "2023"]),
        ("id", ["1", "ags", "2023"]),
        ("id", ["1", "Agt.", "2023"]),
        ("id", ["1", "aug", "2023"]),
        ("en", ["1", "Ags", "2023"]),
        ("en", ["1", "agustus", "2023"]),
    ],
)
def test_a_month_is_read_as_a_number_or_by_its_name(language: str, typed: list[str]) -> None:
    with translation.override(language):
        assert DateBoxesField(required=False).clean(typed) == date(2023, 8, 1)


def test_blanks_are_no_date_and_are_refused_where_one_is_asked_for() -> None:
    blanks = ["  ", "\t", " "]
    assert DateBoxesField(required=False).clean(blanks) is None
    field = DateBoxesField(error_messages={"required": "Isi tanggalnya"})
    with pytest.raises(ValidationError, match="Isi tanggalnya"):
        field.clean(blanks)


def test_short_names_of_all_months_are_read_in_both_languages() -> None:
    indonesian = "jan feb mar apr mei jun jul ags sep okt nov des"
    english = "jan feb mar apr may jun jul aug sept oct nov dec"
    for names in (indonesian, english):
        assert [month_number(name) for name in names.split()] == [*range(1, 13)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["1", "8", "23"], "Tulis tahun dengan empat angka"),
        (["1", "Agustusan", "2023"], "Bulan ditulis 1 sampai 12 atau namanya"),
        (["1", "xyz", "2023"], "Bulan ditulis 1 sampai 12 atau namanya"),
        (["1", "13", "2023"], "Bulan ditulis 1 sampai 12"),
        (["31", "2", "2027"], "Tanggal 31 tidak ada dalam bulan Februari 2027"),
        (["29", "feb", "2027"], "Tanggal 29 tidak ada dalam bulan Februari 2027"),
        (["0", "8", "2023"], "Tanggal 0 tidak ada dalam bulan Agustus 2023"),
        (["satu", "8", "2023"], "Tanggal harus memuat hari, bulan, dan tahun"),
        (["1", "", "2023"], "Tanggal harus memuat hari, bulan, dan tahun"),
        (["1", "8", "9" * 40], "Tulis tahun dengan empat angka"),
        (["1", "8", "9" * 5000], "Tanggal harus memuat hari, bulan, dan tahun"),
    ],
)
def test_what_names_no_day_is_refused_in_our_own_words(typed: list[str], sentence: str) -> None:
    with translation.override("id"), pytest.raises(ValidationError, match=sentence):
        DateBoxesField(required=False).clean(typed)


def test_a_year_alone_is_kept_apart_from_a_day_where_a_field_takes_one() -> None:
    field = DateBoxesField(takes_year_alone=True)
    alone, day = field.clean([" ", "", "2016"]), field.clean(["1", "7", "2016"])
    assert alone == day == date(2016, 7, 1)
    assert dating(alone) == {"dated_on": date(2016, 7, 1), "is_year_only": True}
    assert dating(day) == {"dated_on": date(2016, 7, 1), "is_year_only": False}
    assert type(dating(alone)["dated_on"]) is date
    shown = field.widget.decompress
    assert (shown(YearAlone.of(2016)), shown(day)) == ([None, None, 2016], [1, 7, 2016])
    for typed in (["", "7", "2016"], ["1", "", "2016"]):
        with pytest.raises(ValidationError, match="hari, bulan, dan tahun"):
            field.clean(typed)
    with pytest.raises(ValidationError, match="empat angka"):
        field.clean(["", "", "16"])
    with pytest.raises(ValidationError, match="hari, bulan, dan tahun"):
        DateBoxesField().clean(["", "", "2016"])
