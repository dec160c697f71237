"""Merkle trees as RFC 9162 (Certificate Transparency 2.0) defines them. Pure.

A tree is known by the hashes of its complete subtrees: `(level, index)` is the subtree over
the leaves `index * 2**level` up to the next one. What a proof needs is a list of such places,
so that a log of a million events answers from a few rows.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

Place = tuple[int, int]
Lookup = Callable[[Place], bytes]

EMPTY = hashlib.sha256().digest()


def leaf_hash(octets: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + octets).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both halves."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def peaks(start: int, count: int) -> list[Place]:
    """The complete subtrees, largest first, that `count` leaves from `start` on fall into.

    `start` is a multiple of the largest of them, as in every split of RFC 9162.
    """
    found = []
    for level in reversed(range(count.bit_length())):
        if count >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over peaks, largest first; that of no peaks is the hash of nothing."""
    if not hashes:
        return EMPTY
    *rest, root = hashes
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


def root(size: int, lookup: Lookup) -> bytes:
    """The root over the first `size` leaves."""
    return fold([lookup(place) for place in peaks(0, size)])


def grow(size: int, top: list[bytes], leaves: Iterable[bytes]) -> Iterator[tuple[Place, bytes]]:
    """Append leaf hashes to a tree of `size` leaves whose peaks are `top` (changed in place).

    Yields every complete subtree above the leaves that comes about.
    """
    for index, value in enumerate(leaves, start=size):
        level, current = 0, value
        while index >> level & 1:
            current = node_hash(top.pop(), current)
            level += 1
            yield (level, index >> level), current
        top.append(current)


def inclusion_places(index: int, size: int) -> list[list[Place]]:
    """Peaks of each sibling on the way from leaf `index` to the root over `size` leaves.

    Nearest sibling first. Raises ValueError where the leaf is not in the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    siblings = []
    start, count = 0, size
    while count > 1:
        half = 1 << (count - 1).bit_length() - 1
        if index - start < half:
            siblings.append(peaks(start + half, count - half))
            count = half
        else:
            siblings.append(peaks(start, half))
            start, count = start + half, count - half
    return siblings[::-1]


def consistency_places(old: int, new: int) -> list[list[Place]]:
    """Peaks of each hash that shows that the tree of `old` leaves begins that of `new`.

    Raises ValueError unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"no tree of {old} leaves begins one of {new}")
    found: list[list[Place]] = []
    start, count, wanted, is_known = 0, new, old, True
    while wanted < count:
        half = 1 << (count - 1).bit_length() - 1
        if wanted <= half:
            found.append(peaks(start + half, count - half))
            count = half
        else:
            found.append(peaks(start, half))
            start, count, wanted, is_known = start + half, count - half, wanted - half, False
    if not is_known:
        found.append(peaks(start, count))
    return found[::-1]


def proof(places: Sequence[Sequence[Place]], lookup: Lookup) -> list[bytes]:
    """The hashes that `inclusion_places` or `consistency_places` asks for."""
    return [fold([lookup(place) for place in group]) for group in places]


def root_from_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf and its path lead to; None where the path has a wrong length.

    RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    place, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            value = node_hash(sibling, value)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        place, last = place >> 1, last >> 1
    return value if last == 0 else None
