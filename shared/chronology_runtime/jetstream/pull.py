"""A stream read strictly in order, from a sequence that the caller keeps.

The consumer is ephemeral, in memory and without acknowledgements: it may vanish at any
time and costs nothing to make anew at the next sequence, so it is made anew whenever
anything looks wrong: heartbeats missed for 2.5 s (frozen or restarted server, lost
consumer), a reconnect, a status that ends it, a delivery that does not follow the last.
Nothing but `next_batch` drives this; there is no task that could outlive the reader.

A hole in the stream's sequence is delivered as it is: the caller compares. What cannot
be read on is raised: StreamNotFound, StreamReplaced, StreamRewound.
"""

from __future__ import annotations

import asyncio
import time
from types import TracebackType

import msgspec
import structlog

from chronology_runtime.errors import StreamReplaced, StreamRewound, Unavailable

from .connection import Connection, pause
from .streams import ConsumerRequest, ConsumerSettings, Streams
from .wire import StoredMessage, encode_publish, parse_headers, status

__all__ = ["Reader"]

PULL_EXPIRES_SECONDS = 30
HEARTBEAT_SECONDS = 1.0
HEARTBEAT_MISSED_SECONDS = 2.5
INACTIVE_SECONDS = 60
ESTABLISH_TIMEOUT_SECONDS = 5.0
BACKOFF_SECONDS_MAX = 2.0
# How long a batch waits for messages that the server says are on their way.
GATHER_SECONDS = 0.02
BATCH_SIZE_BYTES_MAX = 16 * 2**20

_HEARTBEAT = 100
_ENDED_EARLY = {404, 408, 409}  # a pull request that gives back what it did not deliver
_log = structlog.get_logger("chronology.jetstream")


class _Pull(msgspec.Struct, frozen=True, kw_only=True):
    batch: int
    max_bytes: int
    expires: int = PULL_EXPIRES_SECONDS * 10**9
    idle_heartbeat: int = int(HEARTBEAT_SECONDS * 10**9)


