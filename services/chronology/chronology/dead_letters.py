"""What came by the stream and could not be read: listed, so that a person mends it and sends it again."""

from __future__ import annotations

from asyncpg import Record as Row
from msgspec import Struct

from .database import Connection
from .sql import statements

_SQL = statements(__name__)


class DeadLetter(Struct, frozen=True, kw_only=True, gc=False):
    """`stream_created` and `sequence` say which message it was; `raw` is empty in lists; `resent_as` new sequences."""

    stream_created: str
    sequence: int
    subject: str
    reason: str
    size_bytes: int
    resent_as: list[int]
    raw: bytes = b""


class Faults(Struct, frozen=True, kw_only=True, gc=False):
    """How many messages could not be read, and how many known ids came again with another body."""

    dead_letters: int
    id_conflicts: int


async def list_dead_letters(
    connection: Connection, collection: str, *, after: tuple[str, int], size: int
) -> list[DeadLetter]:
    """Those after the stream and sequence `after`, in the order in which they came."""
    rows = await connection.fetch(_SQL["list_dead_letters"], collection, *after, size)
    return [_dead_letter(row, b"") for row in rows]


async def find_dead_letter(connection: Connection, collection: str, sequence: int) -> DeadLetter | None:
    """The newest of this sequence: a stream that was made anew counts from 1 again."""
    row = await connection.fetchrow(_SQL["find_dead_letter"], collection, sequence)
    return _dead_letter(row, row["raw"]) if row else None


async def count_faults(connection: Connection, collection: str) -> Faults:
    row = await connection.fetchrow(_SQL["count_faults"], collection)
    assert row is not None
    return Faults(dead_letters=row["dead_letters"], id_conflicts=row["id_conflicts"])


def _dead_letter(row: Row, raw: bytes) -> DeadLetter:
    return DeadLetter(
        stream_created=row["stream_created"],
        sequence=row["stream_sequence"],
        subject=row["subject"],
        reason=row["reason"],
        size_bytes=row["size_bytes"],
        resent_as=row["resent_as"],
        raw=raw,
    )
