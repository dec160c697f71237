"""Nearest known words ("Mungkin maksud Anda"), without an extension of the database."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.core.cache import cache as shared_cache
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from innovations.models import Innovation
from innovations.queries.columns import holder
from innovations.queries.hits import Hits, settled
from innovations.wording import QUOTES, is_known, sounds_like, word_groups, words_of

WORD = re.compile(r"[^\W\d_]+")
PLAIN = re.compile(r"[\w\s]+")
SHORTEST = 4
NEWEST = 10_000
"""Dossiers whose words are known; older ones share nearly all of theirs."""
MINUTES = 60
LONG_WORD = 9
JOINED_FROM = 3  # letters of each half when a word is parted in two


@dataclass(frozen=True)
class Vocabulary:
    """Words of the register with the number of dossiers that have them, by sound too."""

    counts: Mapping[str, int]
    by_sound: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> "Vocabulary":
        """With an index of sounds."""
        by_sound: dict[str, list[str]] = {}
        for word in counts:
            by_sound.setdefault(sounds_like(word), []).append(word)
        return cls(counts, {sound: tuple(words) for sound, words in by_sound.items()})


def vocabulary() -> Vocabulary:
    """Words of the newest published dossiers and of the reference table, kept until one more
    is published. One query, two where nobody asked before."""
    columns, _names = holder.read()
    latest = columns["published"][0] if columns.size else 0
    key = f"vocabulary:{columns.size}:{latest}"
    known: Vocabulary | None = shared_cache.get(key)
    if known is None:
        known = Vocabulary.of(_counted())
        shared_cache.set(key, known, MINUTES * 60)
    return known


def _counted() -> Counter[str]:
    counts: Counter[str] = Counter()
    rows = Innovation.objects.published().order_by("-published_at")[:NEWEST]
    for texts in rows.values_list("title", "place_names", "summary").iterator():
        counts.update({word for word in words_of(" ".join(texts)) if len(word) >= SHORTEST})
    counts.update(word for form in word_groups() for word in form if len(word) >= SHORTEST)
    return counts


def suggestion(text: str) -> str:
    """`text` with unknown words replaced by near ones; where there are none, without its quotation
    marks; empty when nothing is near.
    """
    known = vocabulary()
    corrected = WORD.sub(lambda match: _nearest(match.group(), known), text)
    if corrected.lower() != text.lower():
        return corrected
    marked = text.translate(QUOTES)
    return marked.replace('"', "").strip() if '"' in marked else ""


def corrected(hits: Hits) -> Hits | None:
    """What the words find with the one that is misspelt put right, where that is beyond doubt.

    None where they find something as typed, where two words are unknown or two are equally
    near or the near one begins with another letter, where the right ones find nothing
    together, and for words in quotation marks.
    """
    terms = hits.terms
    if (hits.has_words and not terms.missing) or not PLAIN.fullmatch(terms.text):
        return None
    text = _surely(terms.text, vocabulary())
    better = settled(replace(terms, text=text, missing=0)) if text else None
    return better if better and better.has_words and not better.terms.missing else None


def verbatim(text: str) -> str:
    """The same search with its unknown word in quotation marks, so that it stays as typed."""
    known = vocabulary()
    return WORD.sub(
        lambda match: f'"{match.group()}"' if _is_unknown(match.group(), known) else match.group(),
        text,
    )


def _surely(text: str, known: Vocabulary) -> str:
    unknown = [match for match in WORD.finditer(text) if _is_unknown(match.group(), known)]
    if len(unknown) != 1:
        return ""
    ranked = _ranked(unknown[0].group().lower(), known)
    least = min((slips for slips, _unlike, _word in ranked), default=0)
    nearest = {word for slips, _unlike, word in ranked if slips == least}
    start, end = unknown[0].span()
    right = nearest.pop() if len(nearest) == 1 else ""
    # Who mistypes a word seldom does so in its first letter; another word begins with another.
    return text[:start] + right + text[end:] if right[:1] == text[start].lower() else ""


def _is_unknown(typed: str, known: Vocabulary) -> bool:
    word = typed.lower()
    return len(word) >= SHORTEST and word not in known.counts and not is_known(word)


def _nearest(typed: str, known: Vocabulary) -> str:
    if not _is_unknown(typed, known):
        return typed
    word = typed.lower()
    return _close(word, known) or _parted(word, known) or typed


def _close(word: str, known: Vocabulary) -> str:
    """The word with the fewest slips between or the same sound; then the one that begins alike."""
    ranked = _ranked(word, known)
    return min(ranked)[2] if ranked else ""


def _ranked(word: str, known: Vocabulary) -> list[tuple[int, float, str]]:
    """Near words with their slips, the same sound counted as one less, and how unlike they are."""
    slips = 1 if len(word) < 6 else 2 if len(word) < LONG_WORD else 3
    near = process.extract(
        word, known.counts.keys(), scorer=OSA.distance, score_cutoff=slips, limit=20
    )
    sound = sounds_like(word)
    ranked = [
        (slip - (sounds_like(found) == sound), -JaroWinkler.similarity(word, found), found)
        for found, slip, _place in near
    ]
    return ranked + [(0, 0.0, found) for found in known.by_sound.get(sound, ())]


def _parted(word: str, known: Vocabulary) -> str:
    """Two known words that were written as one."""
    pairs = [
        (word[:at], word[at:])
        for at in range(JOINED_FROM, len(word) - JOINED_FROM + 1)
        if _is_word(word[:at], known) and _is_word(word[at:], known)
    ]
    best = max(
        pairs, key=lambda pair: min(known.counts.get(half, 0) for half in pair), default=None
    )
    return " ".join(best) if best else ""


def _is_word(half: str, known: Vocabulary) -> bool:
    return half in known.counts or is_known(half)
