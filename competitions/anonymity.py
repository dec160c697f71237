"""Finds what tells who is behind a text, and hides pieces of it. Pure: text and names in.

Names of the people whom an edition knows, e-mail addresses, telephone numbers, and numbers of
civil servants. It errs towards holding a comment back: a person looks at what it finds. A given
name alone in small letters goes unseen, since many are ordinary words (indah, jaya, utama).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Trait(StrEnum):
    """What a finding tells of a person."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    NUMBER = "number"


@dataclass(frozen=True, order=True)
class Found:
    """A stretch `start:end` of the text, and what it tells."""

    start: int
    end: int
    trait: Trait


@dataclass(frozen=True)
class Names:
    """Names as they are looked for, in plain small letters.

    `alone` are words that tell somebody by themselves when written with a capital, `titled`
    those that do after a form of address, `pairs` are two words beside each other, `joined`
    names written without a space.
    """

    alone: frozenset[str] = frozenset()
    titled: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    joined: frozenset[str] = frozenset()

    def __or__(self, other: "Names") -> "Names":
        return Names(
            self.alone | other.alone,
            self.titled | other.titled,
            self.pairs | other.pairs,
            self.joined | other.joined,
        )


# Letters, with marks above them and with characters that nobody sees between them.
_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_LONE_UNSEEN = re.compile(rf"[{_UNSEEN}]")
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f{_UNSEEN}'’ʼ`])*")
_BESIDE = re.compile(rf"[\s.,_\-–{_UNSEEN}]{{1,4}}")
_EMAIL = re.compile(
    # Begun at the start of a word alone, here and below: a search that begins anew at each letter
    # of a long one would take minutes over a text made for it.
    r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:[@＠]|[(\[{]\s?(?:at|et)\s?[)\]}])\s?[\w-]+"
    r"(?:\s?(?:\.|[(\[{]\s?(?:dot|titik)\s?[)\]}])\s?[\w-]+)+",
    re.IGNORECASE,
)
_GAP = r"[\s.\-]{0,2}"
_NUMBER = re.compile(
    # Birth date, date of appointment, sex, serial number; however it is spaced.
    rf"(?<!\d)(?:19|20)\d\d{_GAP}[01]\d{_GAP}[0-3]\d{_GAP}(?:19|20)\d\d{_GAP}[01]\d"
    rf"{_GAP}[12]{_GAP}\d{_GAP}\d{_GAP}\d(?!\d)"
    r"|(?<!\d)\d{16,18}(?!\d)"
    r"|\b(?:NIP|NIK|NRP|NIDN)\b[^\w]{0,4}\d(?:[\s.\-]?\d){4,17}",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.,])(?:\(?\+\s?\d|62(?=[\s\-]?8)|\(?0(?=[1-9]))(?:[\s.\-()/]{0,2}\d){8,13}(?!\d)"
)
_PATTERNS = ((Trait.EMAIL, _EMAIL), (Trait.NUMBER, _NUMBER), (Trait.PHONE, _PHONE))

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]+"
    r"|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:id|com|org|net|info|me)\b(?:/[^\s<>\"')\]]*)?"
    r"|(?<!\w)@\w[\w.]{2,}",
    re.IGNORECASE,
)
HIDDEN = "[disamarkan]"
"""What stands in place of a hidden piece."""
_JOINER = "\u200d"
_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
Range = tuple[int, int]
"""Start and end of a stretch, in code points."""

_DEGREES = frozenset(["dr", "drs", "dra", "prof", "ir", "h", "hj", "kh", "apt", "ns"])
_ADDRESSES = frozenset(
    ["pak", "bapak", "bu", "ibu", "sdr", "sdri", "saudara", "saudari", "dr", "prof", "drs"]
    + ["dra", "ir", "hj", "mas", "mbak", "ustaz", "ustadz"]
)
# Whom one addresses so without naming anybody.
_OFFICES = frozenset(
    ["kota", "negara", "pertiwi", "hamil", "menyusui", "rumah", "guru", "bidan", "kader", "bupati"]
    + ["wali", "walikota", "gubernur", "menteri", "presiden", "camat", "lurah", "kepala"]
    + ["direktur", "sekretaris", "ketua", "penilai", "panelis", "evaluator", "inovator"]
)
_SHORTEST, _ACRONYM = 3, 5


def names_of(people: Iterable[str], *, stand_alone: bool) -> Names:
    """Prepare full names; `stand_alone` where one word of a name tells who it is."""
    single: set[str] = set()
    lone: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for person in people:
        # Behind a comma stand degrees, or the rest of a name turned round.
        words = _name_words(person.split(",")[0])
        single.update(word for word in words if len(word) >= _SHORTEST)
        if len(words) == 1:
            lone.update(words)
            words = _name_words(person)
        pairs.update(_pairs(words))
    tell = single if stand_alone else {word for word in lone if len(word) >= _SHORTEST}
    return Names(
        frozenset(tell),
        frozenset(single),
        frozenset(pairs),
        frozenset(a + b for a, b in pairs if min(len(a), len(b)) >= _SHORTEST),
    )


def find_personal(text: str, names: Names) -> tuple[Found, ...]:
    """Every stretch of `text` that tells a person, in order, none overlapping another."""
    found = [
        Found(match.start(), match.end(), trait)
        for trait, pattern in _PATTERNS
        for match in pattern.finditer(_level(text))
    ]
    return _apart([*found, *_named(text, names)])


