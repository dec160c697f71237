"""How well an offered innovation fits a need: category, region, size. Pure."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

SAME_CATEGORY = 4
SAME_PROVINCE, SAME_ISLANDS = 2, 1
SAME_SIZE, NEXT_SIZE = 2, 1
BEST = SAME_CATEGORY + SAME_PROVINCE + SAME_SIZE
"""The most points there are."""


@dataclass(frozen=True)
class Side:
    """An offer or a need: `province` is a Kemendagri code ("51"), "" for the whole country.

    The code's first digit names the group of islands: 1-2 Sumatra, 3 Java, 5 Bali and Nusa
    Tenggara, 6 Kalimantan, 7 Sulawesi, 8 Maluku, 9 Papua.
    """

    key: int
    agency: Hashable
    category: Hashable
    province: str
    size: int


@dataclass(frozen=True)
class Fit:
    """Points of one offer for one need, and which of them for what."""

    key: int
    category: int
    region: int
    size: int

    @property
    def points(self) -> int:
        """The sum."""
        return self.category + self.region + self.size


def fit(one: Side, other: Side) -> Fit:
    """Points that `other` gets beside `one`; symmetric but for the key, which is `other`'s."""
    steps = abs(one.size - other.size)
    return Fit(
        key=other.key,
        category=SAME_CATEGORY if one.category == other.category else 0,
        region=_region(one.province, other.province),
        size=SAME_SIZE if steps == 0 else NEXT_SIZE if steps == 1 else 0,
    )


def best_fits(one: Side, others: Sequence[Side], most: int = 3) -> list[Fit]:
    """The best of the others that share the category, best first; ties by age (the key).

    An agency is no match for itself.
    """
    fits = [fit(one, other) for other in others if other.agency != one.agency]
    matching = [found for found in fits if found.category]
    return sorted(matching, key=lambda found: (-found.points, found.key))[:most]


def _region(one: str, other: str) -> int:
    if not one or not other:
        return 0
    if one == other:
        return SAME_PROVINCE
    return SAME_ISLANDS if _islands(one) == _islands(other) else 0


def _islands(province: str) -> str:
    """Sumatra has the first digits 1 and 2 (its islands: Kepulauan Riau is 21)."""
    return "1" if province[0] == "2" else province[0]
