"""Merkle trees against the vectors of Certificate Transparency and a tree built by recursion."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinovik.audit import merkle
from sinovik.audit.merkle import Place

# The leaves and roots of Certificate Transparency's reference implementation.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grown(leaves: list[bytes], batch: int = 3) -> dict[Place, bytes]:
    """Every complete subtree, the leaves added `batch` at a time."""
    nodes: dict[Place, bytes] = {}
    top: list[bytes] = []
    for start in range(0, len(leaves), batch):
        hashes = [merkle.leaf_hash(leaf) for leaf in leaves[start : start + batch]]
        nodes |= {(0, start + place): value for place, value in enumerate(hashes)}
        nodes |= dict(merkle.grow(start, top, hashes))
    return nodes


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


def plain_consistency(old: int, leaves: list[bytes], known: bool = True) -> list[bytes]:
    """RFC 9162, 2.1.4.1, word for word."""
    if old == len(leaves):
        return [] if known else [plain_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if old <= k:
        return [*plain_consistency(old, leaves[:k], known), plain_root(leaves[k:])]
    return [*plain_consistency(old - k, leaves[k:], False), plain_root(leaves[:k])]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    nodes = grown(LEAVES[:size])
    assert merkle.root(size, nodes.__getitem__).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root(0, {}.__getitem__) == hashlib.sha256(b"").digest()


@given(st.integers(1, 130), st.integers(1, 20), st.data())
def test_every_leaf_leads_to_the_root_and_no_other_leaf_does(
    size: int, batch: int, data: st.DataObject
) -> None:
    leaves = [str(number).encode() for number in range(size)]
    nodes = grown(leaves, batch)
    root = merkle.root(size, nodes.__getitem__)
    assert root == plain_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.proof(merkle.inclusion_places(index, size), nodes.__getitem__)
    leaf = merkle.leaf_hash(leaves[index])
    assert merkle.root_from_inclusion(index, size, leaf, path) == root
    other = merkle.leaf_hash(b"another")
    assert merkle.root_from_inclusion(index, size, other, path) != root
    if size > 1:
        assert merkle.root_from_inclusion((index + 1) % size, size, leaf, path) != root
        assert merkle.root_from_inclusion(index, size, leaf, path[:-1]) is None
    assert merkle.root_from_inclusion(index, size, leaf, [*path, leaf]) is None


@given(st.integers(1, 130), st.data())
def test_a_tree_proves_that_it_grew_from_the_earlier_one(size: int, data: st.DataObject) -> None:
    leaves = [str(number).encode() for number in range(size)]
    nodes = grown(leaves)
    old = data.draw(st.integers(1, size))
    found = merkle.proof(merkle.consistency_places(old, size), nodes.__getitem__)
    assert found == plain_consistency(old, leaves)


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_a_leaf_outside_the_tree_has_no_path(index: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        merkle.inclusion_places(index, 3)
    assert merkle.root_from_inclusion(index, 3, merkle.EMPTY, []) is None


@pytest.mark.parametrize("old", [0, 4])
def test_only_an_earlier_tree_can_be_the_beginning(old: int) -> None:
    with pytest.raises(ValueError, match="begins one of"):
        merkle.consistency_places(old, 3)
