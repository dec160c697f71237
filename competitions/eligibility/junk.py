"""Answers that answer nothing: repeated, copied, pasted twice, mashed, put off. Pure.

The rules look for what can be shown to the writer, sentence by sentence; they don't judge
style. Short and honest passes: four different words are enough.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

WORD = re.compile(r"[^\W_]+")
SENTENCE = re.compile(r"[.!?;\n]+")
SAME_LETTER = re.compile(r"(\w)\1{4,}")
CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}")
VOWEL = re.compile(r"[aeiouy]")
KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "poiuytrewq", "lkjhgfdsa", "mnbvcxz")
KEYBOARD_RUN = 4
FILLER = ("lorem ipsum", "dolor sit amet", "consectetur adipiscing")
PUT_OFF = (
    "akan dilengkapi", "akan diisi", "akan menyusul", "dapat dilihat", "isi nanti",
    "lihat di lampiran", "lihat lampiran", "menyusul", "sama dengan", "sama seperti",
    "sudah dijelaskan", "sudah disebutkan", "telah dijelaskan", "terlampir",
)  # fmt: skip
"""How an answer that is put off or refers elsewhere begins; two or three words may follow."""

NOTHING = frozenset(
    (
        "belum ada", "belum diisi", "coba", "coba coba", "dst", "idem", "kosong", "n a", "nanti",
        "nihil", "sda", "tbd", "tes", "test", "test test", "tes tes", "tidak ada",
        "tidak ada keterangan", "tidak diisi",
    )
)  # fmt: skip
"""Whole answers that say nothing."""

MOST_AFTER = 3
"""Up to so many words after its beginning, an answer may be but a reference."""

MASHED_SHARE = 0.3
REPEATED_WORD_SHARE = 0.5
LEAST_VARIETY = 0.2
FEWEST_WORDS_TO_JUDGE = 6
FEWEST_SENTENCES = 3
SHORTEST_COPY = 25
ALIKE_SECTIONS = 95
LONGEST_COMPARED = 6000


class JunkKind(StrEnum):
    """What is wrong with the answer."""

    EMPTY = "empty"
    REPEATED = "repeated"
    COPIED = "copied"
    PASTED = "pasted"
    MASHED = "mashed"
    FILLER = "filler"
    PUT_OFF = "put_off"
    FEW_WORDS = "few_words"


@dataclass(frozen=True)
class JunkSettings:
    """Numbers of the rule: fewest different words, and percent that count as copied."""

    least_words: int = 4
    copy_threshold: int = 90


@dataclass(frozen=True)
class Junk:
    """One answer that is none; `other` is the section that holds the same text."""

    key: str
    kind: JunkKind
    other: str = ""


def find_junk(
    texts: Mapping[str, str], prompts: Mapping[str, Sequence[str]], settings: JunkSettings
) -> list[Junk]:
    """At most one finding a section, in the order of `texts`; blank texts are not junk."""
    plain = {key: plain_text(text) for key, text in texts.items() if text.strip()}
    pasted = dict(_pasted(plain))
    found = []
    for key in plain:
        kind = junk_kind(texts[key], prompts.get(key, ()), settings)
        if kind is None and key in pasted:
            found.append(Junk(key, JunkKind.PASTED, pasted[key]))
        elif kind is not None:
            found.append(Junk(key, kind))
    return found


def junk_kind(text: str, prompts: Sequence[str], settings: JunkSettings) -> JunkKind | None:
    """What is wrong with one answer, seen alone; None for an answer."""
    plain = plain_text(text)
    words = plain.split()
    checks = (
        (JunkKind.EMPTY, not any(word.isalpha() for word in words)),
        (JunkKind.FILLER, any(filler in plain for filler in FILLER)),
        (JunkKind.PUT_OFF, _is_put_off(words, plain)),
        (JunkKind.REPEATED, _is_repeated(text, words)),
        (JunkKind.MASHED, _is_mashed(text)),
        (JunkKind.COPIED, _is_copied(plain, prompts, settings.copy_threshold)),
        (JunkKind.FEW_WORDS, len(set(words)) < settings.least_words),
    )
    return next((kind for kind, is_so in checks if is_so), None)


def plain_text(text: str) -> str:
    """Words in lower case with one space between, nothing else."""
    return " ".join(WORD.findall(text[:LONGEST_COMPARED].casefold()))


def _is_put_off(words: Sequence[str], plain: str) -> bool:
    if plain in NOTHING:
        return True
    if any(word.isdigit() for word in words):
        return False
    return any(
        f"{plain} ".startswith(f"{start} ") and len(words) - len(start.split()) <= MOST_AFTER
        for start in PUT_OFF
    )


def _is_repeated(text: str, words: Sequence[str]) -> bool:
    letters = sum(len(found[0]) for found in SAME_LETTER.finditer(text.casefold()))
    if letters and letters * 3 >= len("".join(words)):
        return True
    if len(words) < FEWEST_WORDS_TO_JUDGE:
        return len(words) > 2 and len(set(words)) == 1
    counts = Counter(words)
    # Long honest texts repeat their words; what counts is how few different there are.
    least = min(len(words), 200) * LEAST_VARIETY
    most = max(counts.values())
    return (
        len(counts) < least or most > len(words) * REPEATED_WORD_SHARE or _repeats_sentences(text)
    )


def _repeats_sentences(text: str) -> bool:
    said = [plain for part in SENTENCE.split(text) if len(plain := plain_text(part)) > 3]
    return len(said) >= FEWEST_SENTENCES and len(set(said)) * 2 <= len(said)


def _is_mashed(text: str) -> bool:
    # Capitals may be an acronym: BPJSTK, SPBKLU.
    words = [word for word in WORD.findall(text[:LONGEST_COMPARED]) if not word.isupper()]
    long = [word.casefold() for word in words if len(word) > 3 and word.isalpha()]
    mashed = [word for word in long if _is_mash(word)]
    return bool(mashed) and len(mashed) >= len(long) * MASHED_SHARE


@lru_cache(maxsize=20_000)
def _is_mash(word: str) -> bool:
    # Words come again and again: remembering them halves the work on a proposal.
    if CONSONANTS.search(word) or not VOWEL.search(word):
        return word.isascii()
    runs = (word[at : at + KEYBOARD_RUN] for at in range(len(word) - KEYBOARD_RUN + 1))
    return any(run in row for run in runs for row in KEYBOARD_ROWS)


def _is_copied(plain: str, prompts: Sequence[str], threshold: int) -> bool:
    """Whether the answer is the form's own text, or a stretch of it."""
    for prompt in prompts:
        own = plain_text(prompt)
        if not own:
            continue
        if fuzz.ratio(plain, own, score_cutoff=threshold):
            return True
        is_part = SHORTEST_COPY <= len(plain) <= len(own)
        if is_part and fuzz.partial_ratio(plain, own, score_cutoff=threshold):
            return True
    return False


def _pasted(plain: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(section, section before it that holds the same) for each text pasted twice."""
    seen: list[tuple[str, str]] = []
    for key, text in plain.items():
        for earlier, other in seen:
            if _is_same_answer(text, other):
                yield key, earlier
                break
        seen.append((key, text))


def _is_same_answer(text: str, other: str) -> bool:
    if text == other:
        return bool(text)
    if min(len(text), len(other)) < SHORTEST_COPY:
        return False
    return bool(fuzz.ratio(text, other, score_cutoff=ALIKE_SECTIONS))
