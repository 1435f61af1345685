"""A batch of messages that a stream takes whole or not at all (ADR-50).

Each message carries the batch's id and its number in it, the last one the commit; its
reply is the acknowledgement. The server acknowledges the first message at once, empty
if it is well: when it is not, that answer names the cause, and the last one only says
"incomplete". A time-out never means "not stored": the batch is sent again under the
same `msg_id`, and "duplicate" proves that it was. A single message goes as a plain
publish, which is a sixth of the cost of a batch of one (0.5 against 2.9 ms, sync always).
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence

import msgspec

from chronology_runtime.errors import (
    BatchRefused,
    BatchTooLarge,
    MessageTooLarge,
    NoStream,
    StreamFull,
    StreamNotFound,
    Unavailable,
    WrongLastSequence,
)

from .api import ApiError, api_failure
from .connection import Connection, Reply, pause
from .stored import StoredMessages
from .wire import HEADERS_OVERHEAD_BYTES, encode_headers, encode_publish

__all__ = ["BATCH_MESSAGES_MAX", "BATCH_SIZE_BYTES_MAX", "BatchAck", "Batches", "Message"]

BATCH_MESSAGES_MAX = 1_000
BATCH_SIZE_BYTES_MAX = 16 * 2**20
BATCHES_UNDER_WAY_MAX = 16
ATTEMPT_TIMEOUT_SECONDS = 5.0

# Codes of nats-server's errors.json.
_DUPLICATE = 10201
_INCOMPLETE = 10176
_WRONG_LAST_SEQUENCE = {10071, 10164}
# incomplete after a restart, too many batches under way, the same id just being stored in a cluster
_RETRIED = {_INCOMPLETE, 10210, 10158}


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message to publish; header names that begin with Nats- are the server's."""

    subject: str
    data: bytes
    headers: Mapping[str, str] | None = None


class BatchAck(msgspec.Struct, frozen=True, kw_only=True):
    """What the stream says of a batch that it holds.

    `sequence` is that of the last message. Of a duplicate batch the server does not name
    it: then it is the stream's last, a sound bound to wait for.
    """

    stream: str
    sequence: int
    duplicate: bool
    count: int


class _PubAck(msgspec.Struct, frozen=True, kw_only=True):
    error: ApiError | None = None
    stream: str = ""
    seq: int = 0
    duplicate: bool = False


