"""An instant in the three zones of the country. Pure arithmetic, no setting is read."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
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


def zone_of(local: datetime) -> str:
    """Name the zone of a local time by its offset: WIB where it is none of the three."""
    return OFFSETS.get(local.utcoffset() or timedelta(0), WIB)
