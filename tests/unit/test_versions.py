"""Word-level differences between two texts of a dossier."""

import random
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innovations.versions import Hunk, word_difference

TEXTS = st.text(alphabet="ab \n", max_size=60)
ANYTHING = st.text(max_size=60)


def side(hunks: list[Hunk], *operations: str) -> str:
    return "".join(text for operation, text in hunks if operation in operations)


def lines(text: str) -> list[list[str]]:
    """The words of each line; what a person sees of a text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [line.split() for line in text.split("\n")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("air bersih", "air bersih", [("equal", "air bersih")]),
        ("", "air bersih", [("added", "air bersih")]),
        ("air bersih", "", [("removed", "air bersih")]),
        (
            "Antre dua jam di loket",
            "Antre lima menit di loket",
            [
                ("equal", "Antre "),
                ("removed", "dua jam "),
                ("added", "lima menit "),
                ("equal", "di loket"),
            ],
        ),
        ("satu dua", "satu", [("equal", "satu "), ("removed", "dua")]),
        ("satu", "satu dua", [("equal", "satu "), ("added", "dua")]),
        ("air  bersih\t", " air bersih", [("equal", "air bersih")]),
        ("satu\r\ndua", "satu\ndua", [("equal", "satu\ndua")]),
        (
            "satu\ndua",
            "satu\ntiga",
            [("equal", "satu\n"), ("removed", "dua "), ("added", "tiga")],
        ),
        ("satu", "satu\n\ndua", [("equal", "satu"), ("added", "\n\ndua")]),
        # Where a line end goes the words of the new text stay apart; where one comes, the old's.
        ("satu\n", "satu dua", [("equal", "satu "), ("removed", "\n"), ("added", "dua")]),
        (
            "nol satu dua",
            "nol\ndua",
            [("equal", "nol "), ("removed", "satu "), ("added", "\n"), ("equal", "dua")],
        ),
    ],
)
def test_difference_of_small_texts_is_told_word_by_word(
    old: str, new: str, expected: list[Hunk]
) -> None:
    assert word_difference(old, new) == expected


@given(TEXTS | ANYTHING, TEXTS | ANYTHING)
def test_both_texts_can_be_read_from_their_difference(old: str, new: str) -> None:
    hunks = word_difference(old, new)
    assert lines(side(hunks, "equal", "added")) == lines(new)
    assert lines(side(hunks, "equal", "removed")) == lines(old)
    assert all(text for _operation, text in hunks)
    assert all(one[0] != other[0] for one, other in pairwise(hunks))


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {operation for operation, _text in word_difference(text, text)} <= {"equal"}


def test_a_changed_word_of_a_long_text_is_found_alone() -> None:
    words = [f"kata{number} dan" for number in range(5000)]
    changed = [*words]
    changed[10] = changed[4000] = "lain dan"
    hunks = word_difference(" ".join(words), " ".join(changed))
    assert [text.strip() for operation, text in hunks if operation != "equal"] == [
        "kata10",
        "lain",
        "kata4000",
        "lain",
    ]


def few_words(chance: random.Random) -> str:
    return " ".join(chance.choice("ab") for _ in range(10_000))


def hundred_words(chance: random.Random) -> str:
    return " ".join(str(chance.randrange(100)) for _ in range(10_000))


def islands(chance: random.Random) -> str:
    """Words that stand once, between stretches just small enough to be compared."""
    stretches = (" ".join(chance.choice("abc") for _ in range(345)) for _ in range(29))
    return " ".join(f"{text} pulau{number}" for number, text in enumerate(stretches))


def new_words(chance: random.Random) -> str:
    return " ".join(str(chance.random()) for _ in range(10_000))


def same_words_in_disorder(chance: random.Random) -> str:
    words = [str(number) for number in range(10_000)]
    chance.shuffle(words)
    return " ".join(words)


@pytest.mark.parametrize(
    "text", [few_words, hundred_words, islands, new_words, same_words_in_disorder]
)
def test_ten_thousand_words_take_less_than_a_second(text: Callable[[random.Random], str]) -> None:
    old, new = text(random.Random(1)), text(random.Random(2))
    began = time.process_time()
    hunks = word_difference(old, new)
    assert time.process_time() - began < 1
    assert side(hunks, "equal", "added").split() == new.split()
    assert side(hunks, "equal", "removed").split() == old.split()
