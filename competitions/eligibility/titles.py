"""Which titles a person would call the same, or nearly so."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from innovations.versions import title_key

WORD = re.compile(r"[^\W_]+")
# Words that titles of the register share whatever they are about.
COMMON = frozenset(
    "dan di ke dari yang untuk dengan pada bagi atau oleh dalam sebagai secara melalui serta the of"
    " inovasi layanan pelayanan publik masyarakat warga program sistem informasi berbasis terpadu"
    " kabupaten kota provinsi desa kecamatan daerah pemerintah dinas".split()
)
SHORTEST_WORD = 3
MOST_WORDS = 8
SHORTEST_PART = 12
# A title inside another, and the same words among others, weigh less than the whole.
WEIGHTS = ((fuzz.token_sort_ratio, 1.0), (fuzz.token_set_ratio, 0.95), (fuzz.partial_ratio, 0.9))


@dataclass(frozen=True)
class Likeness:
    """A title found alike: its key, from 0 to 100 how much, and whether it is the same."""

    key: int
    percent: int
    is_same: bool


def telling_words(title: str) -> list[str]:
    """The words that tell this title from others, the longest first, at most eight."""
    words = {word for word in WORD.findall(title.casefold()) if len(word) >= SHORTEST_WORD}
    telling = words - COMMON or words
    return sorted(telling, key=lambda word: (-len(word), word))[:MOST_WORDS]


def likest(title: str, others: Mapping[int, str], *, threshold: int, most: int) -> list[Likeness]:
    """The titles at least `threshold` like `title`, the most alike first, then by key."""
    own = plain_words(title)
    if not own:
        return []
    plain = {key: plain_words(other) for key, other in others.items()}
    scores: dict[int, float] = defaultdict(float)
    for scorer, weight in WEIGHTS:
        if threshold > 100 * weight or not _is_fair(scorer, own):
            continue
        found = process.extract(
            own, plain, scorer=scorer, score_cutoff=threshold / weight, limit=None
        )
        for other, score, key in found:
            if _is_fair(scorer, other):
                scores[key] = max(scores[key], score * weight)
    same = title_key(title)
    twins = [Likeness(key, 100, True) for key, other in others.items() if title_key(other) == same]
    known = {twin.key for twin in twins}
    alike = [Likeness(key, int(score), False) for key, score in scores.items() if key not in known]
    return sorted([*twins, *alike], key=lambda one: (not one.is_same, -one.percent, one.key))[:most]


def plain_words(title: str) -> str:
    """The words of a title in lower case, without what stands between them."""
    return " ".join(WORD.findall(title.casefold()))


def _is_fair(scorer: object, title: str) -> bool:
    """Whether a title is long enough for being found inside another to mean anything."""
    if scorer is fuzz.token_sort_ratio:
        return True
    if scorer is fuzz.token_set_ratio:
        return len(telling_words(title)) > 1
    return len(title) >= SHORTEST_PART
