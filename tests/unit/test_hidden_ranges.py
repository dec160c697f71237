"""Hiding stretches of a text: whole letters, joined, and places that can be found again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.anonymity import (
    HIDDEN,
    Names,
    find_identifying,
    hide,
    merged,
    names_of,
    shown_span,
    standing,
    whole_start,
)


@pytest.mark.parametrize(
    ("text", "ranges", "read"),
    [
        ("", [], ""),
        ("", [(0, 4)], ""),
        ("Kota", [(0, 4)], HIDDEN),
        ("Kota", [(-3, 40)], HIDDEN),
        ("abcdef", [(1, 3), (2, 4)], f"a{HIDDEN}ef"),
        ("abcdef", [(3, 4), (1, 3)], f"a{HIDDEN}ef"),
        ("abcdef", [(1, 5), (2, 3)], f"a{HIDDEN}f"),
        ("abcdef", [(1, 2), (3, 4)], f"a{HIDDEN}c{HIDDEN}ef"),
        ("abc", [(2, 2), (5, 9), (2, 1)], "abc"),
        ("caf\u0065\u0301 ini", [(0, 4)], f"{HIDDEN} ini"),
        ("e\u0301a", [(1, 2)], f"{HIDDEN}a"),
        ("x👩\u200d💻y", [(1, 2)], f"x{HIDDEN}y"),
        ("x👩\u200d💻y", [(3, 4)], f"x{HIDDEN}y"),
        ("👍🏽 baik", [(0, 1)], f"{HIDDEN} baik"),
        ("😀 baik", [(2, 6)], f"😀 {HIDDEN}"),
    ],
)
def test_pieces_are_hidden(text: str, ranges: list[tuple[int, int]], read: str) -> None:
    assert hide(text, merged(text, ranges)) == read


def test_spans_are_found_in_the_text_shown_and_back() -> None:
    text = "Warga Kenari memesan di Kenari dari rumah"
    hidden = merged(text, standing(text, "Kenari"))
    read = hide(text, hidden)
    start = text.index("memesan")
    assert shown_span(hidden, start, start + 7) == (
        read.index("memesan"),
        read.index("memesan") + 7,
    )
    assert whole_start(hidden, read.index("memesan"), read.index("memesan") + 7) == start
    assert whole_start(hidden, read.index("rumah"), len(read)) == text.index("rumah")
    assert whole_start(hidden, 0, 5) == 0
    assert shown_span(hidden, 5, 8) is None
    assert whole_start(hidden, read.index(HIDDEN), read.index(HIDDEN) + 3) is None
    assert whole_start(hidden, 0, len(read)) is None
    assert shown_span((), 2, 4) == (2, 4)


@given(
    st.text(alphabet="ab \u0301😀", max_size=20),
    st.lists(st.tuples(st.integers(-2, 22), st.integers(-2, 22)), max_size=4),
    st.integers(0, 20),
    st.integers(1, 5),
)
def test_what_is_shown_is_found_at_its_place(
    text: str, ranges: list[tuple[int, int]], start: int, length: int
) -> None:
    hidden = merged(text, ranges)
    end = min(start + length, len(text))
    span = shown_span(hidden, start, end) if start < end else None
    if span:
        assert hide(text, hidden)[slice(*span)] == text[start:end]
        assert whole_start(hidden, *span) == start


def test_wordings_stand_to_the_letter() -> None:
    assert standing("Kenari dan kenari", "Kenari") == ((0, 6),)
    assert standing("a.c abc", "a.c") == ((0, 3),)
    assert standing("abc", "") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Warga kabupaten  KENARI antre", ["kabupaten  KENARI"]),
        ("di Kenari sejak 2015", ["Kenari"]),
        ("Kenarian", []),
        (
            "buka https://contoh.example/a dan www.contoh.example",
            ["https://contoh.example/a"] + ["www.contoh.example"],
        ),
        ("situs antre.kenari.go.id/daftar ada", ["antre.kenari.go.id/daftar"]),
        ("ikuti @antre_kenari", ["@antre_kenari"]),
        ("surel budi@contoh.example", ["budi@contoh.example"]),
        ("telepon 0812-3456-7890", ["0812-3456-7890"]),
        ("Rina memimpin", ["Rina"]),
        ("layanan lebih cepat.Sekarang 2.500 orang", []),
    ],
)
def test_what_identifies_is_found(text: str, found: list[str]) -> None:
    names = names_of(["Rina Wulandari", "Kenari"], stand_alone=True)
    places = find_identifying(text, ["Kabupaten Kenari", "  "], names)
    assert [text[start:end] for start, end in places] == found


def test_nothing_is_found_in_nothing() -> None:
    assert find_identifying("", [], Names()) == ()
