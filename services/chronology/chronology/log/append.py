"""Writing to the log: the only code that does.

The caller owns the transaction, and holds the collection's advisory lock on the same
connection, so that losing the connection loses both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from ..database import Connection
from ..errors import HeadMoved
from ..sql import statements
from .record import Head

_SQL = statements(__name__)


class NewRecord(Struct, frozen=True, kw_only=True, gc=False):
    position: int
    id: bytes
    type: str
    version: int
    recorded_at: datetime
    stream_sequence: int
    header_hash: bytes
    salt: bytes
    body: bytes


class DeadLetter(Struct, frozen=True, kw_only=True, gc=False):
    stream_sequence: int
    subject: str
    raw: bytes
    reason: str


class Conflict(Struct, frozen=True, kw_only=True, gc=False):
    """A known id that came again with another body; `position` is where the first stands."""

    stream_sequence: int
    id: bytes
    position: int
    type: str
    body: bytes


class Verdict(Struct, frozen=True, kw_only=True, gc=False):
    """`position` is None for what was refused."""

    command_id: bytes
    stream_sequence: int
    outcome: str
    reason: str
    position: int | None
    request_hash: bytes


class Batch(Struct, frozen=True, kw_only=True):
    """What one transaction writes: `head` is the row as it stands afterwards."""

    head: Head
    records: Sequence[NewRecord]
    dead_letters: Sequence[DeadLetter]
    conflicts: Sequence[Conflict]
    verdicts: Sequence[Verdict]


async def lock_head(connection: Connection, collection: str) -> Head | None:
    row = await connection.fetchrow(_SQL["lock_head"], collection)
    return Head(**row) if row else None


async def known_ids(connection: Connection, collection: str, ids: Sequence[bytes]) -> dict[bytes, int]:
    """The positions of those ids that the log holds."""
    rows = await connection.fetch(_SQL["known_ids"], collection, ids)
    return {row["id"]: row["position"] for row in rows}


async def body_hashes(connection: Connection, collection: str, positions: Sequence[int]) -> dict[int, bytes | None]:
    """SHA-256 of the bodies by position; None for one that was erased."""
    rows = await connection.fetch(_SQL["known_bodies"], collection, positions)
    return {row["position"]: row["body_hash"] for row in rows}


async def judged(connection: Connection, collection: str, ids: Sequence[bytes]) -> set[bytes]:
    rows = await connection.fetch(_SQL["known_verdicts"], collection, ids)
    return {row["command_id"] for row in rows}


async def write(connection: Connection, before: Head | None, batch: Batch) -> None:
    """Write a batch after the head `before`, None for the first one. Raises `HeadMoved`."""
    head = batch.head
    if batch.records:
        await _copy_records(connection, head.collection, batch.records)
    stream = (head.collection, head.stream_created)
    await _copy(
        connection,
        "dead_letter",
        ("collection", "stream_created", "stream_sequence", "subject", "raw", "reason"),
        [(*stream, letter.stream_sequence, letter.subject, letter.raw, letter.reason) for letter in batch.dead_letters],
    )
    await _copy(
        connection,
        "id_conflict",
        ("collection", "stream_created", "stream_sequence", "id", "position", "type", "body"),
        [(*stream, c.stream_sequence, c.id, c.position, c.type, c.body) for c in batch.conflicts],
    )
    await _copy(
        connection,
        "verdict",
        ("collection", "command_id", "stream_sequence", "outcome", "reason", "position", "request_hash"),
        [
            (head.collection, v.command_id, v.stream_sequence, v.outcome, v.reason, v.position, v.request_hash)
            for v in batch.verdicts
        ],
    )
    await _move_head(connection, before, head)


async def _copy_records(connection: Connection, collection: str, records: Sequence[NewRecord]) -> None:
    await _copy(
        connection,
        "record",
        (
            "collection", "position", "id", "type", "version", "recorded_at", "stream_sequence", "header_hash", "salt",
            "body",
        ),
        [
            (
                collection, r.position, r.id, r.type, r.version, r.recorded_at, r.stream_sequence, r.header_hash,
                r.salt, r.body,
            )
            for r in records
        ],
    )  # fmt: skip
    await _copy(
        connection, "record_id", ("collection", "id", "position"), [(collection, r.id, r.position) for r in records]
    )


async def _copy(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        await connection.copy_records_to_table(table, schema_name="log", columns=columns, records=rows)


async def _move_head(connection: Connection, before: Head | None, head: Head) -> None:
    if before is None:
        await connection.execute(
            _SQL["insert_head"], head.collection, head.lineage, head.title, head.position, head.stream_sequence,
            head.stream_created, head.recorded_at, head.closed_position, head.rules_number,
        )  # fmt: skip
        await connection.execute(_SQL["insert_lineage"], head.collection, 1, head.lineage)
        return
    moved = await connection.fetchval(
        _SQL["move_head"], head.collection, before.position, before.stream_sequence, head.position,
        head.stream_sequence, head.recorded_at, head.closed_position, head.rules_number,
    )  # fmt: skip
    if moved is None:
        raise HeadMoved(f"the head of {head.collection} is not at {before.position} any more")
