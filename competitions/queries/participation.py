"""Who took part, and who never did: local governments against the whole list of them.

Taking part is sending at least one proposal to the ministry, in an edition whose registration
is over; what happens in a running registration stays closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from agencies.enums import AgencyType
from agencies.models import Agency
from competitions.models import Edition, Entry
from competitions.queries.trends import counted_editions

LOCAL_TYPES = (AgencyType.PROVINCE, AgencyType.REGENCY, AgencyType.CITY)


@dataclass(frozen=True)
class Share:
    """How many of all took part."""

    key: str
    taking: int
    all: int

    @property
    def absent(self) -> int:
        """How many never did."""
        return self.all - self.taking

    @property
    def share(self) -> float:
        """Share that took part, 0..1."""
        return self.taking / self.all if self.all else 0.0


def local_governments(editions: Sequence[Edition]) -> QuerySet[Any]:
    """Governments of provinces, regencies and cities with `took_part` and their `place`."""
    entries = Entry.objects.submitted().filter(
        edition__in=counted_editions(editions), agency=OuterRef("pk")
    )
    return Agency.objects.filter(agency_type__in=LOCAL_TYPES).annotate(
        took_part=Exists(entries), place=Coalesce("region__province_id", "region_id")
    )


def uses_simulated(editions: Sequence[Edition]) -> bool:
    """Whether any of these editions counts invented dossiers. One query."""
    entries = Entry.objects.submitted().filter(edition__in=counted_editions(editions))
    return entries.filter(innovation__is_simulated=True).exists()


def absent_governments(
    editions: Sequence[Edition], *, province: str = "", agency_type: str = ""
) -> QuerySet[Any]:
    """Those that never took part, by province code and name; empty strings mean all."""
    absent = local_governments(editions).filter(took_part=False)
    if province:
        absent = absent.filter(place=province)
    if agency_type:
        absent = absent.filter(agency_type=agency_type)
    return absent.select_related("region__province").order_by("place", "name")


def shares(editions: Sequence[Edition]) -> tuple[list[Share], dict[str, Share]]:
    """Shares by kind of government in their fixed order, and by province code. One query."""
    rows = list(
        local_governments(editions)
        .order_by()
        .values_list("agency_type", "place")
        .annotate(taking=Count("pk", filter=Q(took_part=True)), all=Count("pk"))
    )
    by_type = [
        Share(
            kind.value,
            sum(taking for one, _place, taking, _all in rows if one == kind),
            sum(everyone for one, _place, _taking, everyone in rows if one == kind),
        )
        for kind in LOCAL_TYPES
    ]
    by_province: dict[str, Share] = {}
    for _kind, place, taking, everyone in rows:
        before = by_province.get(place, Share(place, 0, 0))
        by_province[place] = Share(place, before.taking + taking, before.all + everyone)
    return by_type, by_province
