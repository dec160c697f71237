"""A list's results as boards show them: no rows of models, for a list has thousands."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from competitions.enums import RunBasis
from competitions.models import CutOff, Result
from competitions.models.entry import number_of
from sinovik.web.prepared import OneOf, Prepared


class Place(NamedTuple):
    """What the order, the line and ties are made of; `score` is the one that ranks, never none."""

    pk: int
    entry_id: int
    rank: int
    score: Decimal
    is_tied: bool
    is_at_line: bool


@dataclass(slots=True)
class Listed:
    """A result with all that a row prints; `reason` is the code of the motion that moved it."""

    entry_id: int
    rank: int
    score: Decimal
    calibrated: Decimal | None
    best_rank: int | None
    worst_rank: int | None
    chances: list[Decimal]
    sheet_count: int
    lowest: Decimal
    highest: Decimal
    is_tied: bool
    is_at_line: bool
    is_selected: bool
    reason: str | None
    year: int
    title: str
    is_simulated: bool
    agency: str
    place: str | None
    category: str | None

    @property
    def number(self) -> str:
        """The entry's number."""
        return number_of(self.year, self.entry_id)


OWN = Listed.__match_args__[:13]
JOINED = (
    *("motion__reason", "entry__edition__year", "entry__innovation__title"),
    *("entry__innovation__is_simulated", "entry__agency__name", "place"),
    "entry__innovation__category__name",
)
PLACE = Coalesce("entry__agency__region__province__name", "entry__agency__region__name")


def listing(rows: "QuerySet[Result]") -> "QuerySet[Result, tuple[Any, ...]]":
    """Results as what `Listed` is made of, in their order."""
    return rows.annotate(place=PLACE).values_list(*OWN, *JOINED)


_SOME = Prepared(
    lambda cut_off, entries: listing(
        Result.objects.filter(OneOf("entry_id", entries), cut_off=cut_off)
    ).order_by("rank", "entry_id"),
    *("cut_off", "entries"),
)


def listed(cut_off: CutOff, entries: Collection[int]) -> list[Listed]:
    """The results of these entries, by rank. One query."""
    return as_listed(_SOME.all(cut_off=cut_off.pk, entries=[*entries]))


def as_listed(rows: Iterable[tuple[Any, ...]]) -> list[Listed]:
    """Rows of `listing` with names."""
    return [Listed(*row) for row in rows]


def _places(field: str) -> "Prepared[tuple[Any, ...]]":
    return Prepared(
        lambda cut_off: (
            Result.objects.filter(cut_off=cut_off)
            .order_by("rank", "entry_id")
            .values_list("pk", "entry_id", "rank", field, "is_tied", "is_at_line")
        ),
        "cut_off",
    )


_PLACES = {field: _places(field) for field in ("score", "calibrated")}


def places_of(cut_off: CutOff) -> list[Place]:
    """Every place of the list in its order, those hidden from the reader too. One query."""
    rows = _PLACES[ranking_field(cut_off)].all(cut_off=cut_off.pk)
    return [Place(*row) for row in rows]


def ranking_field(cut_off: CutOff) -> str:
    """The field of a result that ranks it."""
    return "calibrated" if cut_off.ranks_by == RunBasis.CALIBRATED else "score"
