"""A document with its events → records → atomic batches; stored only when every batch is acknowledged.

The bodies follow from the values alone, the cut into batches from the bodies, and each
batch's `Nats-Msg-Id` from the ids in it: so the same document, sent again after a lost
answer, meets its own batches and adds nothing. The order is document, events,
completion; nothing of a document is shown before its completion.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from chronology_contracts import codec, content_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Extractor
from chronology_contracts.records import ExtractionCompleted
from chronology_contracts.subjects import ingest_stream, lane_subject
from chronology_contracts.vocabulary import ReadingRole
from chronology_runtime.errors import MessageTooLarge, NoStream, Unavailable
from chronology_runtime.jetstream import BATCH_MESSAGES_MAX, BatchAck, Bus, Message
from msgspec import Struct

from .refusals import Busy, MessageTooLong
from .streams import Streams

BATCH_BYTES_MAX: Final = 4 * 2**20
"""A quarter of what a batch may have: many are under way at once, and the socket's buffer is finite."""
BATCHES_UNDER_WAY_MAX: Final = 16
"""In this process, over all streams; a stream takes 50 from all publishers together."""
PUBLISH_SECONDS_MAX: Final = 30.0
TRY_SECONDS: Final = 3.0
"""How long one try lasts, before the collection is asked for its state again."""
SOURCE: Final = "urn:chronology:ingest"
_ENVELOPE_BYTES: Final = 512
"""More than any envelope adds to a body. A constant, so that the cut does not depend on times and traces."""

_encode = msgspec.json.Encoder().encode


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """A record before it is published."""

    id: str
    type: str
    body: bytes


class Published(Struct, frozen=True, kw_only=True):
    """`duplicate`: the stream held all of it already. `sequence` is a bound: up to there it is all in the stream."""

    stream: str
    sequence: int
    duplicate: bool
    batches: int


def completed(
    document_id: str, extractor: Extractor, event_ids: Sequence[str], role: ReadingRole
) -> ExtractionCompleted:
    id = content_id.completion_id(document_id=document_id, extractor=extractor, event_ids=event_ids, role=role)
    return ExtractionCompleted(
        id=id, document_id=document_id, extractor=extractor, event_ids=tuple(event_ids), role=role
    )


def records(document: Document | None, events: Sequence[Event], completion: ExtractionCompleted) -> list[Record]:
    """In the order in which they must stand in the stream; `document` None: the log has it already."""
    found = [] if document is None else [Record(id=document.id, type="document.received", body=_encode(document))]
    found += [Record(id=event.id, type="event.extracted", body=_encode(event)) for event in events]
    found.append(Record(id=completion.id, type="extraction.completed", body=_encode(completion)))
    return found


def cut(
    records: Sequence[Record], *, messages_max: int = BATCH_MESSAGES_MAX, bytes_max: int = BATCH_BYTES_MAX
) -> Iterator[list[Record]]:
    """Batches in order, each as full as it may be; a record that is too long for any stands alone."""
    batch: list[Record] = []
    size = 0
    for record in records:
        added = len(record.body) + _ENVELOPE_BYTES
        if batch and (len(batch) == messages_max or size + added > bytes_max):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += added
    if batch:
        yield batch


def encode_batch(records: Sequence[Record], *, subject: str, time: str, traceparent: str) -> list[Message]:
    """Raises `MessageTooLong`. Each message gets a salt of its own, so encode once and send the same bytes again."""
    messages = []
    for record in records:
        data = codec.encode_message(
            id=record.id,
            type=record.type,
            body=record.body,
            salt=os.urandom(codec.SALT_BYTES),
            source=SOURCE,
            time=time,
            traceparent=traceparent,
        )
        if len(data) > codec.MESSAGE_BYTES_MAX:
            raise MessageTooLong(record.type, len(data), codec.MESSAGE_BYTES_MAX)
        messages.append(Message(subject=subject, data=data))
    return messages


class Publisher:
    """Publishes for all requests of a process."""

    def __init__(self, bus: Bus, streams: Streams) -> None:
        self._bus = bus
        self._streams = streams
        self._under_way = asyncio.Semaphore(BATCHES_UNDER_WAY_MAX)

    async def publish(self, collection: str, records: Sequence[Record], *, traceparent: str = "") -> Published:
        """Return when the stream holds all of it.

        Raises `RuntimeFailure`, `Busy` or what `Streams.check_open` raises: then a part may
        be stored, is not shown, and the same call again completes it.
        """
        await self._streams.check_open(collection)
        stream, subject = ingest_stream(collection), lane_subject(collection, "document")
        now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        # All are encoded before the first is sent: one that is too long must leave nothing behind.
        batches = await asyncio.to_thread(_encode_all, list(cut(records)), subject, now, traceparent)
        end = time.monotonic() + PUBLISH_SECONDS_MAX
        duplicate, sequence = True, 0
        for msg_id, messages in batches:
            ack = await self._publish_batch(collection, messages, msg_id, end)
            duplicate, sequence = duplicate and ack.duplicate, ack.sequence
        return Published(stream=stream, sequence=sequence, duplicate=duplicate, batches=len(batches))

    async def _publish_batch(self, collection: str, messages: list[Message], msg_id: str, end: float) -> _Ack:
        try:
            async with asyncio.timeout(max(0.0, end - time.monotonic())):
                await self._under_way.acquire()
        except TimeoutError:
            raise Busy("too many documents are being published") from None
        try:
            ack = await self._try_batch(collection, messages, msg_id, end)
        except MessageTooLarge as error:
            raise MessageTooLong("for NATS", error.size_bytes, error.size_bytes_max) from error
        finally:
            self._under_way.release()
        return _Ack(sequence=ack.sequence, duplicate=ack.duplicate)

    async def _try_batch(self, collection: str, messages: list[Message], msg_id: str, end: float) -> BatchAck:
        stream = ingest_stream(collection)
        while True:
            left = max(0.0, end - time.monotonic())
            try:
                return await self._bus.publish_batch(
                    stream, messages, msg_id=msg_id, deadline_seconds=min(left, TRY_SECONDS)
                )
            except Unavailable as error:
                if left <= TRY_SECONDS:
                    raise
                if isinstance(error, NoStream):
                    # A leader is being elected, which passes; or the collection has just been closed, which does not.
                    self._streams.forget(stream)
                    await self._streams.check_open(collection)


class _Ack(Struct, frozen=True, kw_only=True):
    sequence: int
    duplicate: bool


def _encode_all(
    batches: list[list[Record]], subject: str, now: str, traceparent: str
) -> list[tuple[str, list[Message]]]:
    return [
        (
            content_id.batch_id((record.id, record.body) for record in batch),
            encode_batch(batch, subject=subject, time=now, traceparent=traceparent),
        )
        for batch in batches
    ]
