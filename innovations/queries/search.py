"""Rows of a search's hits, with the words marked.

Which dossiers are hits, and their order: `innovations.queries.hits`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models import F, Prefetch
from django.db.models.expressions import Expression
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from innovations.models import Award, Innovation
from innovations.models.innovation import InnovationQuerySet
from innovations.queries.hits import Hits
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared

BATCH = 500

# Marks around a hit that no dossier contains (private use area); ts_headline does not
# escape HTML, so real tags are put in after escaping.
HIT_START, HIT_END = "\ue000", "\ue001"
CONFIGURATION = "innovations_indonesian"

# Of a query: words that must stand side by side, and a word. Of a headline: a marked word with
# no other one close before or after it.
ROW = re.compile(r"'[^']+'(?: <[-\d]+> '[^']+')+")
WORD = re.compile(r"'([^']+)'")
LONE = re.compile(
    f"(?<!{HIT_END}.)(?<!{HIT_END}..){HIT_START}([^{HIT_END}]*){HIT_END}(?!.{{1,2}}{HIT_START})"
)
# A word without its commonest prefix and suffix: enough to know "layanan" for "pelayanan".
ROOT = re.compile(
    r"(?:peng|pem|pen|per|pe|meng|mem|men|me|ber|ter|di|ke|se)?(.{3,}?)(?:nya|kan|an|i)?"
)


def announced_awards() -> "Prefetch[str, Any, str]":
    """Prefetch of announced awards, the highest first, as `announced_awards`."""
    return Prefetch(
        "awards",
        Award.objects.announced().order_by("seats", "-year"),
        to_attr="announced_awards",
    )


def all_found(hits: Hits, most: int) -> Iterator[Innovation]:
    """The first hits in order, read in batches; nothing is marked. Two queries a batch and one."""
    ids = hits.ids(0, most)
    for start in range(0, len(ids), BATCH):
        yield from innovations_in_order(ids[start : start + BATCH])


def innovations_in_order(ids: Sequence[int], query: str = "") -> list[Innovation]:
    """The dossiers in the order of `ids`, with awards and `headline`. Two queries.

    `query` is that of Terms: its words are marked.
    """
    rows = _MARKED.in_order(ids, query=query) if query else _LISTED.in_order(ids)
    if lone := _lone_roots(query):
        for row in rows:
            row.headline = _unmarked(row.headline, lone)  # type: ignore[attr-defined]
    return with_announced_awards(rows)


def _lone_roots(query: str) -> frozenset[str]:
    """Roots that the query has inside of longer forms alone: "pusat kesehatan masyarakat"."""
    within = {_root(word) for row in ROW.findall(query) for word in WORD.findall(row)}
    return frozenset(within - {_root(word) for word in WORD.findall(ROW.sub("", query))})


def _root(word: str) -> str:
    found = ROOT.fullmatch(word.lower())
    return found[1] if found else word.lower()


def _unmarked(headline: str, lone: frozenset[str]) -> str:
    """Take the mark off a word of a longer form that stands by itself.

    ts_headline marks "masyarakat" for "puskesmas", whose long form ends with that word.
    """

    def bare(found: re.Match[str]) -> str:
        return found[1] if _root(found[1]) in lone else found[0]

    return LONE.sub(bare, headline)


def with_announced_awards(rows: list[Innovation]) -> list[Innovation]:
    """The same dossiers with `announced_awards`, the highest first. One query."""
    found = {row.pk: row for row in rows}
    for row in rows:
        row.announced_awards = []  # type: ignore[attr-defined]
    for award in _AWARDS.all(ids=[*found], now=clock.now()):
        row = award.innovation = found[award.innovation_id]
        row.announced_awards.append(award)  # type: ignore[attr-defined]
    return rows


def _listed(pks: Any, headline: Expression | F) -> InnovationQuerySet:
    rows = Innovation.objects.for_list().filter(OneOf("pk", pks))
    return rows.annotate(headline=headline).order_by()


def _headline(query: Any) -> Expression:
    return SearchHeadline(
        "summary",
        SearchQuery(query, config=CONFIGURATION, search_type="raw"),
        config=CONFIGURATION,
        start_sel=HIT_START,
        stop_sel=HIT_END,
        min_words=25,
        max_words=40,
    )


_LISTED = Prepared(lambda pks: _listed(pks, F("summary")), "pks")
_MARKED = Prepared(lambda pks, query: _listed(pks, _headline(query)), "pks", "query")
_AWARDS = Prepared(
    lambda ids, now: (
        Award.objects.announced(now).filter(OneOf("innovation_id", ids)).order_by("seats", "-year")
    ),
    "ids",
    "now",
)


def highlighted(headline: str) -> SafeString:
    """A headline as HTML: everything escaped, hits in `<mark>`."""
    text = escape(headline).replace(HIT_START, "<mark>").replace(HIT_END, "</mark>")
    return mark_safe(text)  # noqa: S308  (escaped above)


def snippet(innovation: Innovation) -> SafeString:
    """The headline of a hit as HTML, with an ellipsis where it starts inside the summary."""
    headline: str = innovation.headline  # type: ignore[attr-defined]
    plain = headline.replace(HIT_START, "").replace(HIT_END, "")
    lead = "" if innovation.summary.startswith(plain) else "… "
    tail = "" if innovation.summary.endswith(plain) else " …"
    return highlighted(f"{lead}{headline}{tail}")


class Found(Sequence[Innovation]):
    """Hits of a search as a sequence that reads only the slice it is asked for."""

    def __init__(self, hits: Hits) -> None:
        self.hits = hits

    def __len__(self) -> int:
        return self.hits.total

    def __getitem__(self, index: Any) -> Any:
        """Three queries for a slice (order, rows, awards)."""
        if isinstance(index, int):
            return self[index : index + 1][0]
        start, stop = index.start or 0, self.hits.total if index.stop is None else index.stop
        return innovations_in_order(self.hits.ids(start, stop), self.hits.terms.query)