def find_identifying(text: str, wordings: Iterable[str], names: Names) -> tuple[Range, ...]:
    """Every stretch that tells who wrote a proposal or where; `wordings` in any case or spacing."""
    spans = [(one.start, one.end) for one in find_personal(text, names)]
    spans.extend(match.span() for match in _LINK.finditer(text))
    for wording in wordings:
        words = r"\s+".join(map(re.escape, wording.split()))
        if words:
            pattern = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
            spans.extend(match.span() for match in pattern.finditer(text))
    return merged(text, spans)


def standing(text: str, wording: str) -> tuple[Range, ...]:
    """Where a wording stands to the letter."""
    if not wording:
        return ()
    return tuple(match.span() for match in re.finditer(re.escape(wording), text))


def merged(text: str, ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Stretches in order and within the text; those that overlap or touch are one.

    A stretch that would cut a letter or a picture in two takes the whole of it.
    """
    joined: list[Range] = []
    for asked in sorted(ranges):
        start, end = _whole(text, max(asked[0], 0), min(asked[1], len(text)))
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            first, last = joined.pop()
            start, end = first, max(last, end)
        joined.append((start, end))
    return tuple(joined)


def hide(text: str, hidden: Iterable[Range]) -> str:
    """The text with a mark in place of each of the `merged` stretches."""
    kept, place = [], 0
    for start, end in hidden:
        kept += [text[place:start], HIDDEN]
        place = end
    return "".join([*kept, text[place:]])


def shown_span(hidden: Iterable[Range], start: int, end: int) -> Range | None:
    """Where a stretch of the whole text stands in the one shown; None where a part is hidden."""
    shift = 0
    for first, last in hidden:
        if first < end and start < last:
            return None
        if last <= start:
            shift += len(HIDDEN) - (last - first)
    return start + shift, end + shift


def whole_start(hidden: Iterable[Range], start: int, end: int) -> int | None:
    """Where a stretch of the text shown starts in the whole one; None where it meets a mark."""
    shift = 0
    for first, last in hidden:
        mark = first + shift
        if mark < end and start < mark + len(HIDDEN):
            return None
        if mark < start:
            shift += len(HIDDEN) - (last - first)
    return start - shift


def _whole(text: str, start: int, end: int) -> Range:
    while start < end and _continues(text, start):
        start -= 1
    while start < end and _continues(text, end):
        end += 1
    return start, end


def _continues(text: str, place: int) -> bool:
    """Whether the character belongs to the one before it: an accent, a tone, a joined picture."""
    if not 0 < place < len(text):
        return False
    letter = text[place]
    is_mark = unicodedata.category(letter) in ("Mn", "Mc", "Me")
    return is_mark or letter in _TONES or _JOINER in (letter, text[place - 1])


def _named(text: str, names: Names) -> Iterator[Found]:
    words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(text)]
    plain = [_plain(word) for _start, _end, word in words]
    for place, (start, end, word) in enumerate(words):
        if _tells(word, plain[place], names):
            yield Found(start, end, Trait.NAME)
        if place + 1 == len(words):
            continue
        following, last, other = words[place + 1]
        if not _BESIDE.fullmatch(text, end, following):
            continue
        both = plain[place], plain[place + 1]
        is_titled = both[0] in _ADDRESSES and _is_addressed(other, both[1], names)
        if is_titled or both in names.pairs:
            yield Found(start, last, Trait.NAME)


def _tells(word: str, plain: str, names: Names) -> bool:
    return plain in names.joined or (word[0].isupper() and plain in names.alone)


def _is_addressed(word: str, plain: str, names: Names) -> bool:
    """Whether a word after "Ibu" or "Dr." is somebody's name: a known one, or any capitalised."""
    if plain in names.titled:
        return True
    if plain in _OFFICES | _ADDRESSES or not word[0].isupper():
        return False
    return not (word.isupper() and len(word) <= _ACRONYM)


def _apart(found: Iterable[Found]) -> tuple[Found, ...]:
    """Join what overlaps; the earlier finding says what it is."""
    joined: list[Found] = []
    for one in sorted(found, key=lambda found: (found.start, -found.end)):
        if joined and one.start < joined[-1].end:
            last = joined.pop()
            one = Found(last.start, max(last.end, one.end), last.trait)
        joined.append(one)
    return tuple(joined)


def _name_words(name: str) -> list[str]:
    """The words of a name without degrees before it."""
    words = [_plain(match.group()) for match in _WORD.finditer(name)]
    return [word for word in words if word not in _DEGREES]


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    """Neighbours both ways round, first with last, and either of those as an initial."""
    if len(words) < 2:
        return
    for a, b in [*pairwise(words), (words[0], words[-1])]:
        if max(len(a), len(b)) >= _SHORTEST:
            yield from ((a, b), (b, a))
    first, last = words[0], words[-1]
    if len(last) >= _SHORTEST:
        yield first[0], last
    if len(first) >= _SHORTEST:
        yield first, last[0]


def _level(text: str) -> str:
    """The text as long as it was, wide digits narrow and unseen characters blank."""
    if text.isascii():
        return text
    return "".join(map(_level_letter, text))


def _level_letter(letter: str) -> str:
    if _LONE_UNSEEN.match(letter):
        return " "
    narrow = unicodedata.normalize("NFKC", letter)
    return narrow if len(narrow) == 1 else letter


def _plain(word: str) -> str:
    """Small letters only: no marks, apostrophes or characters that nobody sees."""
    letters = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in letters if letter.isalpha())