class Batches(StoredMessages):
    """Publishes batches, at most 16 at a time to one stream; part of `Bus`."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._under_way: dict[str, asyncio.Semaphore] = {}

    async def publish_batch(
        self,
        stream: str,
        messages: Sequence[Message],
        *,
        msg_id: str | None = None,
        expected_last_sequence: int | None = None,
        deadline_seconds: float,
    ) -> BatchAck:
        """Store the messages in order and whole, or raise; repeated within the deadline under the same ids.

        `msg_id` must follow from the messages, so that a repeated one means a repeated
        batch. Without it `expected_last_sequence` must be given, or a lost answer could
        store the batch twice.
        """
        if not messages or (msg_id is None and expected_last_sequence is None):
            raise ValueError("a batch has messages, and msg_id or expected_last_sequence")
        self._check_size(messages)
        first_headers = {"Nats-Expected-Stream": stream}
        if msg_id is not None:
            first_headers["Nats-Msg-Id"] = msg_id
        if expected_last_sequence is not None:
            first_headers["Nats-Expected-Last-Sequence"] = str(expected_last_sequence)
        end = time.monotonic() + deadline_seconds
        under_way = self._under_way.setdefault(stream, asyncio.Semaphore(BATCHES_UNDER_WAY_MAX))
        try:
            async with asyncio.timeout(deadline_seconds):
                await under_way.acquire()
        except TimeoutError:
            raise Unavailable(f"too many batches to stream {stream} are under way") from None
        try:
            return await self._publish_until(end, stream, messages, first_headers)
        finally:
            under_way.release()

    def _check_size(self, messages: Sequence[Message]) -> None:
        size_bytes = sum(len(message.data) for message in messages)
        if len(messages) > BATCH_MESSAGES_MAX or size_bytes > BATCH_SIZE_BYTES_MAX:
            raise BatchTooLarge(len(messages), size_bytes, BATCH_MESSAGES_MAX, BATCH_SIZE_BYTES_MAX)
        for message in messages:
            if any(name.lower().startswith("nats-") for name in message.headers or ()):
                raise ValueError("headers that begin with Nats- belong to the server")

    async def _publish_until(
        self, end: float, stream: str, messages: Sequence[Message], first_headers: dict[str, str]
    ) -> BatchAck:
        uncertain = False  # whether an attempt of ours may have been stored without our knowing
        pause_seconds = 0.05
        while True:
            sent = False
            try:
                await self._connection.wait_connected(max(end - time.monotonic(), 0))
                commands, first, last = self._encode(messages, first_headers)
                try:
                    sent = True
                    await self._connection.send(commands)
                    timeout_seconds = min(end - time.monotonic(), ATTEMPT_TIMEOUT_SECONDS)
                    reply = await self._connection.answer(last, timeout_seconds)
                finally:
                    first.cancel()
                    last.cancel()
                return await self._judge(stream, len(messages), reply, first, end, uncertain=uncertain)
            except _Again as again:
                failure: Unavailable = again
            except Unavailable as unavailable:
                failure, uncertain = unavailable, uncertain or sent
            if self._connection.is_closed or time.monotonic() + pause_seconds >= end:
                # Whoever asked may look whether there is such a stream at all.
                kind = NoStream if isinstance(failure, NoStream) else Unavailable
                raise kind(f"stream {stream} did not take a batch in time: {failure}") from failure
            pause_seconds = await pause(pause_seconds)

    def _encode(
        self, messages: Sequence[Message], first_headers: dict[str, str]
    ) -> tuple[bytes, asyncio.Future[Reply], asyncio.Future[Reply]]:
        """Return one attempt's commands and the answers to its first and last message.

        Each attempt has a new batch id: what is left of a broken attempt must not mix with it.
        """
        first_reply, first = self._connection.expect()
        last_reply, last = self._connection.expect()
        try:
            opening = encode_headers(first_headers)
            batch_id = f"Nats-Batch-Id: {secrets.token_hex(16)}\r\n".encode()
            size_bytes_max = self._connection.client.max_payload - HEADERS_OVERHEAD_BYTES
            count = len(messages)
            commands = []
            for number, message in enumerate(messages, 1):
                headers = encode_headers(message.headers) if message.headers else b""
                if count > 1:
                    headers = b"%b%bNats-Batch-Sequence: %d\r\n" % (headers, batch_id, number)
                    if number == count:
                        headers += b"Nats-Batch-Commit: 1\r\n"
                if number == 1:
                    headers += opening
                if len(headers) + len(message.data) > size_bytes_max:
                    raise MessageTooLarge(len(headers) + len(message.data), size_bytes_max)
                reply = last_reply if number == count else first_reply if number == 1 else ""
                commands.append(encode_publish(message.subject, reply, headers, message.data))
        except BaseException:
            first.cancel()
            last.cancel()
            raise
        return b"".join(commands), first, last

    async def _judge(
        self,
        stream: str,
        count: int,
        reply: Reply,
        first: asyncio.Future[Reply],
        end: float,
        *,
        uncertain: bool,
    ) -> BatchAck:
        ack = msgspec.json.decode(reply.data, type=_PubAck)
        error = ack.error
        if error is None:
            if ack.stream != stream:
                raise BatchRefused(stream, 0, f"stream {ack.stream} took it")
            return BatchAck(stream=stream, sequence=ack.seq, duplicate=ack.duplicate, count=count)
        if error.err_code == _INCOMPLETE and not first.cancelled() and first.done() and first.exception() is None:
            cause = first.result().data
            if cause:
                error = msgspec.json.decode(cause, type=_PubAck).error or error
        if error.err_code == _DUPLICATE:
            timeout_seconds = max(end - time.monotonic(), 1)
            info = await self.stream_info(stream, timeout_seconds=timeout_seconds)
            return BatchAck(stream=stream, sequence=info.last_seq, duplicate=True, count=count)
        if error.err_code in _WRONG_LAST_SEQUENCE:
            raise WrongLastSequence(stream, error.err_code, error.description, uncertain=uncertain)
        if error.err_code in _RETRIED:
            raise _Again(f"{error.description} ({error.err_code})")
        failure = api_failure(stream, error)
        if isinstance(failure, (StreamFull, StreamNotFound)):
            raise failure
        if isinstance(failure, Unavailable):
            raise _Again(str(failure))
        raise BatchRefused(stream, error.err_code, error.description)


class _Again(Unavailable):
    """The server said that it did not store this attempt."""
