"""How far a build of a projection has read each collection. Its rows and this move in one transaction."""

from __future__ import annotations

from msgspec import Struct

from ..database import Connection
from ..errors import HeadMoved
from ..sql import statements

_SQL = statements(__name__)


class Progress(Struct, frozen=True, kw_only=True, gc=False):
    """`head` is the last position of the collection's log, `error` why the build stands still in it."""

    collection: str
    position: int
    head: int
    error: str

    @property
    def lag(self) -> int:
        return self.head - self.position


async def lock(connection: Connection, collection: str) -> int:
    """Lock the progress of one collection until the transaction ends; return its position."""
    position: int | None = await connection.fetchval(_SQL["lock_progress"], collection)
    if position is None:
        await connection.execute(_SQL["begin_progress"], collection)
        position = await connection.fetchval(_SQL["lock_progress"], collection)
    assert position is not None
    return position


async def move(connection: Connection, collection: str, *, before: int, to: int) -> None:
    if await connection.fetchval(_SQL["move_progress"], collection, before, to) is None:
        raise HeadMoved(f"the progress of {collection} is not at {before} any more")


async def note_error(connection: Connection, collection: str, error: str) -> None:
    await connection.execute(_SQL["note_error"], collection, error)


async def read(connection: Connection) -> list[Progress]:
    return [Progress(**row) for row in await connection.fetch(_SQL["read_progress"])]
