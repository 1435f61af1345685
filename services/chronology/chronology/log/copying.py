"""New records as rows of COPY's binary format, in chunks.

asyncpg would encode them value by value; rows of one shape are a few packed pieces
each. Source of the format: PostgreSQL's manual, COPY, "Binary Format".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from struct import Struct
from typing import Final

from .record import NewRecord

RECORD_COLUMNS: Final = (
    "collection", "position", "id", "type", "version", "recorded_at", "stream_sequence", "header_hash", "salt", "body",
)  # fmt: skip
ID_COLUMNS: Final = ("collection", "id", "position")

CHUNK_ROWS: Final = 50
"""Some 64 KiB of usual records: enough for one write, and the loop is free again soon."""

_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

# Each value is its length in bytes and its bytes.
_pack_length: Final = Struct(">i").pack
_pack_count: Final = Struct(">h").pack
_pack_position_and_id: Final = Struct(">iqi20s").pack
_pack_id_and_position: Final = Struct(">i20siq").pack
_pack_version: Final = Struct(">ih").pack
_pack_rest: Final = Struct(">iqiqi32si16si").pack


def record_rows(collection: str, records: Sequence[NewRecord]) -> AsyncIterator[bytes]:
    """Rows of `RECORD_COLUMNS`."""
    start = _start(RECORD_COLUMNS, collection)

    def row(r: NewRecord) -> bytes:
        recorded_at = (r.recorded_at - _EPOCH) // _MICROSECOND
        return b"".join(
            (
                start,
                _pack_position_and_id(8, r.position, 20, r.id),
                _type_and_version(r.type, r.version),
                _pack_rest(8, recorded_at, 8, r.stream_sequence, 32, r.header_hash, 16, r.salt, len(r.body)),
                r.body,
            )
        )

    return _chunks(records, row)


def id_rows(collection: str, records: Sequence[NewRecord]) -> AsyncIterator[bytes]:
    """Rows of `ID_COLUMNS`."""
    start = _start(ID_COLUMNS, collection)
    return _chunks(records, lambda r: start + _pack_id_and_position(20, r.id, 8, r.position))


async def _chunks(records: Sequence[NewRecord], row: Callable[[NewRecord], bytes]) -> AsyncIterator[bytes]:
    yield _SIGNATURE
    for first in range(0, len(records), CHUNK_ROWS):
        yield b"".join(map(row, records[first : first + CHUNK_ROWS]))
    yield _END


def _start(columns: Sequence[str], collection: str) -> bytes:
    """The number of values, and the first one."""
    return _pack_count(len(columns)) + _value(collection.encode())


@cache
def _type_and_version(type: str, version: int) -> bytes:
    return _value(type.encode()) + _pack_version(2, version)


def _value(value: bytes) -> bytes:
    return _pack_length(len(value)) + value
