"""Nearest known words ("Mungkin maksud Anda"), without an extension of the database."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache as shared_cache
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from innovations.models import Innovation
from innovations.queries.columns import holder
from innovations.wording import is_known, sounds_like, word_groups, words_of

WORD = re.compile(r"[^\W\d_]+")
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
    """`text` with unknown words replaced by near ones; empty when nothing is near."""
    known = vocabulary()
    corrected = WORD.sub(lambda match: _nearest(match.group(), known), text)
    return corrected if corrected.lower() != text.lower() else ""


def _nearest(typed: str, known: Vocabulary) -> str:
    word = typed.lower()
    if len(word) < SHORTEST or word in known.counts or is_known(word):
        return typed
    return _close(word, known) or _parted(word, known) or typed


def _close(word: str, known: Vocabulary) -> str:
    """The word with the fewest slips between or the same sound; then the one that begins alike."""
    slips = 1 if len(word) < 6 else 2 if len(word) < LONG_WORD else 3
    near = process.extract(
        word, known.counts.keys(), scorer=OSA.distance, score_cutoff=slips, limit=20
    )
    sound = sounds_like(word)
    ranked = [
        (slip - (sounds_like(found) == sound), -JaroWinkler.similarity(word, found), found)
        for found, slip, _place in near
    ]
    ranked += [(0, 0.0, found) for found in known.by_sound.get(sound, ())]
    return min(ranked)[2] if ranked else ""


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
