"""Counts beside the filters of a search."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from agencies.enums import AgencyType
from innovations.enums import Life, NoveltyKind
from innovations.queries.columns import GOALS, LIVES, Mask, Numbers
from innovations.queries.hits import CLOSED, Hits


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


def count_facets(hits: Hits) -> Counts:
    """Count the hits of a search and of each facet value, under all other facets' choices.

    Every value that there may be is listed, so that those without hits are shown disabled.
    """
    names = hits.names
    categories = _tally(hits, "kategori", hits.columns["category"])
    provinces = _tally(hits, "provinsi", hits.columns["province"])
    goals = _goals(hits)
    rows: dict[str, Iterable[tuple[str, str, int]]] = {
        "penghargaan": _bands(hits),
        "kategori": [(slug, _(name), categories(pk)) for pk, slug, name in names.categories],
        "tahun": _years(hits),
        "provinsi": [(code, _(name), provinces(int(code))) for code, name in names.provinces],
        "tpb": [(str(number), _goal(number, name), goals[number]) for number, name in names.goals],
        **{name: _choices(hits, name) for name in CHOICES},
    }
    return Counts(
        hits.total,
        {
            facet: [
                Option(facet, value, label, count, value in hits.terms.facets.get(facet, ()))
                for value, label, count in options
            ]
            for facet, options in rows.items()
        },
    )


def _tally(hits: Hits, facet: str, column: Numbers) -> Any:
    """How often each number stands in a column among the hits; a function of the number."""
    mask = hits.passing_but(facet)
    counts = np.bincount(column if mask is None else column[mask])
    return lambda number: int(counts[number]) if number < len(counts) else 0


def _choices(hits: Hits, name: str) -> list[tuple[str, str, int]]:
    """All values of a closed list in its order, counted or not."""
    if name == "keadaan":
        count = _tally(hits, name, hits.life)
        return [(life.value, str(life.label), count(at)) for at, life in enumerate(LIVES)]
    count = _tally(hits, name, hits.columns[CLOSED[name][0]])
    choices = CHOICES[name].choices
    return [(value, str(label), count(at)) for at, (value, label) in enumerate(choices, 1)]


def _years(hits: Hits) -> list[tuple[str, str, int]]:
    """From the last year of the register to the first."""
    years = hits.columns["year"]
    if not len(years):
        return []
    count = _tally(hits, "tahun", years)
    # The columns begin with the newest.
    span = range(int(years[0]), int(years[-1]) - 1, -1)
    return [(str(year), str(year), count(year)) for year in span]


def _bands(hits: Hits) -> list[tuple[str, str, int]]:
    """Each announced band; a dossier that reached it in two years counts once."""
    awards = hits.columns.awards
    here = (awards.at <= hits.now) & _at(hits.passing_but("penghargaan"), awards.place)
    reached = set(zip(awards.band[here].tolist(), awards.place[here].tolist(), strict=True))
    bands = [band for band, _place in reached]
    return [(band, _(name), bands.count(band)) for band, name in awards.bands(hits.now)]


def _goals(hits: Hits) -> Numbers:
    """Hits of each goal, by its number."""
    numbers, places = hits.columns["goal"], hits.columns["goal_place"]
    counted = numbers[_at(hits.passing_but("tpb"), places)]
    return np.bincount(counted, minlength=GOALS + 1)


def _at(mask: Mask | None, places: Numbers) -> Mask:
    """Whether the mask lets each of these places through."""
    passing: Mask = np.ones(len(places), bool) if mask is None else mask[places]
    return passing


def _goal(number: int, name: str) -> str:
    return _("%(number)s. %(name)s") % {"number": number, "name": _(name)}
