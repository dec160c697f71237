"""Words that people type into the search box, turned into a query of PostgreSQL's full text.

PostgreSQL stems Indonesian but ships no stop words for it, takes some words of one family to
different stems and knows no acronyms; files for its dictionaries can't be installed on a
server of others. So the stop words, families and acronyms live in `reference/`, and the query
is widened here, word by word, before the database stems it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from csv import DictReader
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

REFERENCE = Path(__file__).resolve().parent / "reference"

MAXIMUM_WORDS = 24
"""Words of a query that count; the rest are left out, so that no text makes a costly query."""

MOST_PICKED = 6
"""Words of a query of which all but one are looked for, each time another."""

Words = tuple[str, ...]

# As the index: everything but letters and digits parts words.
WORD = re.compile(r"[^\W_]+")
TOKEN = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
QUOTES = str.maketrans("“”„«»", '"' * 5)
"""Phones write quotation marks with a curl."""
ENDINGS = re.compile(r"(?:nya|lah|kah|pun|ku|mu)$")
SHORTEST_STEM = 4
OR: Words = ("or",)


@dataclass(frozen=True)
class Part:
    """Words side by side as they were typed: one, a hyphened few, or a phrase in quotes."""

    words: Words
    is_exact: bool = False
    is_excluded: bool = False

    @property
    def is_or(self) -> bool:
        """Whether it is the word between two of which either will do."""
        return self.words == OR and not self.is_exact and not self.is_excluded


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about what is looked for; the index does without them too."""
    return frozenset((REFERENCE / "stop_words.txt").read_text(encoding="utf-8").split())


@cache
def word_groups() -> dict[Words, tuple[Words, ...]]:
    """For each form of the reference table all other forms that mean the same."""
    others: dict[Words, dict[Words, None]] = {}
    with (REFERENCE / "word_groups.csv").open(encoding="utf-8", newline="") as file:
        for row in DictReader(file):
            forms = [words_of(form) for form in row["forms"].split("|")]
            for form in forms:
                others.setdefault(form, {}).update(dict.fromkeys(f for f in forms if f != form))
    return {form: tuple(found) for form, found in others.items()}


def same_forms(words: Words) -> tuple[Words, ...]:
    """All forms that mean the same as these words; empty where the reference table has none."""
    return _groups_by_meaning().get(_meaning(words), ())


@cache
def longest_form() -> int:
    """Number of words of the longest form in the reference table."""
    return max(len(form) for form in word_groups())


def words_of(text: str) -> Words:
    """Words of a text in small letters, split where the index splits."""
    # PostgreSQL knows neither NUL nor lone surrogates; neither is a letter.
    return tuple(WORD.findall(unicodedata.normalize("NFKC", text).lower()))


def parts_of(text: str) -> list[Part]:
    """The parts of a typed text: `"two words"` is a phrase, `-word` is excluded."""
    parts, room = [], MAXIMUM_WORDS
    for found in TOKEN.finditer(text.translate(QUOTES)):
        phrase = found["phrase"]
        words = words_of(found["word"] if phrase is None else phrase)[:room]
        room -= len(words)
        if phrase is None and len(set(words)) == 1:
            words = words[:1]  # "anak-anak"
        if words:
            parts.append(Part(words, phrase is not None, bool(found["minus"])))
    return parts


def database_query(text: str, *, missing: int = 0) -> str:
    """The text for `to_tsquery`; empty when it holds nothing to look for.

    Every wanted word must be there, of two with "or" between either, or all but so many as may
    be missing, and at least one. Every word is quoted and made of letters and digits alone.
    """
    parts = parts_of(text)
    wanted = _wanted(parts)
    unwanted = [f"!({query})" for query in _unwanted(parts)]
    if missing and wanted:
        enough = combinations(wanted, max(1, len(wanted) - missing))
        wanted = [f"({' | '.join(_all_of(some) for some in enough)})"]
    return " & ".join([*wanted, *unwanted])


def excluded_query(text: str) -> str:
    """Where nothing is wanted: a query for any of the words that are not; empty else."""
    parts = parts_of(text)
    return "" if _wanted(parts) else " | ".join(f"({query})" for query in _unwanted(parts))


def loosenings(text: str) -> Sequence[int]:
    """How many words may be missing where no text has all, in the order of trying it.

    One, then all but one; with many words only the latter, since leaving out each in turn
    makes too long a query. Empty for a single word.
    """
    count = len(_wanted(parts_of(text)))
    if count < 2:
        return ()
    return (1, count - 1) if 2 < count <= MOST_PICKED else (count - 1,)


