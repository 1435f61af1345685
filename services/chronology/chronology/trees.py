"""The Merkle tree of a collection in Postgres: its full tiles, its checkpoints, and proofs made from them.

Full tiles are written once and never change; what lies behind the last one is read from
the records. So a tree of any size up to the head is read with a handful of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from asyncpg import Record as Row
from msgspec import Struct

from .database import Connection, transaction
from .sql import statements
from .tree.merkle import HASH_BYTES, Span, consistency_path, empty_root, inclusion_path
from .tree.tiles import WIDTH, Tile, fold, hashes_of, roots_of, tiles_of

GROW_TILES_MAX: Final = 256
"""Leaf tiles that one transaction adds: 65,536 records."""

_SQL = statements(__name__)


class StoredCheckpoint(Struct, frozen=True, kw_only=True):
    """`edge` holds the leaf hashes behind the last full tile, `note` is the signed text."""

    size: int
    lineage: str
    root: bytes
    edge: bytes
    note: str
    made_at: datetime


class Leaf(Struct, frozen=True, kw_only=True):
    """What the leaf of a record is made from; id, salt and body are None where the record was erased."""

    position: int
    type: str
    version: int
    recorded_at: datetime
    header_hash: bytes
    id: bytes | None
    salt: bytes | None
    body: bytes | None


class Salt(Struct, frozen=True, kw_only=True, gc=False):
    position: int
    salt: bytes | None
    header_hash: bytes


async def grow(connection: Connection, collection: str, size: int) -> None:
    """Add the full tiles that a tree of this size has and that are not there yet."""
    while True:
        async with transaction(connection):
            await connection.execute(_SQL["lock_tree"], collection)
            count: int = await connection.fetchval(_SQL["count_tiles"], collection)
            until = min(count + GROW_TILES_MAX, size // WIDTH)
            if until <= count:
                return
            rows = await connection.fetch(_SQL["add_leaf_tiles"], collection, count * WIDTH + 1, until * WIDTH)
            await _add_subtrees(connection, collection, {row["index"]: row["hashes"] for row in rows})


async def _add_subtrees(connection: Connection, collection: str, tiles: dict[int, bytes]) -> None:
    level = 1
    while tiles:
        roots = {index: fold(hashes_of(hashes)) for index, hashes in sorted(tiles.items())}
        await connection.execute(_SQL["add_subtrees"], collection, level, list(roots), list(roots.values()))
        closed = [index // WIDTH for index in roots if index % WIDTH == WIDTH - 1]
        tiles = {index: await _read_tile(connection, collection, Tile(level, index)) for index in closed}
        level += 1


async def read_tile(connection: Connection, collection: str, tile: Tile) -> bytes | None:
    """The hashes of a tile; None where the tree has not grown so far."""
    hashes = await _read_tile(connection, collection, tile)
    return hashes if len(hashes) == tile.width * HASH_BYTES else None


async def _read_tile(connection: Connection, collection: str, tile: Tile) -> bytes:
    if tile.level:
        name, arguments = "read_subtrees", [tile.level, tile.index * WIDTH, tile.width]
    elif tile.width == WIDTH:
        name, arguments = "read_leaf_tile", [tile.index]
    else:
        name, arguments = "read_leaves", [tile.index * WIDTH, tile.width]
    hashes: bytes | None = await connection.fetchval(_SQL[name], collection, *arguments)
    return hashes or b""


async def _read_roots(connection: Connection, collection: str, spans: Sequence[Span], size: int) -> list[bytes]:
    tiles = {tile: await _read_tile(connection, collection, tile) for tile in tiles_of(spans, size)}
    return roots_of(spans, size, tiles)


async def root(connection: Connection, collection: str, size: int) -> bytes:
    """The root over the first `size` records; the tree must have grown so far."""
    if size == 0:
        return empty_root()
    return (await _read_roots(connection, collection, [(0, size)], size))[0]


async def inclusion_proof(connection: Connection, collection: str, position: int, size: int) -> list[bytes]:
    """Proves that the record of this position is in the tree of that size."""
    return await _read_roots(connection, collection, inclusion_path(position - 1, size), size)


async def consistency_proof(connection: Connection, collection: str, old_size: int, size: int) -> list[bytes]:
    """Proves that the tree of the old size is the beginning of the tree of that size."""
    return await _read_roots(connection, collection, consistency_path(old_size, size), size)


async def read_edge(connection: Connection, collection: str, size: int) -> bytes:
    """The leaf hashes behind the last full tile of a tree."""
    hashes: bytes = await connection.fetchval(
        _SQL["read_leaves"], collection, size // WIDTH * WIDTH, size % WIDTH
    )  # fmt: skip
    return hashes


async def add_checkpoint(
    connection: Connection, collection: str, *, size: int, lineage: str, root: bytes, edge: bytes, note: str
) -> None:
    await connection.execute(_SQL["add_checkpoint"], collection, size, lineage, root, edge, note)


async def read_checkpoint(
    connection: Connection, collection: str, *, covering: int | None = None
) -> StoredCheckpoint | None:
    """The latest checkpoint, or the first one that covers a position."""
    row = await connection.fetchrow(_SQL["read_checkpoint"], collection, covering)
    return _checkpoint(row) if row else None


async def read_checkpoints(
    connection: Connection, collection: str, *, after: int, count_max: int
) -> list[StoredCheckpoint]:
    """Those of sizes above `after`, the smallest first."""
    return [_checkpoint(row) for row in await connection.fetch(_SQL["read_checkpoints"], collection, after, count_max)]


async def read_leaf(connection: Connection, collection: str, position: int) -> Leaf | None:
    row = await connection.fetchrow(_SQL["read_leaf"], collection, position)
    return Leaf(**row) if row else None


async def read_salts(connection: Connection, collection: str, *, after: int, count_max: int) -> list[Salt]:
    return [Salt(**row) for row in await connection.fetch(_SQL["read_salts"], collection, after, count_max)]


def _checkpoint(row: Row) -> StoredCheckpoint:
    return StoredCheckpoint(**row)
