"""Typed words become a query: quoted, widened by the reference table, never a syntax error."""

import csv

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from innovations.wording import (
    MAXIMUM_WORDS,
    REFERENCE,
    database_query,
    is_known,
    loosenings,
    parts_of,
    sounds_like,
    stop_words,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("sawah", "(('sawah'))"),
        ("sawah kering", "(('sawah')) & (('kering'))"),
        ("sawah yang kering", "(('sawah')) & (('kering'))"),
        ("hewan-hewan", "(('hewan'))"),
        ("sawah-kering", "(('sawah' <-> 'kering'))"),
        ('"sawah kering"', "('sawah' <-> 'kering')"),
        ('"sawah dan yang kering"', "('sawah' <3> 'kering')"),
        ('"dan sawah"', "('sawah')"),
        ('"sawah', "('sawah')"),
        ('-"sawah kering"', "!('sawah' <-> 'kering')"),
        ("sawah or kering", "((('sawah')) | (('kering')))"),
        ('air sawah OR "kering" or yang dan', "(('air')) & ((('sawah')) | ('kering'))"),
        ("or sawah or", "(('sawah'))"),
        ("sawah -or", "(('sawah')) & !('or')"),
        ('"or" sawah', "('or') & (('sawah'))"),
        ("sawah -kering -dan", "(('sawah')) & !('kering')"),
        ("D'Sawah 100%", "(('d' <-> 'sawah')) & (('100'))"),
        ("yang dan", ""),
        ("", ""),
        ('- -- "" \'&|!:*<->()', ""),
    ],
)
def test_query_of_typed_text(text: str, query: str) -> None:
    assert database_query(text) == query


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("dukcapil", "'kependudukan' <2> 'pencatatan' <-> 'sipil'"),
        ("kependudukan dan pencatatan sipil", "('dukcapil')"),
        ("e-KTP", "'kartu' <-> 'tanda' <-> 'penduduk'"),
        ("kartu tanda penduduk", "('ktp')"),
        ("keberlanjutan", "('berkelanjutan')"),
        ("kependudukan", "('penduduk')"),
        ("kependudukannya", "('penduduk')"),
        ("inovatif", "('inovasi')"),
        ("OPD", "'organisasi' <-> 'perangkat' <-> 'daerah'"),
        ("rsud", "'rumah' <-> 'sakit' <-> 'umum' <-> 'daerah'"),
    ],
)
def test_query_holds_the_other_forms(text: str, meant: str) -> None:
    assert meant in database_query(text)


def test_query_of_a_form_without_its_small_words_is_that_form() -> None:
    assert "('umkm')" in database_query("usaha mikro kecil menengah")
    assert "('ktp')" in database_query("kartu tanda penduduk elektronik")


def test_query_leaves_out_all_forms_each_by_itself() -> None:
    assert database_query("-rsud") == "!('rsud') & !('rumah' <-> 'sakit' <-> 'umum' <-> 'daerah')"
    assert database_query('-"rsud"') == "!('rsud')"


def test_query_in_quotes_is_taken_as_typed() -> None:
    assert database_query('"inovatif"') == "('inovatif')"


def test_quotation_marks_of_a_phone_make_a_phrase() -> None:
    assert parts_of("“antrean puskesmas” -«bayar tunai»") == parts_of(
        '"antrean puskesmas" -"bayar tunai"'
    )
    assert [part.is_exact for part in parts_of("“antrean puskesmas”")] == [True]


def test_query_form_does_not_reach_across_a_phrase() -> None:
    assert "ktp" not in database_query('kartu "tanda" penduduk')


def test_query_loose_wants_one_of_the_words_and_still_excludes() -> None:
    assert database_query("sawah kering -hujan", missing=1) == (
        "((('sawah')) | (('kering'))) & !('hujan')"
    )
    assert database_query("-hujan", missing=1) == "!('hujan')"


def test_query_lacks_any_one_word_or_all_but_one() -> None:
    assert database_query("air sawah kering", missing=1) == (
        "(((('air')) & (('sawah'))) | ((('air')) & (('kering'))) | ((('sawah')) & (('kering'))))"
    )
    assert database_query("air sawah kering", missing=2) == (
        "((('air')) | (('sawah')) | (('kering')))"
    )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("sawah", []),
        ("sawah -kering", []),
        ("yang sawah", []),
        ("sawah kering", [1]),
        ("air sawah kering", [1, 2]),
        ("a b c d e f", [1, 5]),
        ("a b c d e f g", [6]),
    ],
)
def test_loosening_needs_several_words(text: str, answer: list[int]) -> None:
    assert [*loosenings(text)] == answer


def test_query_longest_text_counts_few_words() -> None:
    words = [f"kata{number}" for number in range(500)]
    assert sum(len(part.words) for part in parts_of(" ".join(words))) == MAXIMUM_WORDS
    assert database_query(" ".join(words)).count("'") == 2 * MAXIMUM_WORDS


@given(st.text(max_size=60))
@example("\x00 \ud800 '\\' ıİß ﬁ")
def test_query_quotes_hold_letters_and_digits_alone(text: str) -> None:
    quoted = database_query(text).split("'")[1::2]
    assert all(word.replace("_", "-").isalnum() for word in quoted)


def test_words_are_those_of_the_reference_table_once() -> None:
    with (REFERENCE / "word_groups.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        forms = [words_of(form) for form in row["forms"].split("|")]
        assert len(set(forms)) == len(forms) > 1, row
        assert row["kind"] in {"acronym", "family", "synonym"}
        assert not any(form[0] in stop_words() and len(form) == 1 for form in forms), row


@pytest.mark.parametrize("word", ["yang", "ktp", "penduduk", "tanda"])
def test_known_words(word: str) -> None:
    assert is_known(word)


def test_unknown_word() -> None:
    assert not is_known("puskemsa")


@pytest.mark.parametrize(
    ("typed", "meant"), [("kusus", "khusus"), ("mangruve", "mangroefe"), ("arsib", "arsip")]
)
def test_sounds_alike(typed: str, meant: str) -> None:
    assert sounds_like(typed) == sounds_like(meant)
