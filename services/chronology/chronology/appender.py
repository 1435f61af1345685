"""The appender: reads a collection's stream in order and is the only writer of its log.

Here alone is chosen what becomes of a message: append, drop as known, refuse, dead
letter, or halt. It reads from the sequence stored in Postgres, in the transaction that
writes, so a crash at any moment repeats nothing and loses nothing; whatever comes
again dies at its id.

Several may run; the one that holds the collection's advisory lock writes, the others
stand by. The lock and the transactions share one connection: losing it loses both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import structlog
from chronology_contracts import codec
from chronology_contracts.errors import Unreadable
from chronology_contracts.records import RECORD_TYPES, CollectionClosed, CollectionCreated, RulesAdopted
from chronology_contracts.subjects import Lane, ingest_stream, lane_of
from chronology_runtime.errors import RuntimeFailure, StreamNotFound, StreamReplaced, StreamRewound
from chronology_runtime.jetstream import Bus, StoredMessage, StreamInfo
from msgspec import Struct
from msgspec.structs import replace

from . import judging
from .database import transaction
from .errors import HeadMoved, StreamBroken, Unavailable
from .log import append
from .log.read import read_at, read_head
from .log.record import Head, header, header_hash
from .republish import Published
from .sessions import Lead, Session
from .sql import statements
from .streams import State, set_state
from .wakeups import Wakeups

BATCH_SIZE_MAX: Final = 1000
IDLE_SECONDS: Final = 5.0
"""How long the stream may be silent before the lead is looked after: session alive, stream whole."""
STANDBY_SECONDS: Final = 1.0
RETRY_SECONDS: Final = (0.1, 0.3, 1.0, 2.0)
PARTITION_MARGIN: Final = 500_000
"""Positions for which there must be a partition ahead of the head."""

_SQL = statements(__name__)
_logger = structlog.get_logger(__name__)


class Incoming(Struct, frozen=True, kw_only=True, gc=False):
    """A message of the stream; `recorded_at` is when JetStream stored it."""

    sequence: int
    subject: str
    raw: bytes
    recorded_at: datetime


class Appender:
    """Appends one collection until it is cancelled."""

    def __init__(self, *, collection: str, session: Session, bus: Bus, wakeups: Wakeups) -> None:
        self.collection = collection
        self.leads = False
        """Whether this appender is the one that writes."""
        self._session = session
        self._bus = bus
        self._wakeups = wakeups
        self._published = Published(collection, bus)
        self._log = _logger.bind(collection=collection)

    async def run(self) -> None:
        failures = 0
        while True:
            try:
                await self._lead_once()
                failures = 0
            except (Unavailable, HeadMoved, RuntimeFailure) as error:
                delay = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
                failures += 1
                self._log.warning("appender starts over", reason=str(error), after_seconds=delay)
                await asyncio.sleep(delay)

    async def _lead_once(self) -> None:
        """Wait for the lead, then append until something goes wrong."""
        async with self._session.lead(self.collection) as lead:
            if lead is None:
                await asyncio.sleep(STANDBY_SECONDS)
                return
            self.leads = True
            try:
                await self._append(lead)
            except (StreamBroken, StreamNotFound, StreamReplaced, StreamRewound) as fault:
                await self._halt(lead, str(fault))
            finally:
                self.leads = False

    async def _append(self, lead: Lead) -> None:
        async with lead.use() as connection:
            head = await read_head(connection, self.collection)
            last = await read_at(connection, self.collection, head.position) if head else None
        await self._reconcile(head)
        if head and head.halted_reason:
            await asyncio.sleep(STANDBY_SECONDS)
            return
        stream = await self._check_stream(head)
        if head:
            await self._published.check_head(head, last)
        partitions_upto = await self._make_partitions(lead, head.position if head else 0)
        start = head.stream_sequence + 1 if head else max(1, stream.first_seq)
        self._log.info("appender leads", position=head.position if head else 0, stream_sequence=start - 1)
        pull = self._bus.pull(stream.name, start_sequence=start, batch_size_max=BATCH_SIZE_MAX, created=stream.created)
        async with pull as reader:
            while True:
                messages = await reader.next_batch(timeout_seconds=IDLE_SECONDS)
                if not messages:
                    await self._look_after(lead, head)
                    continue
                before, incoming = head, [_incoming(message) for message in messages]
                head = await self._append_batch(lead, before, stream, incoming)
                self._wakeups.moved(self.collection)
                if before is None or before.closed_position != head.closed_position:
                    await self._reconcile(head)
                if head.position + PARTITION_MARGIN > partitions_upto:
                    partitions_upto = await self._make_partitions(lead, head.position)

    async def _look_after(self, lead: Lead, head: Head | None) -> None:
        """In a silence: is the session alive, has an operator halted us, is the stream still the same?"""
        async with lead.use() as connection:
            now = await read_head(connection, self.collection)
        if now != head:
            raise HeadMoved(f"the head of {self.collection} was changed")
        await self._check_stream(head)
        await self._reconcile(head)

    async def _reconcile(self, head: Head | None) -> None:
        """Have the stream say what the head says, whoever died between the one and the other."""
        state: State = "open"
        if head is None:
            state = "new"
        elif head.halted_reason:
            state = "halted"
        elif head.closed_position:
            state = "closed"
        # Without a stream ingest refuses documents anyway.
        with suppress(StreamNotFound):
            await set_state(self._bus, self.collection, state, head.halted_reason if head else "")

    async def _check_stream(self, head: Head | None) -> StreamInfo:
        stream = await self._bus.stream_info(ingest_stream(self.collection))
        if head:
            check_continuity(head, stream)
        return stream

    async def _append_batch(
        self, lead: Lead, before: Head | None, stream: StreamInfo, incoming: Sequence[Incoming]
    ) -> Head:
        if before:
            check_sequences(before.stream_sequence, incoming, holes_until=before.holes_until)
        else:
            check_sequences(stream.first_seq - 1, incoming)
        sorted_ = sort(incoming)
        async with lead.use() as connection, transaction(connection):
            locked = await append.lock_head(connection, self.collection)
            if locked != before:
                raise HeadMoved(f"the head of {self.collection} is not where this appender left it")
            known = await append.known_ids(connection, self.collection, sorted_.ids)
            commands = sorted_.command_ids
            judged = await append.judged(connection, self.collection, commands) if commands else set()
            hashes = await append.body_hashes(connection, self.collection, list(known.values())) if known else {}
            batch = decide(
                self.collection, before, stream.created, sorted_, known=known, judged=judged, body_hashes=hashes
            )
            await self._published.check(batch.records)
            await append.write(connection, before, batch)
        for letter in batch.dead_letters:
            self._log.error("dead letter", stream_sequence=letter.stream_sequence, reason=letter.reason)
        return batch.head

    async def _make_partitions(self, lead: Lead, position: int) -> int:
        upto = position + 2 * PARTITION_MARGIN
        async with lead.use() as connection:
            await connection.execute(_SQL["add_partitions"], self.collection, upto)
        return upto

    async def _halt(self, lead: Lead, reason: str) -> None:
        """Stop until an operator says how to go on: nothing is skipped."""
        self._log.error("appender halted", reason=reason)
        with suppress(RuntimeFailure):
            await set_state(self._bus, self.collection, "halted", reason)
        async with lead.use() as connection:
            await connection.execute(_SQL["halt"], self.collection, reason)
        self._wakeups.moved(self.collection)
        await asyncio.sleep(STANDBY_SECONDS)


class Sorted(Struct, frozen=True, kw_only=True):
    """A batch by what its messages are; each keeps its place in the stream."""

    readable: Sequence[tuple[Incoming, Lane, codec.Message]]
    dead_letters: Sequence[append.DeadLetter]
    last_sequence: int

    @property
    def ids(self) -> list[bytes]:
        return [message.id for _, _, message in self.readable]

    @property
    def command_ids(self) -> list[bytes]:
        return [message.id for _, lane, message in self.readable if lane != "document"]


def check_continuity(head: Head, stream: StreamInfo) -> None:
    """Raise `StreamBroken` unless this is the stream that the log was read from, whole from the next message on."""
    if stream.created != head.stream_created:
        raise StreamBroken(f"another stream stands there: created {stream.created}, not {head.stream_created}")
    if stream.last_seq < head.stream_sequence:
        raise StreamBroken(f"the stream ends at {stream.last_seq}, but {head.stream_sequence} was read already")
    if stream.first_seq > head.stream_sequence + 1:
        raise StreamBroken(f"the stream begins at {stream.first_seq}; {head.stream_sequence + 1} is missing")


def check_sequences(after: int, incoming: Sequence[Incoming], *, holes_until: int = 0) -> None:
    """Raise `StreamBroken` unless these messages follow `after` without a hole that nobody accepted."""
    expected = after + 1
    for message in incoming:
        if message.sequence != expected and not expected < message.sequence <= holes_until + 1:
            raise StreamBroken(f"the stream has a hole: {expected} is missing, {message.sequence} came instead")
        expected = message.sequence + 1


def sort(incoming: Sequence[Incoming]) -> Sorted:
    """Tell what can be read from what cannot; no message is left out."""
    readable, dead_letters = [], []
    for message in incoming:
        try:
            readable.append((message, *_read(message)))
        except Unreadable as fault:
            dead_letters.append(
                append.DeadLetter(
                    stream_sequence=message.sequence, subject=message.subject, raw=message.raw, reason=fault.reason
                )
            )
    return Sorted(readable=readable, dead_letters=dead_letters, last_sequence=incoming[-1].sequence)


def _read(message: Incoming) -> tuple[Lane, codec.Message]:
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
    return lane, read


def decide(
    collection: str,
    before: Head | None,
    stream_created: str,
    sorted_: Sorted,
    *,
    known: dict[bytes, int],
    judged: set[bytes],
    body_hashes: dict[int, bytes | None],
) -> append.Batch:
    """Number what is new and judge the commands: a pure function of the log so far and the messages.

    `known` gives the positions of ids in the log, `judged` the commands that have a
    verdict, `body_hashes` SHA-256 of the bodies at the known positions.
    """
    head = before
    known, judged, hashes = dict(known), set(judged), dict(body_hashes)
    records: list[append.NewRecord] = []
    conflicts: list[append.Conflict] = []
    verdicts: list[append.Verdict] = []
    for message, lane, read in sorted_.readable:
        position = known.get(read.id)
        if position is not None:
            if sha256(read.body).digest() != hashes[position] and lane == "document":
                conflicts.append(_conflict(message, read, position))
            continue
        body = None
        if lane != "document":
            if read.id in judged:
                continue
            judged.add(read.id)
            judgement = judging.judge(read, head)
            verdicts.append(_verdict(message, read, judgement, (head.position if head else 0) + 1))
            if not judgement.accepted:
                continue
            body = judgement.body
        head = _advance(collection, head, stream_created, message, body)
        records.append(_record(head, message, read))
        known[read.id] = head.position
        hashes[head.position] = sha256(read.body).digest()
    if head is None:
        raise StreamBroken("the stream does not begin with collection.created")
    return append.Batch(
        head=replace(head, stream_sequence=sorted_.last_sequence),
        records=records,
        dead_letters=sorted_.dead_letters,
        conflicts=conflicts,
        verdicts=verdicts,
    )


def _advance(collection: str, head: Head | None, stream_created: str, message: Incoming, body: object) -> Head:
    """The head after one more record."""
    if head is None:
        if not isinstance(body, CollectionCreated):
            raise StreamBroken("the stream does not begin with collection.created")
        return Head(
            collection=collection,
            lineage=body.lineage,
            title=body.title,
            position=1,
            stream_sequence=message.sequence,
            stream_created=stream_created,
            recorded_at=message.recorded_at,
            closed_position=None,
            rules_number=0,
            holes_until=0,
            halted_reason="",
        )
    position = head.position + 1
    return replace(
        head,
        position=position,
        # JetStream's clock may step back; the log's does not.
        recorded_at=max(head.recorded_at, message.recorded_at),
        closed_position=position if isinstance(body, CollectionClosed) else head.closed_position,
        rules_number=body.number if isinstance(body, RulesAdopted) else head.rules_number,
    )


def _record(head: Head, message: Incoming, read: codec.Message) -> append.NewRecord:
    leaf = header(
        lineage=head.lineage,
        collection=head.collection,
        position=head.position,
        type=read.type,
        version=read.version,
        recorded_at=head.recorded_at,
        id=read.id,
        salt=read.salt,
        body=read.body,
    )
    return append.NewRecord(
        position=head.position,
        id=read.id,
        type=read.type,
        version=read.version,
        recorded_at=head.recorded_at,
        stream_sequence=message.sequence,
        header_hash=header_hash(leaf),
        salt=read.salt,
        body=read.body,
    )


def _verdict(message: Incoming, read: codec.Message, judgement: judging.Judgement, position: int) -> append.Verdict:
    return append.Verdict(
        command_id=read.id,
        stream_sequence=message.sequence,
        outcome="accepted" if judgement.accepted else "refused",
        reason=judgement.reason,
        position=position if judgement.accepted else None,
        request_hash=judging.request_hash(read.body),
    )


def _conflict(message: Incoming, read: codec.Message, position: int) -> append.Conflict:
    return append.Conflict(
        stream_sequence=message.sequence, id=read.id, position=position, type=read.type, body=read.body
    )


def _incoming(message: StoredMessage) -> Incoming:
    # Postgres keeps microseconds; the finer part of JetStream's instant is cut off, not rounded.
    microseconds = message.timestamp_ns // 1000
    return Incoming(
        sequence=message.sequence,
        subject=message.subject,
        raw=message.data,
        recorded_at=datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(
            microsecond=microseconds % 1_000_000
        ),
    )
