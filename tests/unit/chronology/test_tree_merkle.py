"""The tree against the RFC's shape, the published roots of Certificate Transparency, and another implementation."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise

import pytest
from chronology.tree import merkle
from chronology.tree.tiles import WIDTH, Tile, fold, hashes_of, parse, roots_of, tile_of, tiles_of
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Of the first 1, 2 … 8 leaves, as Certificate Transparency's own tests have them."""
SIZE = 600


def leaf_hashes(size: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(size)]


def root_of_span(hashes: list[bytes], span: merkle.Span) -> bytes:
    return merkle.root_of(hashes[span[0] : span[1]])


HASHES = leaf_hashes(SIZE)


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert merkle.root_of(map(merkle.leaf_hash, LEAVES[:size])).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root_of([]) == sha256(b"").digest()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 64, 65, 100])
def test_proofs_are_those_of_another_implementation(size: int) -> None:
    other = InmemoryTree(algorithm="sha256")
    for number in range(size):
        other.append_entry(str(number).encode())
    for index in range(size):
        theirs = other.prove_inclusion(index + 1).serialize()["path"][1:]
        ours = [root_of_span(HASHES, span).hex() for span in merkle.inclusion_path(index, size)]
        assert ours == theirs


@settings(max_examples=150)
@given(size=st.integers(1, SIZE), data=st.data())
def test_what_is_in_the_tree_can_be_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    root = merkle.root_of(HASHES[:size])
    proof = [root_of_span(HASHES, span) for span in merkle.inclusion_path(index, size)]

    assert merkle.is_included(leaf_hash=HASHES[index], index=index, size=size, proof=proof, root=root)


@settings(max_examples=150)
@given(size=st.integers(2, SIZE), data=st.data())
def test_a_proof_that_is_changed_anywhere_proves_nothing(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    root = merkle.root_of(HASHES[:size])
    proof = [root_of_span(HASHES, span) for span in merkle.inclusion_path(index, size)]
    at = data.draw(st.integers(0, len(proof) - 1))
    changed = [*proof[:at], sha256(proof[at]).digest(), *proof[at + 1 :]]
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index))

    def holds(proof: list[bytes], *, leaf: int = index, index: int = index, size: int = size) -> bool:
        return merkle.is_included(leaf_hash=HASHES[leaf], index=index, size=size, proof=proof, root=root)

    assert not holds(changed)
    assert not holds(proof[:-1])
    assert not holds([*proof, root])
    assert not holds(proof, leaf=other)
    assert not holds(proof, index=size)


@settings(max_examples=200)
@given(size=st.integers(1, SIZE), data=st.data())
def test_a_beginning_of_the_tree_can_be_proved_and_nothing_else(size: int, data: st.DataObject) -> None:
    old_size = data.draw(st.integers(0, size))
    roots = merkle.root_of(HASHES[:old_size]), merkle.root_of(HASHES[:size])
    proof = [root_of_span(HASHES, span) for span in merkle.consistency_path(old_size, size)]
    forged = merkle.root_of([*HASHES[: max(0, old_size - 1)], merkle.leaf_hash(b"another")])

    def holds(old_root: bytes, root: bytes, proof: list[bytes]) -> bool:
        return merkle.is_consistent(old_size=old_size, old_root=old_root, size=size, root=root, proof=proof)

    assert holds(*roots, proof)
    assert not holds(forged, roots[1], proof)
    assert not holds(roots[0], forged, proof) or old_size == 0
    assert not holds(*roots, [*proof, roots[0]])
    assert not proof or not holds(*roots, proof[:-1])


def test_a_smaller_tree_is_no_later_one() -> None:
    root = merkle.root_of(HASHES[:3])

    assert not merkle.is_consistent(old_size=4, old_root=root, size=3, root=root, proof=[])


# --- tiles -----------------------------------------------------------------------------------------------------------


def tiles_by_definition(hashes: list[bytes]) -> dict[Tile, bytes]:
    """Every tile of the tree, row by row."""
    found: dict[Tile, bytes] = {}
    level, row = 0, hashes
    while row:
        for first in range(0, len(row), WIDTH):
            part = row[first : first + WIDTH]
            found[Tile(level, first // WIDTH, len(part))] = b"".join(part)
        row = [fold(row[first : first + WIDTH]) for first in range(0, len(row) - WIDTH + 1, WIDTH)]
        level += 1
    return found


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "0/000"),
        (Tile(1, 1234067), "1/x001/x234/067"),
        (Tile(0, 273, 112), "0/273.p/112"),
        (Tile(2, 0, 1), "2/000.p/1"),
        (Tile(0, 1000), "0/x001/000"),
    ],
)
def test_tiles_have_the_addresses_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse(path) == tile


@pytest.mark.parametrize(
    "path", ["0/0", "00/000", "0/x000/001", "0/000.p/256", "0/000.p/0", "0/000.p/01", "64/000", "0/x001", "", "0/1000"]
)
def test_a_tile_has_one_address_only(path: str) -> None:
    assert parse(path) is None


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    widths: dict[int, list[int]] = {}
    for tile in sorted(tiles_by_definition([b"\0" * 32] * 70_000), key=lambda each: (each.level, each.index)):
        widths.setdefault(tile.level, []).append(tile.width)

    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600, 65_536, 65_537, 70_000])
def test_proofs_are_made_from_the_tiles_that_they_ask_for(size: int) -> None:
    hashes = leaf_hashes(size)
    tiles, root = tiles_by_definition(hashes), merkle.root_of(hashes)
    for index in {0, 1, size // 3, size - 2, size - 1} - {-1, size}:
        path = merkle.inclusion_path(index, size)
        wanted = {tile: tiles[tile] for tile in tiles_of(path, size)}
        proof = roots_of(path, size, wanted)
        assert merkle.is_included(leaf_hash=hashes[index], index=index, size=size, proof=proof, root=root)
    for old_size in {1, 255, 256, 300, size - 1, size} & set(range(1, size + 1)):
        path = merkle.consistency_path(old_size, size)
        proof = roots_of(path, size, {tile: tiles[tile] for tile in tiles_of(path, size)})
        old_root = merkle.root_of(hashes[:old_size])
        assert merkle.is_consistent(old_size=old_size, old_root=old_root, size=size, root=root, proof=proof)
    assert roots_of([(0, size)], size, tiles) == [root]


def test_a_proof_needs_few_tiles() -> None:
    size = 3_000_000

    assert max(len(tiles_of(merkle.inclusion_path(index, size), size)) for index in range(0, size, 99_991)) <= 7
    assert tile_of((9, 3), size) == Tile(1, 0)
    assert len(hashes_of(b"\0" * 64)) == 2


def test_levels_of_paths_fall() -> None:
    spans = merkle.inclusion_path(5, 1000)
    sizes = [last - first for first, last in spans]

    assert all(one <= other for one, other in pairwise(sizes[:-1]))
