"""Provinces that are named among the words of a search.

A dossier's texts name its regency and seldom its province, which is a filter: whoever types
one is shown the way to it.
"""

from collections.abc import Mapping
from dataclasses import replace

from innovations.queries.hits import Hits
from innovations.queries.terms import Terms
from innovations.wording import Words, same_forms, words_of

BEFORE = frozenset({"di", "prov", "prov.", "provinsi"})
"""Words before a province's name that go with it."""


def province_in(hits: Hits) -> tuple[str, Terms] | None:
    """The name of a province among the words, and the search with its filter instead of it.

    None where none is named, where one is chosen already, and for words in quotation marks.
    """
    terms, tokens = hits.terms, hits.terms.text.split()
    if '"' in terms.text or terms.facets.get("provinsi"):
        return None
    known = _known(hits.names.provinces)
    longest = min(max(map(len, known), default=0), len(tokens))
    for count in range(longest, 0, -1):
        for start in range(len(tokens) - count + 1):
            words = words_of(" ".join(tokens[start : start + count]))
            if (code := known.get(words)) is None or tokens[start].startswith("-"):
                continue
            before = tokens[:start]
            while before and before[-1].lower() in BEFORE:
                before.pop()
            text = " ".join([*before, *tokens[start + count :]])
            facets = {**terms.facets, "provinsi": (code,)}
            return dict(hits.names.provinces)[code], replace(terms, text=text, facets=facets)
    return None


def _known(provinces: list[tuple[str, str]]) -> Mapping[Words, str]:
    """Codes by the words of each name and of its other forms."""
    known: dict[Words, str] = {}
    for code, name in provinces:
        words = words_of(name)
        known |= dict.fromkeys((words, *same_forms(words)), code)
    return known
