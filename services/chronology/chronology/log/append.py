"""Writing to the log: the only code that does.

The caller owns the transaction, and holds the collection's advisory lock on the same
connection, so that losing the connection loses both.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..database import Connection
from ..errors import HeadMoved
from ..sql import statements
from . import copying
from .record import Batch, Head, NewRecord

_SQL = statements(__name__)


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
    rows = copying.record_rows(collection, records)
    await connection.copy_to_table(
        "record", schema_name="log", columns=copying.RECORD_COLUMNS, source=rows, format="binary"
    )
    ids = copying.id_rows(collection, records)
    await connection.copy_to_table(
        "record_id", schema_name="log", columns=copying.ID_COLUMNS, source=ids, format="binary"
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
