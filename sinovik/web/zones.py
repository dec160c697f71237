"""An instant in the three zones of the country. Pure arithmetic, no setting is read."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WIB, WITA, WIT = "WIB", "WITA", "WIT"
ZONES = {
    WIB: ZoneInfo("Asia/Jakarta"),
    WITA: ZoneInfo("Asia/Makassar"),
    WIT: ZoneInfo("Asia/Jayapura"),
}
"""In the order of the sun's way back."""
OFFSETS = {timedelta(hours=7 + place): name for place, name in enumerate(ZONES)}


@dataclass(frozen=True)
class Reading:
    """What a clock of one zone shows. `is_shifted`: on another day than the reading before."""

    zone: str
    local: datetime
    is_shifted: bool = False


def readings(instant: datetime, first: str = WIB) -> list[Reading]:
    """Read an aware instant on all three clocks, `first` first, the others from west to east."""
    order = [first, *(name for name in ZONES if name != first)]
    found: list[Reading] = []
    said: date | None = None
    for name in order:
        local = instant.astimezone(ZONES[name])
        found.append(Reading(name, local, said is not None and local.date() != said))
        said = local.date()
    return found


def contest_day(instant: datetime) -> date:
    """The day of an aware instant in WIB, by which the contest counts its days."""
    return instant.astimezone(ZONES[WIB]).date()


def last_minute(day: date) -> datetime:
    """23.59 WIB of a day, when windows that are counted in days close."""
    return datetime.combine(day, time(23, 59), ZONES[WIB])


def zone_of(local: datetime) -> str:
    """Name the zone of a local time by its offset: WIB where it is none of the three."""
    return OFFSETS.get(local.utcoffset() or timedelta(0), WIB)
