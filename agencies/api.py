"""Public API of the agencies, read-only."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from agencies.enums import AgencyType
from agencies.models import Agency
from sinovik.api import Pages

router = Router(tags=["agencies"])


class AgencyOut(Schema):  # type: ignore[misc]
    """An agency; `province` is a Kemendagri code, empty for central agencies."""

    slug: str
    name: str
    agency_type: str
    region: str
    province: str
    simulated: bool
    source: str

    @staticmethod
    def resolve_region(agency: Agency) -> str:
        return agency.region_id or ""

    @staticmethod
    def resolve_province(agency: Agency) -> str:
        return agency.region.province_or_self.code if agency.region else ""

    @staticmethod
    def resolve_simulated(agency: Agency) -> bool:
        return agency.is_simulated


@router.get("/agencies", response=list[AgencyOut], summary="Agencies")
@paginate(Pages, by="slug")
def agencies(
    request: HttpRequest, jenis: AgencyType | None = None, provinsi: str = ""
) -> QuerySet[Agency, Any]:
    """All agencies, or those of one kind (`?jenis=kabupaten`) or province (`?provinsi=33`)."""
    directory = Agency.objects.for_directory()
    if jenis:
        directory = directory.filter(agency_type=jenis)
    if provinsi:
        directory = directory.filter(Q(region=provinsi) | Q(region__province=provinsi))
    return directory
