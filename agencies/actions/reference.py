"""Loading regions and agencies from the reference tables; loading twice changes nothing."""

import re
from collections.abc import Sequence

from django.db import transaction
from django.utils.text import slugify

from agencies.enums import AgencyType, RegionLevel
from agencies.models import Agency, Region, User
from agencies.permissions import check_is_secretariat_head
from sinovik import audit
from sinovik.web.reference import read_table

REGION_SOURCE = "Kepmendagri 300.2.2-2430/2025, melalui cahyadsn/wilayah (MIT)"
PREFIXES = {
    RegionLevel.PROVINCE: "Pemerintah Provinsi ",
    RegionLevel.REGENCY: "Pemerintah ",
    RegionLevel.CITY: "Pemerintah ",
}
SHORT_PREFIXES = {
    RegionLevel.PROVINCE: "Pemprov ",
    RegionLevel.REGENCY: "Pemkab ",
    RegionLevel.CITY: "Pemkot ",
}
OWN_NAMES = {"34": ("Pemerintah Daerah Daerah Istimewa Yogyakarta", "Pemda DIY")}
"""Governments whose name does not follow the pattern, by region code."""


@transaction.atomic
def load_regions(*, by: User | None) -> int:
    """Load provinces, regencies and cities; returns how many rows are new.

    `by` is None only when the operator sets the system up. Regions are keyed by a text
    code, so the ledger gets one event a province, with the number of its regions.
    """
    if by is not None:
        check_is_secretariat_head(by)
    known = set(Region.objects.values_list("code", flat=True))
    provinces = [
        _province(row) for row in read_table("agencies", "provinces") if row["code"] not in known
    ]
    regencies = [
        _regency(row) for row in read_table("agencies", "regencies") if row["code"] not in known
    ]
    Region.objects.bulk_create(provinces)
    Region.objects.bulk_create(regencies)
    audit.record_many(
        by=by,
        event="region_loaded",
        objs=provinces,
        payloads=[
            {"regions": sum(row.province_id == province.code for row in regencies)}
            for province in provinces
        ],
    )
    return len(provinces) + len(regencies)


@transaction.atomic
def load_agencies(*, by: User | None) -> int:
    """Load central agencies of both eras and every local government; returns the new ones."""
    if by is not None:
        check_is_secretariat_head(by)
    known = set(Agency.objects.values_list("name", flat=True))
    wanted = [*_central_agencies(), *_local_governments()]
    return len(_open(by, [agency for agency in wanted if agency.name not in known]))


@transaction.atomic
def open_agencies(*, by: User | None, agencies: Sequence[Agency]) -> list[Agency]:
    """Save agencies that no reference table holds; their names must be new."""
    if by is not None:
        check_is_secretariat_head(by)
    return _open(by, agencies)


def _open(by: User | None, agencies: Sequence[Agency]) -> list[Agency]:
    created = Agency.objects.bulk_create(agencies)
    audit.record_many(by=by, event="agency_opened", objs=created)
    return created


def _province(row: dict[str, str]) -> Region:
    return Region(
        code=row["code"],
        name=row["name"],
        level=RegionLevel.PROVINCE,
        abbreviation=row["abbreviation"],
        tile_column=int(row["tile_column"]),
        tile_row=int(row["tile_row"]),
        population=int(row["population"]) if row["population"] else None,
        source=REGION_SOURCE,
    )


def _regency(row: dict[str, str]) -> Region:
    return Region(
        code=row["code"],
        name=row["name"],
        level=RegionLevel(row["level"]),
        province_id=row["province_code"],
        population=int(row["population"]) if row["population"] else None,
        source=REGION_SOURCE,
    )


def _local_governments() -> list[Agency]:
    """One agency a region; administrative cities of DKI Jakarta have no government."""
    hollow = {
        row["code"]
        for row in read_table("agencies", "regencies")
        if row["is_administrative_only"] == "yes"
    }
    agencies = []
    for region in Region.objects.exclude(code__in=hollow).select_related("province"):
        name = PREFIXES[RegionLevel(region.level)] + region.name
        name, short_name = OWN_NAMES.get(region.code, (name, _short_local_name(region)))
        is_province = region.level == RegionLevel.PROVINCE
        agencies.append(
            Agency(
                name=name,
                short_name=short_name,
                slug=slugify(f"provinsi {region.name}" if is_province else region.name),
                agency_type=AgencyType(region.level),
                region=region,
                source=REGION_SOURCE,
            )
        )
    return agencies


def _short_local_name(region: Region) -> str:
    place = re.sub(r"^(Kabupaten|Kota) ", "", region.name)
    return SHORT_PREFIXES[RegionLevel(region.level)] + place


def _central_agencies() -> list[Agency]:
    """One agency a name; the two lists differ in commas and spacing for a few."""
    merged: dict[str, Agency] = {}
    for row in read_table("agencies", "central_agencies"):
        key = re.sub(r"[\W_]", "", row["name"].lower())
        agency = merged.get(key)
        if agency is None:
            agency = merged[key] = Agency(
                name=row["name"],
                short_name=row["abbreviation"],
                slug=slugify(row["name"])[:120],
                agency_type=AgencyType(row["agency_type"]),
                eras=[],
                source=row["source"],
            )
        agency.short_name = agency.short_name or row["abbreviation"]
        agency.eras.append(row["era"])
    return list(merged.values())
