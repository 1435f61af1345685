"""What a batch of the stream becomes: pure functions of the messages and of what the log knows of them.

Here alone is chosen what becomes of a message: append, drop as known, refuse, dead
letter, or halt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from chronology_contracts import codec
from chronology_contracts.errors import Unreadable
from chronology_contracts.records import RECORD_TYPES, CollectionClosed, CollectionCreated, RulesAdopted
from chronology_contracts.subjects import Lane, lane_of
from chronology_runtime.jetstream import StoredMessage, StreamInfo
from msgspec import Struct
from msgspec.structs import replace

from . import judging
from .errors import StreamBroken
from .log.record import Batch, Conflict, DeadLetter, Head, NewRecord, Verdict, header, header_hash


class Incoming(Struct, frozen=True, kw_only=True, gc=False):
    """A message of the stream; `recorded_at` is when JetStream stored it."""

    sequence: int
    subject: str
    raw: bytes
    recorded_at: datetime


class Readable(Struct, frozen=True, gc=False):
    """A message that can be read, with its place in the stream and its lane."""

    sequence: int
    recorded_at: datetime
    lane: Lane
    message: codec.Message


class Sorted(Struct, frozen=True, kw_only=True):
    """A batch by what its messages are; each keeps its place in the stream."""

    readable: Sequence[Readable]
    dead_letters: Sequence[DeadLetter]
    sequences: Sequence[int]

    @property
    def ids(self) -> list[bytes]:
        return [each.message.id for each in self.readable]

    @property
    def command_ids(self) -> list[bytes]:
        return [each.message.id for each in self.readable if each.lane != "document"]


class Known(Struct, frozen=True, kw_only=True):
    """What the log knows of a batch's ids: their positions, SHA-256 of the bodies there, the commands judged.

    The hash of a body that was erased is None.
    """

    positions: Mapping[bytes, int] = {}
    body_hashes: Mapping[int, bytes | None] = {}
    judged: frozenset[bytes] = frozenset()


class Fresh:
    """The records and verdicts of a batch before anybody else can look them up, by id."""

    def __init__(self, batch: Batch | None = None) -> None:
        self.records = {record.id: record for record in batch.records} if batch else {}
        self.judged = {verdict.command_id for verdict in batch.verdicts} if batch else set()


def incoming(message: StoredMessage) -> Incoming:
    # Postgres keeps microseconds; the finer part of JetStream's instant is cut off, not rounded.
    seconds, nanoseconds = divmod(message.timestamp_ns, 1_000_000_000)
    recorded_at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=nanoseconds // 1000)
    return Incoming(sequence=message.sequence, subject=message.subject, raw=message.data, recorded_at=recorded_at)


def check_continuity(head: Head, stream: StreamInfo) -> None:
    """Raise `StreamBroken` unless this is the stream that the log was read from, whole from the next message on."""
    if stream.created != head.stream_created:
        raise StreamBroken(f"another stream stands there: created {stream.created}, not {head.stream_created}")
    if stream.last_seq < head.stream_sequence:
        raise StreamBroken(f"the stream ends at {stream.last_seq}, but {head.stream_sequence} was read already")
    if stream.first_seq > head.stream_sequence + 1:
        raise StreamBroken(f"the stream begins at {stream.first_seq}; {head.stream_sequence + 1} is missing")


def check_sequences(after: int, sequences: Iterable[int], *, holes_until: int = 0) -> None:
    """Raise `StreamBroken` unless these follow `after` without a hole that nobody accepted."""
    expected = after + 1
    for sequence in sequences:
        if sequence != expected and not expected < sequence <= holes_until + 1:
            raise StreamBroken(f"the stream has a hole: {expected} is missing, {sequence} came instead")
        expected = sequence + 1


def sort(messages: Sequence[Incoming]) -> Sorted:
    """Tell what can be read from what cannot; no message is left out."""
    readable, dead_letters = [], []
    for message in messages:
        try:
            readable.append(_read(message))
        except Unreadable as fault:
            dead_letters.append(
                DeadLetter(
                    stream_sequence=message.sequence, subject=message.subject, raw=message.raw, reason=fault.reason
                )
            )
    return Sorted(readable=readable, dead_letters=dead_letters, sequences=[message.sequence for message in messages])


def _read(message: Incoming) -> Readable:
    lane = lane_of(message.subject)
    if lane is None:
        raise Unreadable(f"no lane of ours: {message.subject}")
    read = codec.decode_message(message.raw)
    known = RECORD_TYPES.get(read.type)
    if (known is not None and known.lane != lane) or (known is None and lane == "document"):
        raise Unreadable(f"{read.type} may not come by the lane {lane}")
    if lane == "document":
        # What cannot be read would stop every projection of the collection for ever: the log keeps what it is given.
        codec.check_body(read)
    return Readable(message.sequence, message.recorded_at, lane, read)


def decide(
    collection: str, before: Head | None, stream_created: str, sorted_: Sorted, known: Known, earlier: Fresh
) -> Batch:
    """Number what is new and judge the commands: a pure function of the log so far and the messages.

    `earlier` is the batch before, which `known` need not have seen.
    """
    head = before
    fresh: dict[bytes, NewRecord] = {}
    judged = {*known.judged, *earlier.judged}
    conflicts: list[Conflict] = []
    verdicts: list[Verdict] = []
    for item in sorted_.readable:
        message = item.message
        twin = fresh.get(message.id) or earlier.records.get(message.id)
        position = twin.position if twin is not None else known.positions.get(message.id)
        if position is not None:
            same = twin.body == message.body if twin is not None else _is_known(message, known.body_hashes[position])
            if not same and item.lane == "document":
                conflicts.append(_conflict(item, position))
            continue
        body = None
        if item.lane != "document":
            if message.id in judged:
                continue
            judged.add(message.id)
            judgement = judging.judge(message, head)
            verdicts.append(_verdict(item, judgement, (head.position if head else 0) + 1))
            if not judgement.accepted:
                continue
            body = judgement.body
        head = _advance(collection, head, stream_created, item, body)
        fresh[message.id] = _record(head, item)
    if head is None:
        raise StreamBroken("the stream does not begin with collection.created")
    return Batch(
        head=replace(head, stream_sequence=sorted_.sequences[-1]),
        records=list(fresh.values()),
        dead_letters=sorted_.dead_letters,
        conflicts=conflicts,
        verdicts=verdicts,
    )


def _is_known(message: codec.Message, body_hash: bytes | None) -> bool:
    return sha256(message.body).digest() == body_hash


def _advance(collection: str, head: Head | None, stream_created: str, item: Readable, body: object) -> Head:
    """The head after one more record."""
    if head is None:
        if not isinstance(body, CollectionCreated):
            raise StreamBroken("the stream does not begin with collection.created")
        return Head(
            collection=collection,
            lineage=body.lineage,
            title=body.title,
            position=1,
            stream_sequence=item.sequence,
            stream_created=stream_created,
            recorded_at=item.recorded_at,
            closed_position=None,
            rules_number=0,
            holes_until=0,
            halted_reason="",
        )
    position = head.position + 1
    # JetStream's clock may step back; the log's does not.
    moved = replace(head, position=position, recorded_at=max(head.recorded_at, item.recorded_at))
    if isinstance(body, CollectionClosed):
        return replace(moved, closed_position=position)
    if isinstance(body, RulesAdopted):
        return replace(moved, rules_number=body.number)
    return moved


def _record(head: Head, item: Readable) -> NewRecord:
    message = item.message
    leaf = header(
        lineage=head.lineage,
        collection=head.collection,
        position=head.position,
        type=message.type,
        version=message.version,
        recorded_at=head.recorded_at,
        id=message.id,
        salt=message.salt,
        body=message.body,
    )
    return NewRecord(
        position=head.position,
        id=message.id,
        type=message.type,
        version=message.version,
        recorded_at=head.recorded_at,
        stream_sequence=item.sequence,
        header_hash=header_hash(leaf),
        salt=message.salt,
        body=message.body,
    )


def _verdict(item: Readable, judgement: judging.Judgement, position: int) -> Verdict:
    return Verdict(
        command_id=item.message.id,
        stream_sequence=item.sequence,
        outcome="accepted" if judgement.accepted else "refused",
        reason=judgement.reason,
        position=position if judgement.accepted else None,
        request_hash=judging.request_hash(item.message.body),
    )


def _conflict(item: Readable, position: int) -> Conflict:
    message = item.message
    return Conflict(
        stream_sequence=item.sequence, id=message.id, position=position, type=message.type, body=message.body
    )
