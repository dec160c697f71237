"""Search over published dossiers: full text in Indonesian, facets, order, page.

Conditions are SQL fragments of our own; every value that a person typed is a parameter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db import connection
from django.db.models import F, Prefetch
from django.db.models.expressions import Expression
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from innovations.models import Award, Innovation
from innovations.queries.life import LIFE_SQL, QUIET_SQL
from innovations.wording import database_query
from sinovik.audit import clock

FACETS = ("penghargaan", "bidang", "tahun", "provinsi", "jenis", "keadaan", "tpb", "kebaruan")
"""Facets by the name of their query parameter."""

RELEVANCE, NEWEST, AWARD, TITLE = "relevan", "terbaru", "penghargaan", "judul"

BATCH = 500

# Marks around a hit that no dossier contains (private use area); ts_headline does not
# escape HTML, so real tags are put in after escaping.
HIT_START, HIT_END = "\ue000", "\ue001"

EVERYTHING = "innovations_innovation i"
JOINED = """
JOIN agencies_agency a ON a.id = i.agency_id
LEFT JOIN agencies_region r ON r.code = coalesce(i.location_id, a.region_id)
"""


def year_of(column: str) -> str:
    """The year of an instant, as western Indonesia counts it."""
    return f"extract(year FROM {column} AT TIME ZONE 'Asia/Jakarta')::int"


PUBLISHED = "i.state = 'published'"

COLUMNS = {
    "bidang": "i.category_id",
    "tahun": year_of("i.published_at"),
    "provinsi": "coalesce(r.province_id, r.code)",
    "jenis": "a.agency_type",
    "keadaan": LIFE_SQL,
    "kebaruan": "nullif(i.novelty_kind, '')",
}

CONDITIONS = {
    **{name: f"{column} = ANY(%({name})s)" for name, column in COLUMNS.items()},
    "bidang": """i.category_id IN (
        SELECT id FROM innovations_category WHERE slug = ANY(%(bidang)s))""",
    "tahun": f"{COLUMNS['tahun']}::text = ANY(%(tahun)s)",
    "penghargaan": """EXISTS (SELECT FROM innovations_award w WHERE w.innovation_id = i.id
        AND w.announced_at <= %(now)s AND w.band = ANY(%(penghargaan)s))""",
    "tpb": """EXISTS (SELECT FROM innovations_innovation_goals g WHERE g.innovation_id = i.id
        AND g.sustainablegoal_id::text = ANY(%(tpb)s))""",
}

BEST_BAND = """
LEFT JOIN (
    SELECT innovation_id, min(seats) AS seats FROM innovations_award
    WHERE announced_at <= %(now)s GROUP BY innovation_id
) best ON best.innovation_id = i.id
"""

CONFIGURATION = "innovations_indonesian"
QUERY = f"to_tsquery('{CONFIGURATION}', %(query)s)"
# Of sections, summary, agency and place, title.
WEIGHTS = "'{0.1, 0.4, 0.5, 1.0}'"

# A function, so that the hits come from the index alone (migration 0014).
MATCHING = f"""innovations_matching({QUERY}) AS found (id)
JOIN innovations_innovation i ON i.id = found.id"""

LOOKED_AT = 500
"""So many hits, those with the best titles, are compared by all of their words: a common word
has thousands, whose long vectors take a second to read."""

TIES = "hit.seats NULLS LAST, hit.is_quiet, hit.published_at DESC, hit.id"
ORDERS = {
    # One decimal: what is about as fitting comes by award, then by life and freshness.
    RELEVANCE: f"""hit.place > {LOOKED_AT}, CASE WHEN hit.place <= {LOOKED_AT}
        THEN round(ts_rank_cd({WEIGHTS}, hit.search, {QUERY})::numeric, 1) END DESC, {TIES}""",
    NEWEST: "hit.published_at DESC, hit.id",
    AWARD: "hit.seats NULLS LAST, hit.is_simulated, hit.is_quiet, hit.published_at DESC, hit.id",
    TITLE: "lower(hit.title), hit.id",
}


@dataclass(frozen=True)
class Terms:
    """What somebody looks for: words, chosen facet values by facet name, order.

    Loose terms are content with one of the words.
    """

    text: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    is_loose: bool = False

    @property
    def query(self) -> str:
        """The words as the database takes them; empty when none says anything."""
        return database_query(self.text, is_loose=self.is_loose)

    @property
    def order(self) -> str:
        """The order that applies: relevance needs words, awards come first without."""
        if self.sort in ORDERS and (self.text or self.sort != RELEVANCE):
            return self.sort
        return self.default_order

    @property
    def default_order(self) -> str:
        """The order while nobody chooses one."""
        return RELEVANCE if self.text else AWARD

    def without(self, facet: str, value: str) -> "Terms":
        """The same terms with one chosen value taken off."""
        kept = tuple(chosen for chosen in self.facets.get(facet, ()) if chosen != value)
        return replace(self, facets={**self.facets, facet: kept})


def parameters(terms: Terms) -> dict[str, Any]:
    """Values for the placeholders of this module's SQL."""
    chosen = {name: list(terms.facets.get(name, ())) for name in FACETS}
    return {"query": terms.query, "now": clock.now(), **chosen}


