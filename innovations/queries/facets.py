"""Counts beside the filters of a search: one query for all facets and the total."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from agencies.enums import AgencyType
from innovations.enums import Life, NoveltyKind
from innovations.queries.search import (
    COLUMNS,
    CONDITIONS,
    FACETS,
    PUBLISHED,
    Terms,
    parameters,
    source,
    year_of,
)
from innovations.wording import can_loosen


@dataclass(frozen=True)
class Option:
    """A value of a facet and how many hits choosing it would add."""

    facet: str
    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Counts:
    """Total of the search and the options of each facet, in the order they are shown."""

    total: int
    options: dict[str, list[Option]]

    def label(self, facet: str, value: str) -> str:
        """Text of a chosen value, the value itself when nothing is known about it."""
        labels = {option.value: option.label for option in self.options.get(facet, [])}
        return labels.get(value, value)


# Closed lists, whose names come from the code; shown in its order.
CHOICES: dict[str, type[TextChoices]] = {
    "jenis": AgencyType,
    "keadaan": Life,
    "kebaruan": NoveltyKind,
}

# Each branch lists every value it may have, so that those without hits are shown disabled.
# {rows} are those of `tally` for the facet, {count} its column; {others} are the conditions of
# all other chosen facets: choosing two values of one facet widens.
BRANCHES = {
    "penghargaan": """
        SELECT 'penghargaan', w.band, min(w.band_name), min(w.seats), coalesce(min(f.found), 0)
        FROM innovations_award w LEFT JOIN (
            SELECT won.band, count(DISTINCT hit.id) AS found
            FROM innovations_award won JOIN hit ON hit.id = won.innovation_id
            WHERE won.announced_at <= %(now)s AND {others} GROUP BY won.band
        ) f ON f.band = w.band
        WHERE w.announced_at <= %(now)s GROUP BY w.band""",
    "bidang": """
        SELECT 'bidang', c.slug, c.name, c.position, coalesce(t.{count}, 0)
        FROM innovations_category c LEFT JOIN {rows} AND t.bidang = c.id""",
    # From the first year to the last, read from the two ends of an index.
    "tahun": f"""
        SELECT 'tahun', year::text, year::text, -year, coalesce(t.{{count}}, 0)
        FROM (SELECT min(i.published_at) AS first, max(i.published_at) AS last
              FROM innovations_innovation i WHERE i.state = 'published') AS span
        CROSS JOIN generate_series({year_of("span.first")}, {year_of("span.last")}) AS year
        LEFT JOIN {{rows}} AND t.tahun = year""",  # noqa: S608
    "provinsi": """
        SELECT 'provinsi', p.code, p.name, rank() OVER (ORDER BY p.code)::int,
            coalesce(t.{count}, 0)
        FROM agencies_region p LEFT JOIN {rows} AND t.provinsi = p.code
        WHERE p.level = 'provinsi'""",
    **{
        name: f"SELECT '{name}', t.{name}, '', 0, t.{{count}} FROM (SELECT) one JOIN {{rows}}"  # noqa: S608
        for name in CHOICES
    },
    "tpb": """
        SELECT 'tpb', s.number::text, s.name, s.number, coalesce(f.found, 0)
        FROM innovations_sustainablegoal s LEFT JOIN (
            SELECT g.sustainablegoal_id AS number, count(*) AS found
            FROM hit JOIN innovations_innovation_goals g ON g.innovation_id = hit.id
            WHERE {others} GROUP BY g.sustainablegoal_id
        ) f ON f.number = s.number""",
}
COLUMN_BITS = {name: 1 << place for place, name in enumerate(reversed(COLUMNS))}
WHOLE = sum(COLUMN_BITS.values())
"""What GROUPING says of the row that counts everything; a facet's rows lack its bit."""


def _sql(terms: Terms) -> str:
    chosen = [name for name in FACETS if terms.facets.get(name)]
    values = "".join(f", {column} AS {name}" for name, column in COLUMNS.items())
    flags = "".join(f", {CONDITIONS[name]} AS in_{name}" for name in chosen)
    counts = "".join(
        f", count(*) FILTER (WHERE {_others(chosen, name)}) AS of_{name}"
        for name in chosen
        if name in COLUMNS
    )
    # One pass for all facets that are a column; a search for a common word has many hits.
    return f"""
        WITH hit AS MATERIALIZED (
            SELECT i.id {values} {flags} FROM {source(terms)} WHERE {PUBLISHED}
        ), tally AS MATERIALIZED (
            SELECT GROUPING({", ".join(COLUMNS)}) AS part, {", ".join(COLUMNS)},
                count(*) FILTER (WHERE {_others(chosen)}) AS of_all {counts}
            FROM hit GROUP BY GROUPING SETS ({", ".join(f"({name})" for name in COLUMNS)}, ())
        )
        SELECT 'total', '', '', 0, of_all FROM tally WHERE part = {WHOLE}
        UNION ALL {" UNION ALL ".join(_branch(name, chosen) for name in FACETS)}
        ORDER BY 1, 4, 3
    """  # noqa: S608  (fragments are constants of this package)


def _others(chosen: Sequence[str], own: str = "") -> str:
    return " AND ".join(f"hit.in_{name}" for name in chosen if name != own) or "TRUE"


def _branch(name: str, chosen: Sequence[str]) -> str:
    return BRANCHES[name].format(
        others=_others(chosen, name),
        count=f"of_{name}" if name in chosen else "of_all",
        rows=f"tally t ON t.part = {WHOLE - COLUMN_BITS.get(name, 0)}",
    )


def count_facets(terms: Terms) -> Counts:
    """Count the hits of a search and of each facet value. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_sql(terms), parameters(terms))
        rows = cursor.fetchall()
    total = next(count for facet, *_rest, count in rows if facet == "total")
    options = [
        Option(facet, value, _(label), count, value in terms.facets.get(facet, ()))
        for facet, value, label, _position, count in rows
        if facet in FACETS and value is not None
    ]
    grouped = {
        name: list(group)
        for name, group in groupby(sorted(options, key=attrgetter("facet")), attrgetter("facet"))
    }
    for name, choices in CHOICES.items():
        grouped[name] = _choices(terms, name, choices, grouped.get(name, []))
    grouped["tpb"] = [_goal(option) for option in grouped.get("tpb", [])]
    return Counts(total, grouped)


def settled(terms: Terms) -> tuple[Terms, Counts]:
    """The terms as they are answered, with their counts. One query, two where words are let go.

    Where no dossier has all the words, those with some of them are shown; never past filters.
    """
    counts = count_facets(terms)
    if counts.total or any(terms.facets.values()) or not can_loosen(terms.text):
        return terms, counts
    loose = replace(terms, is_loose=True)
    found = count_facets(loose)
    return (loose, found) if found.total else (terms, counts)


def _choices(
    terms: Terms, name: str, choices: type[TextChoices], counted: list[Option]
) -> list[Option]:
    """All values of a closed list in its order, counted or not."""
    counts = {option.value: option.count for option in counted}
    chosen = terms.facets.get(name, ())
    return [
        Option(name, value, str(label), counts.get(value, 0), value in chosen)
        for value, label in choices.choices
    ]


def _goal(option: Option) -> Option:
    label = _("%(number)s. %(name)s") % {"number": option.value, "name": option.label}
    return Option(option.facet, option.value, label, option.count, option.checked)
