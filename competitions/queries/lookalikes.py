"""Dossiers with the same or nearly the same title, in all editions and agencies.

Candidates share the beginnings of two telling words, found by an index; rapidfuzz compares
those. Other agencies' drafts that never reached the ministry are no candidates: asking for
titles must not tell what others prepare. Of what the reader may not open only the existence
is told.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, Q, Subquery

from competitions.eligibility import Likeness, Lookalike, likest, telling_words
from competitions.models import Entry
from competitions.queries.conflicts import conflicting_entries
from innovations.enums import InnovationState
from innovations.models import Innovation

TITLE_WORDS = SearchVector("title", config="simple")
"""As in the index `innovation_title_words`."""

BEGINNING, MOST_WORDS = 5, 6
"""So many letters of a word must agree, and of so many words, the longest, two."""


@dataclass(frozen=True)
class Titled:
    """A title to look for: whose it is, and which dossier it is not (0: not stored yet)."""

    title: str
    agency_id: int
    innovation_id: int = 0


def lookalikes(
    asked: Mapping[int, Titled], *, threshold: int, most: int, reader: Any = None
) -> dict[int, list[Lookalike]]:
    """For each title up to `most` alike of the own agency and as many of others; 2 queries."""
    rows = _candidates(list(asked.values()))
    found = {key: _likest(one, rows, threshold, most) for key, one in asked.items()}
    wanted = {one.key for likenesses in found.values() for _own, one in likenesses}
    if not wanted:
        return {key: [] for key in asked}
    shown = _shown(wanted, reader)
    return {
        key: [_lookalike(one, own, shown) for own, one in likenesses]
        for key, likenesses in found.items()
    }


def _shown(innovation_ids: Collection[int], reader: Any) -> dict[int, Any]:
    """Those of the dossiers that the reader may open; without a reader, what is public.

    To the secretariat a proposal in conflict is as closed as to another agency.
    """
    rows = (
        Innovation.objects.published() if reader is None else Innovation.objects.visible_to(reader)
    )
    if reader is not None and reader.is_secretariat:
        close = conflicting_entries(reader).values("innovation")
        rows = rows.exclude(~Q(state=InnovationState.PUBLISHED), pk__in=close)
    latest = Entry.objects.submitted().filter(innovation=OuterRef("pk")).order_by("-edition__year")
    return (
        rows.for_list()
        .annotate(
            entry_id=Subquery(latest.values("pk")[:1]),
            entry_year=Subquery(latest.values("edition__year")[:1]),
        )
        .in_bulk(innovation_ids)
    )


def _candidates(asked: Sequence[Titled]) -> list[tuple[int, str, int]]:
    """(id, title, agency) of dossiers whose titles share the beginnings of telling words."""
    text = " | ".join(sorted({term for one in asked if (term := _terms(one.title))}))
    if not text:
        return []
    known = Q(state=InnovationState.PUBLISHED) | Q(agency_id__in={one.agency_id for one in asked})
    submitted = Entry.objects.submitted().filter(innovation=OuterRef("pk"))
    rows = (
        Innovation.objects.annotate(title_words=TITLE_WORDS)
        .filter(title_words=SearchQuery(text, config="simple", search_type="raw"))
        .exclude(state=InnovationState.ARCHIVED)
        .filter(known | Exists(submitted))
        .order_by()
    )
    return list(rows.values_list("pk", "title", "agency_id"))


def _terms(title: str) -> str:
    """A text search for two telling words together, or for the only one there is."""
    beginnings = dict.fromkeys(word[:BEGINNING] for word in telling_words(title))
    words = [f"'{word}':*" for word in beginnings][:MOST_WORDS]
    if len(words) < 2:
        return "".join(words)
    return " | ".join(
        f"({word} & ({' | '.join(words[place:])}))"
        for place, word in enumerate(words[:-1], start=1)
    )


def _likest(
    one: Titled, rows: Sequence[tuple[int, str, int]], threshold: int, most: int
) -> list[tuple[bool, Likeness]]:
    """(whether it is the own agency's, title found), the own agency's first."""
    own: dict[int, str] = {}
    others: dict[int, str] = {}
    for pk, title, agency_id in rows:
        if pk != one.innovation_id:
            (own if agency_id == one.agency_id else others)[pk] = title
    return [
        (is_own, alike)
        for is_own, titles in ((True, own), (False, others))
        for alike in likest(one.title, titles, threshold=threshold, most=most)
    ]


def _lookalike(one: Likeness, is_own: bool, shown: Mapping[int, Any]) -> Lookalike:
    dossier = shown.get(one.key)
    if dossier is None:
        return Lookalike(one.key, "", "", "", None, one.percent, is_own, one.is_same)
    year = dossier.entry_year
    return Lookalike(
        key=one.key,
        title=dossier.title,
        agency=dossier.agency.name,
        number=f"P-{year}-{dossier.entry_id:05d}" if year and is_own else dossier.code,
        year=year,
        likeness=one.percent,
        is_own_agency=is_own,
        is_same=one.is_same,
        code=dossier.code,
    )
