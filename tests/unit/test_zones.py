"""Reading an instant in the three zones: the day that shifts, the year's end, the provinces."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from agencies.models import Region
from sinovik.web.zones import OFFSETS, WIB, WIT, WITA, ZONES, readings, zone_of


def read(instant: datetime, first: str = WIB) -> list[tuple[str, str, bool]]:
    found = readings(instant, first)
    return [(one.zone, f"{one.local:%Y-%m-%d %H.%M.%S}", one.is_shifted) for one in found]


@pytest.mark.parametrize(
    ("instant", "first", "said"),
    [
        pytest.param(
            datetime(2027, 1, 15, 3, 0, tzinfo=UTC),
            WIB,
            [
                (WIB, "2027-01-15 10.00.00", False),
                (WITA, "2027-01-15 11.00.00", False),
                (WIT, "2027-01-15 12.00.00", False),
            ],
            id="one day",
        ),
        pytest.param(
            datetime(2027, 1, 15, 14, 59, 59, tzinfo=UTC),
            WIB,
            [
                (WIB, "2027-01-15 21.59.59", False),
                (WITA, "2027-01-15 22.59.59", False),
                (WIT, "2027-01-15 23.59.59", False),
            ],
            id="last second on which all three share the day",
        ),
        pytest.param(
            datetime(2027, 1, 15, 15, 0, tzinfo=UTC),
            WIB,
            [
                (WIB, "2027-01-15 22.00.00", False),
                (WITA, "2027-01-15 23.00.00", False),
                (WIT, "2027-01-16 00.00.00", True),
            ],
            id="the east alone is on the next day",
        ),
        pytest.param(
            datetime(2027, 12, 31, 16, 59, 59, tzinfo=UTC),
            WIB,
            [
                (WIB, "2027-12-31 23.59.59", False),
                (WITA, "2028-01-01 00.59.59", True),
                (WIT, "2028-01-01 01.59.59", False),
            ],
            id="year's end in the west",
        ),
        pytest.param(
            datetime(2027, 12, 31, 16, 59, 59, tzinfo=UTC),
            WIT,
            [
                (WIT, "2028-01-01 01.59.59", False),
                (WIB, "2027-12-31 23.59.59", True),
                (WITA, "2028-01-01 00.59.59", True),
            ],
            id="year's end, read from the east",
        ),
        pytest.param(
            datetime(2027, 12, 31, 15, 59, 59, tzinfo=UTC),
            WITA,
            [
                (WITA, "2027-12-31 23.59.59", False),
                (WIB, "2027-12-31 22.59.59", False),
                (WIT, "2028-01-01 00.59.59", True),
            ],
            id="year's end, read from the middle",
        ),
        pytest.param(
            datetime(2028, 2, 28, 17, 0, tzinfo=UTC),
            WIB,
            [
                (WIB, "2028-02-29 00.00.00", False),
                (WITA, "2028-02-29 01.00.00", False),
                (WIT, "2028-02-29 02.00.00", False),
            ],
            id="leap day",
        ),
    ],
)
def test_instant_is_read_on_three_clocks(
    instant: datetime, first: str, said: list[tuple[str, str, bool]]
) -> None:
    assert read(instant, first) == said


def test_instant_given_in_any_zone_reads_the_same() -> None:
    instant = datetime(2027, 12, 31, 16, 59, 59, tzinfo=UTC)
    elsewhere = instant.astimezone(timezone(timedelta(hours=-9)))
    assert read(elsewhere, WITA) == read(instant, WITA)


@pytest.mark.parametrize("month", range(1, 13))
def test_zones_lie_an_hour_apart_all_year(month: int) -> None:
    instant = datetime(2027, month, 1, tzinfo=UTC)
    offsets = [instant.astimezone(zone).utcoffset() for zone in ZONES.values()]
    assert offsets == [timedelta(hours=7), timedelta(hours=8), timedelta(hours=9)]
    assert [OFFSETS[offset] for offset in offsets if offset] == [WIB, WITA, WIT]


@pytest.mark.parametrize(
    ("hours", "zone"), [(7, WIB), (8, WITA), (9, WIT), (0, WIB), (6, WIB), (-5, WIB)]
)
def test_zone_is_told_by_the_offset(hours: int, zone: str) -> None:
    local = datetime(2027, 1, 1, tzinfo=timezone(timedelta(hours=hours)))
    assert zone_of(local) == zone


def test_time_without_a_zone_counts_as_west() -> None:
    assert zone_of(datetime(2027, 1, 1)) == WIB  # noqa: DTZ001  (the case in question)


@pytest.mark.parametrize(
    ("zone", "codes"),
    [
        (WIB, "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 61 62"),
        (WITA, "51 52 53 63 64 65 71 72 73 74 75 76"),
        (WIT, "81 82 91 92 93 94 95 96"),
    ],
)
def test_every_province_is_in_its_zone(zone: str, codes: str) -> None:
    assert {Region(code=code).zone for code in codes.split()} == {zone}
    assert {Region(code=f"{code}.01").zone for code in codes.split()} == {zone}
