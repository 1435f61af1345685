"""The appender: reads a collection's stream in order and is the only writer of its log.

What becomes of a message is chosen in `batches.py`. The appender reads from the
sequence stored in Postgres, in the transaction that writes, so a crash at any moment
repeats nothing and loses nothing; whatever comes again dies at its id.

Several may run; the one that holds the collection's advisory lock writes, the others
stand by. The lock and the transactions share one connection: losing it loses both.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

import structlog
from chronology_contracts.subjects import ingest_stream
from chronology_runtime.errors import RuntimeFailure, StreamNotFound, StreamReplaced, StreamRewound
from chronology_runtime.jetstream import Bus, Reader, StreamInfo
from msgspec import Struct

from .batches import Fresh, Known, Sorted, check_continuity, check_sequences, decide, incoming, sort
from .database import Connection, Pool, acquired, transaction
from .errors import HeadMoved, StreamBroken, Unavailable
from .log import append
from .log.read import read_at, read_head
from .log.record import Batch, Head
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


class Prepared(Struct, frozen=True, kw_only=True):
    """A batch that was read and looked up, while the one before was still being written."""

    sorted: Sorted
    known: Known


class Appender:
    """Appends one collection until it is cancelled."""

    def __init__(self, *, collection: str, session: Session, pool: Pool, bus: Bus, wakeups: Wakeups) -> None:
        self.collection = collection
        self.leads = False
        """Whether this appender is the one that writes."""
        self._session = session
        self._pool = pool
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
            await self._append_all(lead, head, stream, reader, partitions_upto)

    async def _append_all(
        self, lead: Lead, head: Head | None, stream: StreamInfo, reader: Reader, partitions_upto: int
    ) -> None:
        """Batch after batch; the next one is read and looked up while one is written."""
        earlier = Fresh()
        coming = asyncio.create_task(self._prepare(reader))
        try:
            while True:
                prepared = await coming
                coming = asyncio.create_task(self._prepare(reader))
                if prepared is None:
                    await self._look_after(lead, head)
                    continue
                before = head
                batch = await self._write(lead, before, stream, prepared, earlier)
                head, earlier = batch.head, Fresh(batch)
                self._wakeups.moved(self.collection)
                if before is None or before.closed_position != head.closed_position:
                    await self._reconcile(head)
                if head.position + PARTITION_MARGIN > partitions_upto:
                    partitions_upto = await self._make_partitions(lead, head.position)
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)

    async def _prepare(self, reader: Reader) -> Prepared | None:
        """Read the next batch and look up what the log knows of it; None where the stream is silent.

        It may be looked up before the batch in front of it is committed: `decide` is told of that one as well.
        """
        messages = await reader.next_batch(timeout_seconds=IDLE_SECONDS)
        if not messages:
            return None
        sorted_ = sort([incoming(message) for message in messages])
        async with acquired(self._pool) as connection:
            return Prepared(sorted=sorted_, known=await look_up(connection, self.collection, sorted_))

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

    async def _write(
        self, lead: Lead, before: Head | None, stream: StreamInfo, prepared: Prepared, earlier: Fresh
    ) -> Batch:
        sequences = prepared.sorted.sequences
        if before:
            check_sequences(before.stream_sequence, sequences, holes_until=before.holes_until)
        else:
            check_sequences(stream.first_seq - 1, sequences)
        batch = decide(self.collection, before, stream.created, prepared.sorted, prepared.known, earlier)
        await self._published.check(batch.records)
        async with lead.use() as connection, transaction(connection):
            locked = await append.lock_head(connection, self.collection)
            if locked != before:
                raise HeadMoved(f"the head of {self.collection} is not where this appender left it")
            await append.write(connection, before, batch)
        for letter in batch.dead_letters:
            self._log.error("dead letter", stream_sequence=letter.stream_sequence, reason=letter.reason)
        return batch

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


async def look_up(connection: Connection, collection: str, sorted_: Sorted) -> Known:
    """What the log knows of these ids now."""
    positions = await append.known_ids(connection, collection, sorted_.ids)
    commands = sorted_.command_ids
    return Known(
        positions=positions,
        body_hashes=await append.body_hashes(connection, collection, list(positions.values())) if positions else {},
        judged=frozenset(await append.judged(connection, collection, commands)) if commands else frozenset(),
    )
