"""A tree in tiles of 256 hashes (c2sp.org/tlog-tiles): addresses, and which tiles a proof needs.

A tile of level l holds roots of full subtrees of 256^l leaves; level 0 holds leaf
hashes. A full tile never changes. The last one of a level may be partial: then its
width is a part of its address, and it is made anew for each size of the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from .merkle import HASH_BYTES, Node, Span, full_subtrees, joined, parent

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
LEVEL_MAX: Final = 63

_PATH = re.compile(r"(0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")


class Tile(Struct, frozen=True, gc=False):
    """`width` is how many hashes it has, 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """`<level>/<index>`, with `.p/<width>` for a partial one; the index in threes, all but the last with an `x`."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        return f"{self.level}/{name}" + (f".p/{self.width}" if self.width < WIDTH else "")


def parse(path: str) -> Tile | None:
    """The tile of an address, None where it is none: numbers have one spelling only."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level, name, width = found.groups()
    index = int(name.replace("x", "").replace("/", ""))
    tile = Tile(int(level), index, int(width) if width else WIDTH)
    return tile if tile.path == path and tile.level <= LEVEL_MAX and (not width or tile.width < WIDTH) else None


def tile_of(node: Node, size: int) -> Tile:
    """The tile of a tree of that size which a full subtree can be made from."""
    level, index = node
    tile_level = level // HEIGHT
    at = (index << (level % HEIGHT)) // WIDTH
    hashes = size >> (HEIGHT * tile_level)
    return Tile(tile_level, at, min(WIDTH, hashes - at * WIDTH))


def tiles_of(spans: Iterable[Span], size: int) -> list[Tile]:
    """What must be fetched for the roots of these spans, each tile once."""
    return list(dict.fromkeys(tile_of(node, size) for span in spans for node in full_subtrees(span)))


def roots_of(spans: Sequence[Span], size: int, tiles: Mapping[Tile, bytes]) -> list[bytes]:
    """The roots of the spans, from the hashes of the tiles that `tiles_of` names."""
    return [joined([_root(node, size, tiles) for node in full_subtrees(span)]) for span in spans]


def _root(node: Node, size: int, tiles: Mapping[Tile, bytes]) -> bytes:
    level, index = node
    height = level % HEIGHT
    first = (index << height) % WIDTH
    return fold(hashes_of(tiles[tile_of(node, size)])[first : first + (1 << height)])


def hashes_of(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over as many hashes as a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [parent(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]