def is_known(word: str) -> bool:
    """Whether a word is one of the language's small ones or of the reference table."""
    return word in stop_words() or (word,) in word_groups() or word in _reference_words()


@cache
def _reference_words() -> frozenset[str]:
    return frozenset(word for form in word_groups() for word in form)


def _wanted(parts: Sequence[Part]) -> list[str]:
    """A query for each thing that must be there."""
    wanted: list[str] = []
    is_either = False
    for run in _runs(parts):
        if run[0].is_or:
            is_either = bool(wanted)
            continue
        first, *more = [*_widened(run)] or [""]
        if first and is_either:
            wanted[-1] = f"({wanted[-1]} | {first})"
            is_either = False
        elif first:
            wanted.append(first)
        wanted += more
    return wanted


def _all_of(queries: Sequence[str]) -> str:
    return queries[0] if len(queries) == 1 else f"({' & '.join(queries)})"


def _unwanted(parts: Sequence[Part]) -> Iterator[str]:
    """Queries for what must not be there: all that the same word would find.

    Each stands for itself, since the index of phrases takes no brackets behind a "!".
    """
    for part in parts:
        if part.is_excluded:
            forms = () if part.is_exact else _form_at([part], 0)[1]
            yield from (query for one in (part.words, *forms) if (query := _row(one)))


def _runs(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """What is wanted: plain parts side by side, over which a form may lie; others by themselves."""
    run: list[Part] = []
    for part in parts:
        if not (part.is_exact or part.is_excluded or part.is_or):
            run.append(part)
            continue
        if run:
            yield run
            run = []
        if not part.is_excluded:
            yield [part]
    if run:
        yield run


def _widened(run: Sequence[Part]) -> Iterator[str]:
    if run[0].is_exact:
        if query := _row(run[0].words):
            yield f"({query})"
        return
    at = 0
    while at < len(run):
        taken, forms = _form_at(run, at)
        own = _together(run[at : at + taken])
        at += taken
        alternatives = [own, *(_row(form) for form in forms)]
        if query := " | ".join(f"({one})" for one in alternatives if one):
            yield f"({query})"


def _form_at(run: Sequence[Part], at: int) -> tuple[int, tuple[Words, ...]]:
    """How many parts from here make the longest known form, and its other forms."""
    for count in range(min(longest_form(), len(run) - at), 0, -1):
        words = tuple(word for part in run[at : at + count] for word in part.words)
        for form in (words, _bare(words)):
            if found := same_forms(form):
                return count, tuple(one for one in found if one != form)
    return 1, ()


@cache
def _groups_by_meaning() -> dict[Words, tuple[Words, ...]]:
    """All forms that mean the same, by the words of each that say something.

    People leave the small words of a name out: "usaha mikro kecil menengah".
    """
    found: dict[Words, dict[Words, None]] = {}
    for form, others in word_groups().items():
        found.setdefault(_meaning(form), {}).update(dict.fromkeys((form, *others)))
    return {form: tuple(forms) for form, forms in found.items()}


def _meaning(words: Words) -> Words:
    return tuple(word for word in words if word not in stop_words())


def _bare(words: Words) -> Words:
    """The words with the last one's "-nya", "-lah" and the like taken off."""
    bare = ENDINGS.sub("", words[-1])
    return (*words[:-1], bare) if len(bare) >= SHORTEST_STEM else words


def _together(parts: Sequence[Part]) -> str:
    """What was typed: all parts somewhere, the words of one part side by side."""
    return " & ".join(query for part in parts if (query := _row(part.words)))


def _row(words: Words) -> str:
    """Words one after the other; a stop word leaves its place empty, as in the index."""
    query, gap = "", 1
    for word in words:
        if word in stop_words():
            gap += 1
            continue
        step = "<->" if gap == 1 else f"<{gap}>"
        query = f"{query} {step} '{word}'" if query else f"'{word}'"
        gap = 1
    return query


# Letters that are heard alike, older spellings first.
SOUNDS = tuple(
    (re.compile(written), heard)
    for written, heard in (
        ("dj", "j"), ("tj", "c"), ("nj", "ny"), ("oe", "u"), ("ph", "f"), ("kh", "k"),
        ("ks", "x"), ("[vp]", "f"), ("[qk]", "k"), ("[zs]", "s"), ("w(?=[aiueo])", ""),
        ("y", "i"), ("h", ""), ("[td]$", "t"), ("[bp]$", "f"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


def sounds_like(word: str) -> str:
    """A word as it is heard: what is misspelt by ear comes out the same."""
    for written, heard in SOUNDS:
        word = written.sub(heard, word)
    return word