def facet_condition(terms: Terms, facet: str) -> str:
    """The condition of one facet; true for everything while nothing is chosen."""
    return CONDITIONS[facet] if terms.facets.get(facet) else "TRUE"


def source(terms: Terms) -> str:
    """What is searched: everything, or what the index finds for the words."""
    return f"{MATCHING if terms.text else EVERYTHING} {JOINED}"


def _hits(terms: Terms) -> str:
    conditions = " AND ".join([PUBLISHED, *(facet_condition(terms, facet) for facet in FACETS)])
    hits = f"""
        SELECT i.id, i.title, i.title_search, i.search, i.published_at, i.is_simulated,
            best.seats, {QUIET_SQL} AS is_quiet
        FROM {source(terms)} {BEST_BAND} WHERE {conditions}
    """  # noqa: S608  (fragments are constants of this module)
    if terms.order != RELEVANCE:
        return hits
    return f"""
        SELECT hit.*, row_number() OVER (
            ORDER BY ts_rank({WEIGHTS}, hit.title_search, {QUERY}) DESC, {TIES}
        ) AS place FROM ({hits}) AS hit
    """  # noqa: S608


def found_ids(terms: Terms, start: int, stop: int) -> list[int]:
    """Primary keys of the hits from `start` to `stop` in order. One query."""
    sql = f"""
        SELECT hit.id FROM ({_hits(terms)}) AS hit
        ORDER BY {ORDERS[terms.order]} LIMIT %(limit)s OFFSET %(start)s
    """  # noqa: S608  (fragments are constants of this module)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(terms) | {"limit": stop - start, "start": start})
        return [pk for (pk,) in cursor.fetchall()]


def announced_awards() -> "Prefetch[str, Any, str]":
    """Prefetch of announced awards, the highest first, as `announced_awards`."""
    return Prefetch(
        "awards",
        Award.objects.announced().order_by("seats", "-year"),
        to_attr="announced_awards",
    )


def all_found(terms: Terms, total: int) -> Iterator[Innovation]:
    """Every hit in order, read in batches; nothing is marked. Two queries a batch and one."""
    ids = found_ids(terms, 0, total)
    for start in range(0, len(ids), BATCH):
        yield from innovations_in_order(ids[start : start + BATCH])


def innovations_in_order(ids: Sequence[int], query: str = "") -> list[Innovation]:
    """The dossiers in the order of `ids`, with awards and `headline`. Two queries.

    `query` is that of Terms: its words are marked.
    """
    rows = Innovation.objects.for_list().filter(pk__in=ids).prefetch_related(announced_awards())
    found = {row.pk: row for row in rows.annotate(headline=_headline(query))}
    return [found[pk] for pk in ids if pk in found]


def _headline(query: str) -> Expression | F:
    if not query:
        return F("summary")
    return SearchHeadline(
        "summary",
        SearchQuery(query, config=CONFIGURATION, search_type="raw"),
        config=CONFIGURATION,
        start_sel=HIT_START,
        stop_sel=HIT_END,
        min_words=25,
        max_words=40,
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

    def __init__(self, terms: Terms, total: int) -> None:
        self.terms = terms
        self.total = total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, index: Any) -> Any:
        """Three queries for a slice (ids, rows, awards)."""
        if isinstance(index, int):
            return self[index : index + 1][0]
        start, stop = index.start or 0, self.total if index.stop is None else index.stop
        return innovations_in_order(found_ids(self.terms, start, stop), self.terms.query)
