"""One entry of the log, its leaf, and what one transaction of the appender writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from chronology_contracts import codec, content_id
from msgspec import Struct


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """`id` is 20 bytes, `recorded_at` an instant in UTC, `body` the exact bytes of the envelope's `data`.

    `id` and `body` are empty where the record was erased.
    """

    position: int
    id: bytes
    type: str
    version: int
    recorded_at: datetime
    body: bytes

    def encode(self, collection: str, lineage: str) -> bytes:
        """The record as every reader of the log gets it: see `codec.encode_record`."""
        return codec.encode_record(
            collection=collection,
            lineage=lineage,
            position=self.position,
            id=content_id.to_text(self.id),
            type=self.type,
            version=self.version,
            recorded_at=instant(self.recorded_at),
            body=self.body,
        )


class NewRecord(Struct, frozen=True, kw_only=True, gc=False):
    """A record that is about to be written, with its leaf hash and its salt of 16 bytes."""

    position: int
    id: bytes
    type: str
    version: int
    recorded_at: datetime
    stream_sequence: int
    header_hash: bytes
    salt: bytes
    body: bytes


class Head(Struct, frozen=True, kw_only=True, gc=False):
    """Where a collection's log ends, and how far its stream has been read.

    `stream_created` is the stream's own `created`, as NATS wrote it: another value is
    another stream. Up to the sequence `holes_until` an operator accepted that messages
    are missing. `halted_reason` is "" while the appender may run.
    """

    collection: str
    lineage: str
    title: str
    position: int
    stream_sequence: int
    stream_created: str
    recorded_at: datetime
    closed_position: int | None
    rules_number: int
    holes_until: int
    halted_reason: str


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


def instant(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds always written, so that equal instants are equal texts."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def header(
    *,
    lineage: str,
    collection: str,
    position: int,
    type: str,
    version: int,
    recorded_at: datetime,
    id: bytes,
    salt: bytes,
    body: bytes,
) -> bytes:
    """The leaf of the Merkle tree: eight lines of text, which anybody can write down and hash again.

    Id and body take part as salted hashes: once the salt is erased, the header proves
    that something stood here and tells nothing about what.
    """
    return (
        f"chronology leaf v1\n{lineage}\n{collection}\n{position}\n{type}.v{version}\n{instant(recorded_at)}\n"
        f"{sha256(salt + id).hexdigest()}\n{sha256(salt + body).hexdigest()}\n"
    ).encode()


def header_hash(header: bytes) -> bytes:
    """RFC 6962, 2.1: the hash of a leaf."""
    return sha256(b"\0" + header).digest()
