"""Out again: committed records to `LOG_<collection>`, where the stream's sequence is the position.

The stream's own last sequence says where to go on, and each batch expects it: a crash
between commit and publication, or two publishers at once, neither repeat nor skip.

While Postgres is behind the stream (an older backup was restored), subscribers have
seen records that the log is only about to write again. `Published.check` compares ids
before the commit and raises `Forked` at the first difference.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import msgspec
import structlog
from chronology_contracts import content_id
from chronology_contracts.subjects import log_stream, log_subject
from chronology_runtime.errors import RuntimeFailure, StreamNotFound, WrongLastSequence
from chronology_runtime.jetstream import Bus, Message
from msgspec import Struct

from .database import Pool, acquired
from .errors import Forked, Unavailable
from .log.read import PAGE_SIZE, read_batch, read_head, read_history
from .log.record import Head, NewRecord, Record
from .streams import find_or_make, log_config
from .wakeups import Wakeups

BATCH_BYTES_MAX: Final = 8 * 2**20
PUBLISH_DEADLINE_SECONDS: Final = 10.0
POLL_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 10.0
"""How often an idle republisher looks whether its stream is still there."""
ID_HEADER: Final = "Chronology-Id"
LINEAGE_HEADER: Final = "Chronology-Lineage"
TOPICS_HEADER: Final = "Chronology-Topics"

_logger = structlog.get_logger(__name__)


class _Labels(Struct, frozen=True, gc=False):
    """What subject and headers tell of an event."""

    type: str = ""
    topics: tuple[str, ...] = ()


_read_labels = msgspec.json.Decoder(_Labels).decode


class Published:
    """What subscribers may have seen of a collection."""

    def __init__(self, collection: str, bus: Bus) -> None:
        self.collection = collection
        self._bus = bus
        self._last: int | None = None

    async def last_position(self) -> int:
        """The last position published; 0 where nothing is."""
        try:
            return (await self._bus.stream_info(log_stream(self.collection))).last_seq
        except StreamNotFound:
            return 0

    async def check(self, records: Sequence[NewRecord]) -> None:
        """Raise `Forked` where another record than one of these was published at its position."""
        if not records:
            return
        if self._last is None:
            self._last = await self.last_position()
        first, last = records[0].position, min(records[-1].position, self._last)
        if first > last:
            return
        ids = {record.position: content_id.to_text(record.id) for record in records}
        for message in await self._bus.get_messages(log_stream(self.collection), first, last):
            seen = (message.headers or {}).get(ID_HEADER)
            if seen != ids.get(message.sequence):
                raise Forked(
                    f"position {message.sequence} was published as {seen}, the stream now gives {ids[message.sequence]}"
                )

    async def check_head(self, head: Head, record: Record | None) -> None:
        """Raise `Forked` where what was published at the head's position is not the log's last record."""
        self._last = await self.last_position()
        if record is None or self._last < head.position:
            return
        for message in await self._bus.get_messages(log_stream(self.collection), head.position, head.position):
            seen = (message.headers or {}).get(ID_HEADER)
            if seen != content_id.to_text(record.id):
                raise Forked(f"position {head.position} was published as {seen}, the log has another record there")


class Republisher:
    """Publishes one collection's records until it is cancelled."""

    def __init__(self, *, collection: str, pool: Pool, bus: Bus, wakeups: Wakeups) -> None:
        self.collection = collection
        self._pool = pool
        self._bus = bus
        self._wakeups = wakeups
        self._log = _logger.bind(collection=collection)

    async def run(self) -> None:
        last: int | None = None
        looked_at = 0.0
        while True:
            if time.monotonic() - looked_at > LOOK_SECONDS:
                last = None
            token = self._wakeups.token(self.collection)
            try:
                if last is None:
                    last = await self._last_position()
                    looked_at = time.monotonic()
                published = 0 if last is None else await self._publish_after(last)
                if last is not None:
                    last += published
                if published == 0:
                    await self._wakeups.wait(self.collection, token, POLL_SECONDS)
            except (Unavailable, RuntimeFailure) as error:
                last = None
                if not isinstance(error, WrongLastSequence):
                    self._log.warning("republication waits", reason=str(error))
                    await asyncio.sleep(POLL_SECONDS)

    async def _last_position(self) -> int | None:
        """Where the stream ends, which is made if it has to be; None before the log begins."""
        async with acquired(self._pool) as connection:
            head = await read_head(connection, self.collection)
        if head is None:
            return None
        return (await find_or_make(self._bus, log_config(self.collection))).last_seq

    async def _publish_after(self, last: int) -> int:
        """Publish the next batch; return how many records it had."""
        async with acquired(self._pool) as connection:
            head = await read_head(connection, self.collection)
            if head is None or head.position <= last:
                return 0
            records = await read_batch(connection, self.collection, after=last, size_max=PAGE_SIZE)
            history = await read_history(connection, self.collection)
        messages = _fitting([_message(self.collection, history.at(record.position), record) for record in records])
        await self._bus.publish_batch(
            log_stream(self.collection),
            messages,
            expected_last_sequence=last,
            deadline_seconds=PUBLISH_DEADLINE_SECONDS,
        )
        return len(messages)


def _message(collection: str, lineage: str, record: Record) -> Message:
    labels = _labels(record)
    headers = {ID_HEADER: content_id.to_text(record.id), LINEAGE_HEADER: lineage}
    if labels.topics:
        headers[TOPICS_HEADER] = ",".join(labels.topics)
    return Message(
        subject=log_subject(collection, record.type, labels.type),
        data=record.encode(collection, lineage),
        headers=headers,
    )


def _labels(record: Record) -> _Labels:
    if record.type != "event.extracted" or not record.body:
        return _Labels()
    try:
        return _read_labels(record.body)
    except msgspec.DecodeError:
        # A newer version may have another form; its record is passed on all the same.
        return _Labels()


def _fitting(messages: Sequence[Message]) -> Sequence[Message]:
    """As many of the first messages as one batch may hold, at least one."""
    size = 0
    for number, message in enumerate(messages):
        size += len(message.data)
        if number and size > BATCH_BYTES_MAX:
            return messages[:number]
    return messages
