"""Reading the log by position."""

from __future__ import annotations

from msgspec import Struct

from ..database import Connection
from ..sql import statements
from .record import Head, Record

PAGE_SIZE = 1000
"""Records of a page of the log, and the most that a projection reads at once."""

_SQL = statements(__name__)


async def read_batch(connection: Connection, collection: str, *, after: int, size_max: int) -> list[Record]:
    """Return the records after position `after`, oldest first, at most `size_max`.

    Positions have no gap, so a reader that goes on from the last one it saw misses
    nothing. Fewer than `size_max` records means that the head was reached, not that
    the log ended.
    """
    rows = await connection.fetch(_SQL["read_batch"], collection, after, size_max)
    # By place: looking each value up by its name would take as long as reading it.
    return [
        Record(position=position, id=id, type=type, version=version, recorded_at=recorded_at, body=body)
        for position, id, type, version, recorded_at, body in rows
    ]


async def read_at(connection: Connection, collection: str, position: int) -> Record | None:
    row = await connection.fetchrow(_SQL["read_at"], collection, position)
    return Record(**row) if row else None


async def position_of(connection: Connection, collection: str, id: bytes) -> int | None:
    position: int | None = await connection.fetchval(_SQL["position_of"], collection, id)
    return position


async def read_head(connection: Connection, collection: str) -> Head | None:
    """None where there is no such collection, or where its first record has not been appended yet."""
    row = await connection.fetchrow(_SQL["read_head"], collection)
    return Head(**row) if row else None


async def read_heads(connection: Connection) -> list[Head]:
    return [Head(**row) for row in await connection.fetch(_SQL["read_heads"])]


async def read_leaves(connection: Connection, collection: str, *, after: int, size_max: int) -> list[bytes]:
    rows = await connection.fetch(_SQL["read_leaves"], collection, after, size_max)
    return [row["header_hash"] for row in rows]


class Lineage(Struct, frozen=True, kw_only=True, gc=False):
    from_position: int
    lineage: str


class History(Struct, frozen=True):
    """The lineages of a log, the first one first; more than one only where an operator declared a new one."""

    lineages: list[Lineage]

    @property
    def current(self) -> str:
        return self.lineages[-1].lineage if self.lineages else ""

    def at(self, position: int) -> str:
        """The lineage that the leaf of a position was made with."""
        return next((item.lineage for item in reversed(self.lineages) if item.from_position <= position), "")


async def read_history(connection: Connection, collection: str) -> History:
    return History([Lineage(**row) for row in await connection.fetch(_SQL["read_lineages"], collection)])


class Judged(Struct, frozen=True, kw_only=True, gc=False):
    """What became of a command; `position` is None for what was refused, for the `reason`."""

    outcome: str
    reason: str
    position: int | None
    request_hash: bytes


async def read_verdict(connection: Connection, collection: str, command_id: bytes) -> Judged | None:
    row = await connection.fetchrow(_SQL["read_verdict"], collection, command_id)
    return Judged(**row) if row else None
