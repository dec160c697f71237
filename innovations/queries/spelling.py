"""Nearest words of published titles ("Mungkin maksud Anda"), without an extension."""

import re

from rapidfuzz import fuzz, process

from innovations.models import Innovation

WORD = re.compile(r"[^\W\d_]{4,}")
NEAR_ENOUGH = 76


def vocabulary() -> set[str]:
    """Words of at least four letters in published titles, lower case. One query."""
    titles = Innovation.objects.published().values_list("title", flat=True)
    return {word.lower() for title in titles.iterator() for word in WORD.findall(title)}


def suggestion(text: str) -> str:
    """`text` with unknown words replaced by near ones; empty when nothing is near."""
    known = vocabulary()
    corrected = WORD.sub(lambda match: _nearest(match.group(), known), text)
    return corrected if corrected.lower() != text.lower() else ""


def _nearest(word: str, known: set[str]) -> str:
    if word.lower() in known:
        return word
    found = process.extractOne(word.lower(), known, scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
    return found[0] if found else word
