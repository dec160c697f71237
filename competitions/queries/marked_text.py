"""A proposal's text cut where something is found or highlighted in it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from competitions.anonymity import Range, shown_span
from competitions.models import Assignment, TextHighlight
from competitions.queries.reading import Part, Piece, Proposal
from sinovik.web.prepared import Prepared

LONGEST = 100
"""Characters of a search that are looked for."""
SHORTEST = 2


@dataclass(frozen=True)
class Marked:
    """A proposal with its pieces, how often the words were found, and the own highlights."""

    proposal: Proposal
    asked: str
    hits: int
    highlights: Sequence[TextHighlight]


_HIGHLIGHTS = Prepared(
    lambda assignment: TextHighlight.objects.filter(assignment=assignment).order_by("pk"),
    "assignment",
)


def marked(proposal: Proposal, assignment: Assignment, asked: str) -> Marked:
    """Mark what is asked for, whatever its case and spacing, and the judge's highlights.

    One query. The first hit of the whole text has the number 1.
    """
    wanted = " ".join(asked.split())[:LONGEST]
    hidden = {part.key: part.hidden for part in proposal.parts}
    own: list[TextHighlight] = []
    spans: dict[str, list[Range]] = defaultdict(list)
    for one in _HIGHLIGHTS.all(assignment=assignment.pk):
        # One over a piece that was hidden since stays out until the piece is shown again.
        span = shown_span(hidden.get(one.section, ()), one.start, one.start + len(one.quote))
        if span:
            own.append(one)
            spans[one.section].append(span)
    parts, hits = [], 0
    for part in proposal.parts:
        found = find(part.text, wanted)
        parts.append(replace(part, marked=cut(part.text, found, spans[part.key], hits)))
        hits += len(found)
    return Marked(replace(proposal, parts=parts), wanted, hits, own)


def find(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where the words stand, in order; nothing for fewer than two letters."""
    if len(wanted) < SHORTEST:
        return []
    words = re.compile(r"\s+".join(map(re.escape, wanted.split())), re.IGNORECASE)
    return [match.span() for match in words.finditer(text)]


def cut(
    text: str,
    found: Sequence[tuple[int, int]],
    highlighted: Iterable[tuple[int, int]],
    before: int = 0,
) -> tuple[Piece, ...]:
    """The text in pieces that are found, or highlighted, as a whole; joined they are the text.

    `before` hits stand in earlier texts. A hit that a highlight cuts keeps one number.
    """
    spans = list(highlighted)
    edges = {0, len(text)}.union(*([*found, *spans]))
    pieces = []
    for start, end in pairwise(sorted(edges)):
        hit = next((n for n, (a, b) in enumerate(found, 1) if a <= start and end <= b), 0)
        pieces.append(
            Piece(
                text=text[start:end],
                hit=before + hit if hit else 0,
                is_first=bool(hit) and found[hit - 1][0] == start,
                is_highlighted=any(a <= start and end <= b for a, b in spans),
            )
        )
    return tuple(pieces)


def part_of(proposal: Proposal, key: str) -> Part | None:
    """The part of that key, if the proposal has it."""
    return next((part for part in proposal.parts if part.key == key), None)
