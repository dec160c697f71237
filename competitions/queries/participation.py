"""Who took part, and who never did: agencies against the whole list of those that could.

Local governments are a closed list. Of ministries and state agencies those count that the
cabinet of a counted edition had. State companies have no whole list and are left out.

Taking part is sending at least one proposal to the ministry, in an edition whose registration
is over; what happens in a running registration stays closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from agencies.enums import AgencyType
from agencies.models import Agency
from competitions.models import Edition, Entry
from competitions.queries.trends import counted_editions

CENTRAL = (AgencyType.MINISTRY, AgencyType.STATE_AGENCY)
KINDS = (*CENTRAL, AgencyType.PROVINCE, AgencyType.REGENCY, AgencyType.CITY)
FIRST_CABINET, TERM = 2014, 5
"""Cabinets change in October of the year an election was held in: 2014, 2019, 2024."""


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


def cabinet_of(year: int) -> str:
    """The era of the cabinet in office when a year's contest began: "2014-2019" for 2019."""
    start = year - 1 - (year - 1 - FIRST_CABINET) % TERM
    return f"{start}-{start + TERM}"


def agencies_to_count(editions: Sequence[Edition]) -> QuerySet[Any]:
    """Agencies that could take part, with `took_part`, and `place` of local governments."""
    counted = counted_editions(editions)
    entries = Entry.objects.submitted().filter(edition__in=counted, agency=OuterRef("pk"))
    eras = [cabinet_of(edition.year) for edition in counted]
    central = Q(agency_type__in=CENTRAL, eras__overlap=eras)
    local = Q(agency_type__in=KINDS) & ~Q(agency_type__in=CENTRAL)
    return Agency.objects.filter(central | local).annotate(
        took_part=Exists(entries), place=Coalesce("region__province_id", "region_id")
    )


def uses_simulated(editions: Sequence[Edition]) -> bool:
    """Whether any of these editions counts invented dossiers. One query."""
    entries = Entry.objects.submitted().filter(edition__in=counted_editions(editions))
    return entries.filter(innovation__is_simulated=True).exists()


def absent_agencies(
    editions: Sequence[Edition], *, province: str = "", agency_type: str = ""
) -> QuerySet[Any]:
    """Those that never took part: central ones, then by province; empty strings mean all."""
    absent = agencies_to_count(editions).filter(took_part=False)
    if province:
        absent = absent.filter(place=province)
    if agency_type:
        absent = absent.filter(agency_type=agency_type)
    return absent.select_related("region__province").order_by(
        F("place").asc(nulls_first=True), "agency_type", "name"
    )


def shares(editions: Sequence[Edition]) -> tuple[list[Share], dict[str, Share]]:
    """Shares by kind of agency in their fixed order, and by province code. One query."""
    rows = list(
        agencies_to_count(editions)
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
        for kind in KINDS
    ]
    by_province: dict[str, Share] = {}
    for _kind, place, taking, everyone in (row for row in rows if row[1]):
        before = by_province.get(place, Share(place, 0, 0))
        by_province[place] = Share(place, before.taking + taking, before.all + everyone)
    return by_type, by_province
