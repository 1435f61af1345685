"""Single messages of a stream: read by sequence, deleted."""

from __future__ import annotations

import asyncio
import base64
import calendar
import time

import msgspec

from chronology_runtime.errors import MessageNotFound, StreamRefused, Unavailable

from .api import ATTEMPT_TIMEOUT_SECONDS, Response
from .connection import Reply, pause
from .streams import Streams
from .wire import StoredMessage, encode_publish, parse_headers, status

__all__ = ["StoredMessages"]

RANGE_BATCH_MAX = 500
RANGE_SIZE_BYTES_MAX = 8 * 2**20

_MESSAGE_NOT_FOUND = {10037, 10043}  # of nats-server's errors.json: to read, to delete
_END_OF_BATCH = 204
_NOTHING_THERE = 404


class _Message(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    seq: int
    time: str
    hdrs: str = ""
    data: str = ""


class _MessageResponse(Response, frozen=True, kw_only=True):
    message: _Message | None = None


class _Sequence(msgspec.Struct, frozen=True, kw_only=True):
    seq: int


class _Delete(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    no_erase: bool


class _Range(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    batch: int
    max_bytes: int


class StoredMessages(Streams):
    """Reads and deletes messages by their sequence; part of `Bus`."""

    async def delete_message(
        self, stream: str, sequence: int, *, erase: bool = True, timeout_seconds: float = 5
    ) -> bool:
        """Delete one message, with `erase` overwriting its bytes; False if it was not there (any more)."""
        delete = _Delete(seq=sequence, no_erase=not erase)
        try:
            await self.call(stream, f"STREAM.MSG.DELETE.{stream}", delete, Response, timeout_seconds)
        except StreamRefused as refused:
            if refused.code in _MESSAGE_NOT_FOUND:
                return False
            raise
        return True

    async def get_message(self, stream: str, sequence: int, *, timeout_seconds: float = 5) -> StoredMessage:
        """Return one message as the stream's leader has it, or MessageNotFound."""
        wanted = _Sequence(seq=sequence)
        try:
            response = await self.call(stream, f"STREAM.MSG.GET.{stream}", wanted, _MessageResponse, timeout_seconds)
        except StreamRefused as refused:
            if refused.code in _MESSAGE_NOT_FOUND:
                raise MessageNotFound(stream, sequence) from None
            raise
        if (message := response.message) is None:
            raise MessageNotFound(stream, sequence)
        return StoredMessage(
            sequence=message.seq,
            subject=message.subject,
            data=base64.b64decode(message.data),
            timestamp_ns=_nanoseconds(message.time),
            raw_headers=base64.b64decode(message.hdrs),
        )

    async def get_messages(
        self, stream: str, first_sequence: int, last_sequence: int, *, timeout_seconds: float = 10
    ) -> list[StoredMessage]:
        """Return the messages from `first_sequence` to `last_sequence`, in order; holes are left out.

        A direct get: it needs `allow_direct`, and in a cluster a replica may answer that
        has not yet the newest messages. The whole range is held in memory.
        """
        messages: list[StoredMessage] = []
        next_sequence = first_sequence
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout_seconds
        while next_sequence <= last_sequence:
            wanted = min(last_sequence - next_sequence + 1, RANGE_BATCH_MAX)
            part = await self._get_range(stream, next_sequence, wanted, end)
            messages.extend(message for message in part if message.sequence <= last_sequence)
            if not part or part[-1].sequence >= last_sequence:
                break
            next_sequence = part[-1].sequence + 1
        return messages

    async def _get_range(self, stream: str, sequence: int, size: int, end: float) -> list[StoredMessage]:
        """Ask until there is an answer or the time is up: a server that has just come back may not hear the first."""
        loop = asyncio.get_running_loop()
        pause_seconds = 0.05
        while True:
            try:
                left = max(end - loop.time(), 0)
                await self._connection.wait_connected(left)
                return await self._try_range(stream, sequence, size, min(left, ATTEMPT_TIMEOUT_SECONDS))
            except Unavailable:
                if self._connection.is_closed or loop.time() + pause_seconds >= end:
                    raise
            pause_seconds = await pause(pause_seconds)

    async def _try_range(self, stream: str, sequence: int, size: int, timeout_seconds: float) -> list[StoredMessage]:
        messages: list[StoredMessage] = []
        ended: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        def collect(subject: bytes, reply: bytes, headers: bytes, data: bytes) -> None:
            code = status(headers)[0]
            if code == 0:
                messages.append(_direct_message(headers, data))
            elif not ended.done():
                ended.set_result(Reply(status=code, headers=headers, data=b""))

        inbox = self._connection.client.new_inbox()
        sid = await self._connection.client.route(inbox, collect)
        try:
            body = msgspec.json.encode(_Range(seq=sequence, batch=size, max_bytes=RANGE_SIZE_BYTES_MAX))
            await self._connection.send(encode_publish(f"$JS.API.DIRECT.GET.{stream}", inbox, b"", body))
            reply = await self._connection.answer(ended, timeout_seconds)
        finally:
            await self._connection.client.unroute(sid)
        if reply.status not in (_END_OF_BATCH, _NOTHING_THERE):
            code, description = status(reply.headers)
            raise StreamRefused(stream, code, description)
        return messages


def _direct_message(headers: bytes, data: bytes) -> StoredMessage:
    """Take apart what a direct get gives: the message's own headers, then the server's, from Nats-Stream on."""
    values = parse_headers(headers)
    own = headers[: headers.rfind(b"\r\nNats-Stream: ") + 2]
    return StoredMessage(
        sequence=int(values["Nats-Sequence"]),
        subject=values["Nats-Subject"],
        data=data,
        timestamp_ns=_nanoseconds(values["Nats-Time-Stamp"]),
        raw_headers=own + b"\r\n" if own.count(b"\r\n") > 1 else b"",
    )


def _nanoseconds(instant: str) -> int:
    """Return 2026-11-21T19:32:47.598885595Z as nanoseconds since 1970; datetime would stop at microseconds."""
    whole, _, fraction = instant.removesuffix("Z").partition(".")
    seconds = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
    return seconds * 10**9 + int(fraction.ljust(9, "0") or 0)
