"""The tile-grid map: one equal square a province, so that Jakarta can be seen and touched."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agencies.models import Region
from sinovik.web.prepared import Prepared

SHADES = 4


@dataclass(frozen=True)
class Tile:
    """One province on the map; `level` 0 (nothing) to 4 (most) is its shade."""

    code: str
    column: int
    row: int
    abbreviation: str
    name: str
    value: int
    level: int
    href: str


@dataclass(frozen=True)
class TileMap:
    """Tiles in code order, and what each shade means."""

    tiles: tuple[Tile, ...]
    legend: tuple[dict[str, str | int], ...]

    @property
    def missing(self) -> tuple[Tile, ...]:
        """Provinces without anything to show."""
        return tuple(tile for tile in self.tiles if not tile.value)


def thresholds(values: Sequence[int]) -> list[int]:
    """Lowest value of each shade above zero, ascending: quartiles of what is not zero."""
    positive = sorted(value for value in values if value > 0)
    if not positive:
        return []
    steps = [positive[len(positive) * shade // SHADES] for shade in range(1, SHADES)]
    return sorted({1, *steps} - {0})


def legend_of(lowest: Sequence[int], highest: int) -> tuple[dict[str, str | int], ...]:
    """Text of each shade: "0", "1-4", "5-9"."""
    ends = [*lowest, highest + 1]
    ranges = [
        f"{start}" if start == end - 1 else f"{start}–{end - 1}" for start, end in pairwise(ends)
    ]
    return tuple({"level": level, "text": text} for level, text in enumerate(["0", *ranges]))


def map_of(counts: Mapping[str, int], address: Callable[[str], str] = lambda code: "") -> TileMap:
    """Lay province counts (by Kemendagri code) on the grid; `address` makes each link.

    One query.
    """
    lowest = thresholds(list(counts.values()))
    tiles = tuple(
        Tile(
            code=province.code,
            column=province.tile_column or 0,
            row=province.tile_row or 0,
            abbreviation=province.abbreviation,
            name=province.name,
            value=counts.get(province.code, 0),
            level=sum(counts.get(province.code, 0) >= limit for limit in lowest),
            href=address(province.code),
        )
        for province in _ON_THE_MAP.all()
    )
    highest = max([tile.value for tile in tiles], default=0)
    legend = legend_of(lowest, highest) if lowest else ()
    return TileMap(tiles, legend if any(not tile.value for tile in tiles) else legend[1:])


_ON_THE_MAP = Prepared(lambda: Region.objects.provinces().exclude(tile_column=None))


def map_with(code: str) -> TileMap:
    """The map with one province highlighted. One query."""
    full = map_of({code: 1})
    raised = tuple(
        tile if not tile.value else Tile(**{**tile.__dict__, "level": SHADES})
        for tile in full.tiles
    )
    return TileMap(raised, ())