class Reader:
    """Reads one stream; made by `Bus.pull`, used by one task at a time."""

    def __init__(
        self,
        connection: Connection,
        streams: Streams,
        stream: str,
        *,
        start_sequence: int,
        batch_size_max: int,
        created: str | None,
    ) -> None:
        self._connection = connection
        self._streams = streams
        self.stream = stream
        self.created = created  # of the stream, once known: another one is another stream
        self.consumers_made = 0
        self._batch_size_max = batch_size_max
        self._last_sequence = max(start_sequence, 1) - 1  # of what has arrived, delivered to the caller or not
        self._pull = msgspec.json.encode(_Pull(batch=batch_size_max, max_bytes=BATCH_SIZE_BYTES_MAX))
        self._pull_subject = ""
        self._inbox = ""
        self._sid: int | None = None
        self._generation = -1
        self._broken = "not yet made"  # why the consumer must be made anew; "" while it is well
        self._requested = 0  # messages that pull requests under way may still bring
        self._consumer_sequence = 0
        self._pending = 0  # messages that the server still had after the last one
        self._buffer: list[StoredMessage] = []
        self._buffer_size_bytes = 0
        self._arrived = asyncio.Event()
        self._making: asyncio.Task[None] | None = None
        self._heard_at = time.monotonic()
        self._unlisten = connection.listen(self._arrived.set)

    async def __aenter__(self) -> Reader:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def __aiter__(self) -> Reader:
        return self

    async def __anext__(self) -> list[StoredMessage]:
        return await self.next_batch()

    @property
    def silent_seconds(self) -> float:
        """Time since anything was heard of the consumer, heartbeats included."""
        return time.monotonic() - self._heard_at

    async def close(self) -> None:
        """Stop; the consumer is left to the server, which removes it after a minute."""
        self._unlisten()
        self._broken = self._broken or "closed"
        making, self._making = self._making, None
        if making is not None:
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)
        await self._forget()

    async def next_batch(self, *, timeout_seconds: float | None = None) -> list[StoredMessage]:
        """Return the next messages, at least one, or none when the time is up.

        A lone message comes at once; where more are on their way, up to `batch_size_max`
        are gathered. Heals by itself and may be cancelled: nothing is lost by it.
        """
        try:
            async with asyncio.timeout(timeout_seconds):
                return await self._next_batch()
        except TimeoutError:
            return self._take()

    async def _next_batch(self) -> list[StoredMessage]:
        waiting_since = time.monotonic()
        gather_until: float | None = None
        while True:
            if not self._is_stale():
                await self._ask()
            now = time.monotonic()
            if self._buffer:
                gather_until = gather_until or now + GATHER_SECONDS
                if self._is_complete() or now >= gather_until:
                    return self._take()  # no await after this: a cancellation would lose the batch
                wait_seconds = gather_until - now
            elif self._is_stale():
                await self._made()
                waiting_since = time.monotonic()
                continue
            else:
                # Measured from this call too: a caller that held the loop for long has heard nothing, yet may be well.
                wait_seconds = max(self._heard_at, waiting_since) + HEARTBEAT_MISSED_SECONDS - now
                if wait_seconds <= 0:
                    self._broken = "heartbeats missed"
                    continue
            self._arrived.clear()
            await self._wait(wait_seconds)

    def _is_stale(self) -> bool:
        return bool(self._broken) or self._generation != self._connection.generation

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._arrived.wait()
        except TimeoutError:
            return

    def _is_complete(self) -> bool:
        return self._pending == 0 or self._is_full() or self._is_stale()

    def _is_full(self) -> bool:
        return len(self._buffer) >= self._batch_size_max or self._buffer_size_bytes >= BATCH_SIZE_BYTES_MAX

    def _take(self) -> list[StoredMessage]:
        if len(self._buffer) <= self._batch_size_max and self._buffer_size_bytes <= BATCH_SIZE_BYTES_MAX:
            batch, self._buffer, self._buffer_size_bytes = self._buffer, [], 0
            return batch
        size, size_bytes = 0, 0
        for message in self._buffer[: self._batch_size_max]:
            size_bytes += len(message.data)
            if size and size_bytes > BATCH_SIZE_BYTES_MAX:
                size_bytes -= len(message.data)
                break
            size += 1
        batch, self._buffer = self._buffer[:size], self._buffer[size:]
        self._buffer_size_bytes -= size_bytes
        return batch

    async def _ask(self) -> None:
        """Keep one batch requested beyond the one at hand, so that it is under way while the caller works."""
        while (
            not self._broken
            and self._requested + max(len(self._buffer) - self._batch_size_max, 0) < self._batch_size_max
            and self._buffer_size_bytes < BATCH_SIZE_BYTES_MAX
        ):
            self._requested += self._batch_size_max
            try:
                await self._connection.send(encode_publish(self._pull_subject, self._inbox, b"", self._pull))
            except Unavailable as unavailable:
                self._broken = str(unavailable)

    async def _made(self) -> None:
        """Wait until the consumer is made. Whoever stops waiting leaves the making under way.

        Begun anew at every short wait, it would leave a consumer behind each time, until the server takes no more.
        """
        making = self._making = self._making or asyncio.create_task(self._establish(), name=f"consumer {self.stream}")
        await asyncio.wait({making})
        self._making = None
        making.result()

    async def _establish(self) -> None:
        """Make the consumer anew at the next sequence, however long that takes."""
        backoff_seconds = 0.1
        while True:
            await self._connection.wait_connected()
            if self.consumers_made:
                _log.info("consumer_renewed", stream=self.stream, after=self._last_sequence, reason=self._broken)
            try:
                await self._try_establish()
            except Unavailable as unavailable:
                if self._connection.is_closed:
                    raise
                _log.warning("consumer_not_made", stream=self.stream, error=str(unavailable))
                backoff_seconds = await pause(backoff_seconds, seconds_max=BACKOFF_SECONDS_MAX)
            else:
                return

    async def _try_establish(self) -> None:
        generation = self._connection.generation
        await self._forget()
        info = await self._streams.stream_info(self.stream, timeout_seconds=ESTABLISH_TIMEOUT_SECONDS)
        self.created = self.created or info.created
        if info.created != self.created:
            raise StreamReplaced(self.stream, info.created, self.created)
        # JetStream would take a start beyond the end, and stay silent until the stream has grown past it.
        if info.last_seq < self._last_sequence:
            raise StreamRewound(self.stream, info.last_seq, self._last_sequence)
        settings = ConsumerSettings(opt_start_seq=self._last_sequence + 1, inactive_threshold=INACTIVE_SECONDS * 10**9)
        consumer = await self._streams.create_consumer(
            ConsumerRequest(stream_name=self.stream, config=settings), timeout_seconds=ESTABLISH_TIMEOUT_SECONDS
        )
        self._inbox = self._connection.client.new_inbox()
        self._sid = await self._connection.client.route(self._inbox, self._on_message)
        self._pull_subject = f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{consumer}"
        self._generation, self._requested, self._consumer_sequence = generation, 0, 0
        self._broken = ""
        self._heard_at = time.monotonic()
        self.consumers_made += 1

    async def _forget(self) -> None:
        """Hear nothing more of the old consumer: a thawed server may still answer the old pull requests."""
        sid, self._sid = self._sid, None
        if sid is not None:
            await self._connection.client.unroute(sid)

    def _on_message(self, subject: bytes, reply: bytes, headers: bytes, data: bytes) -> None:
        self._heard_at = time.monotonic()
        if not reply:
            self._on_status(headers)
            return
        # $JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.<consumer sequence>.<time>.<pending>; with a domain
        # there are two more tokens in front and one behind.
        tokens = reply.split(b".")
        at = 5 if len(tokens) == 9 else 7
        sequence, consumer_sequence = int(tokens[at]), int(tokens[at + 1])
        if self._broken:
            return
        if consumer_sequence != self._consumer_sequence + 1 or sequence <= self._last_sequence:
            self._break(f"delivery {consumer_sequence} of {sequence} does not follow {self._last_sequence}")
            return
        self._consumer_sequence, self._last_sequence = consumer_sequence, sequence
        self._requested -= 1
        self._pending = pending = int(tokens[at + 3])
        buffer = self._buffer
        buffer.append(
            StoredMessage(
                sequence=sequence,
                subject=subject.decode(),
                data=data,
                timestamp_ns=int(tokens[at + 2]),
                raw_headers=headers,
            )
        )
        self._buffer_size_bytes += len(data)
        # The first message wakes the caller too, so that the time for gathering begins.
        if pending == 0 or len(buffer) == 1 or self._is_full():
            self._arrived.set()

    def _on_status(self, headers: bytes) -> None:
        code, description = status(headers)
        if code == _HEARTBEAT:
            return
        given_back = parse_headers(headers).get("Nats-Pending-Messages")
        if code in _ENDED_EARLY and given_back is not None:
            self._requested = max(self._requested - int(given_back), 0)
            self._arrived.set()
        else:
            self._break(f"{code} {description}")

    def _break(self, reason: str) -> None:
        self._broken = self._broken or reason
        self._arrived.set()
