"""The part of the NATS protocol that nats-py is too slow for.

`WireClient` reaches into what is private to nats-py 2.16, in this module alone: its
parser, so that messages of a routed subscription skip its queue, task, header parsing
and `Msg` object, and `_send_command`, so that a batch leaves as one write, without a
thousand awaits at which nats-py would swallow a cancellation.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import msgspec
from nats import errors as nats_errors
from nats.aio.client import Client
from nats.errors import ProtocolError
from nats.protocol.parser import AWAITING_CONTROL_LINE, Parser

__all__ = [
    "HEADERS_OVERHEAD_BYTES",
    "StoredMessage",
    "WireClient",
    "encode_headers",
    "encode_publish",
    "parse_headers",
    "status",
]

# subject, reply subject, raw header block (empty if none), payload; called on the read loop, so it must be quick.
Route = Callable[[bytes, bytes, bytes, bytes], None]

INCOMING_SIZE_BYTES_MAX = 80 * 2**20  # beyond the largest payload a server may be set to take

# HMSG <subject> <sid> [reply] <header size> <size>, or MSG without the header size
_MESSAGE_LINE = re.compile(rb"(?:HMSG (\S+) (\d+) (?:(\S+) )?(\d+) (\d+)|MSG (\S+) (\d+) (?:(\S+) )?(\d+))\r\n")
_SUBJECT = re.compile(r"[!-)+-=?-~]{1,512}")
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HEADER_VALUE = re.compile(r"[^\r\n\0]*")
_PREAMBLE = b"NATS/1.0"
HEADERS_OVERHEAD_BYTES = len(_PREAMBLE) + 2 * len(b"\r\n")


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message as a stream holds it; `timestamp_ns` is JetStream's clock, in nanoseconds since 1970."""

    sequence: int
    subject: str
    data: bytes
    timestamp_ns: int
    raw_headers: bytes = b""

    @property
    def headers(self) -> dict[str, str] | None:
        """The message's headers, parsed at each call; None if it has none."""
        return parse_headers(self.raw_headers) if self.raw_headers else None


class WireClient(Client):
    """nats-py's client with a fast way in and a fast way out."""

    def __init__(self) -> None:
        super().__init__()
        self.routes: dict[int, Route] = {}
        self._ps = _RoutingParser(self)

    async def route(self, subject: str, route: Route) -> int:
        """Subscribe `route` to a subject; returns what `unroute` takes. Lasts over reconnects."""
        # Without a callback nats-py would start no task, and nothing ever reaches this subscription's own queue.
        subscription = await self.subscribe(subject)
        self.routes[subscription._id] = route
        return subscription._id

    async def unroute(self, sid: int) -> None:
        if self.routes.pop(sid, None) is not None and (subscription := self._subs.get(sid)) is not None:
            with contextlib.suppress(nats_errors.Error):
                await subscription.unsubscribe()

    async def send(self, commands: bytes) -> None:
        """Write encoded commands in one piece."""
        await self._send_command(commands)
        await self._flush_pending()


class _RoutingParser(Parser):
    """Frames what comes in; hands routed messages to their routes and everything else, piece by piece, to nats-py.

    nats-py's own framing moves the rest of its buffer twice for each message.
    """

    def __init__(self, client: WireClient) -> None:
        self._incoming = bytearray()
        self._routes = client.routes
        super().__init__(client)

    def reset(self) -> None:
        super().reset()
        self._incoming = bytearray()

    async def parse(self, data: bytes = b"") -> None:
        self._incoming += data
        while (end := self._deliver()) > 0:
            # Taken out first: while nats-py acts on it, a reconnect may reset this parser.
            piece = bytes(self._incoming[:end])
            del self._incoming[:end]
            await super().parse(piece)
            if self.state != AWAITING_CONTROL_LINE:
                raise ProtocolError("nats: a message line of an unknown form")
        if len(self._incoming) > INCOMING_SIZE_BYTES_MAX:
            raise ProtocolError("nats: unknown protocol")

    def _deliver(self) -> int:
        """Deliver routed messages up to the first other piece, and return that one's length; 0 if it is incomplete."""
        incoming, start, end = self._incoming, 0, 0
        while True:
            line = _MESSAGE_LINE.match(incoming, start)
            if line is None:
                end = incoming.find(b"\r\n", start) + 2  # 1 if there is none
                break
            if line[1] is None:
                subject, sid, reply, size, header_size = (*line.group(6, 7, 8, 9), b"0")
            else:
                subject, sid, reply, header_size, size = line.group(1, 2, 3, 4, 5)
            data_at = line.end() + int(header_size)
            end = line.end() + int(size) + 2
            if end > len(incoming):
                end = 1
                break
            route = self._routes.get(int(sid))
            if route is None:
                break
            route(subject, reply or b"", bytes(incoming[line.end() : data_at]), bytes(incoming[data_at : end - 2]))
            start = end
        if start:
            del incoming[:start]
        return end - start if end > 1 else 0


def encode_headers(headers: Mapping[str, str]) -> bytes:
    """Return header lines, without preamble and end; one that would break out of its line is a ValueError."""
    lines = []
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"not a header: {name!r}: {value!r}")
        lines.append(f"{name}: {value}\r\n")
    return "".join(lines).encode()


def encode_publish(subject: str, reply: str, headers: bytes, data: bytes) -> bytes:
    """Return one HPUB command; `headers` is what `encode_headers` gives."""
    size_bytes = len(headers) + HEADERS_OVERHEAD_BYTES
    return b"%b %b %d %d\r\nNATS/1.0\r\n%b\r\n%b\r\n" % (
        _publish_command(subject),
        reply.encode(),
        size_bytes,
        size_bytes + len(data),
        headers,
        data,
    )


@lru_cache(maxsize=1_000)
def _publish_command(subject: str) -> bytes:
    if not _SUBJECT.fullmatch(subject):
        raise ValueError(f"not a subject to publish to: {subject!r}")
    return f"HPUB {subject}".encode()


def parse_headers(block: bytes) -> dict[str, str]:
    """Return the headers of a block; of a repeated name the last. The status line is left out."""
    headers = {}
    for line in block.split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            headers[name.strip().decode("ascii", "replace")] = value.strip().decode("utf-8", "replace")
    return headers


def status(block: bytes) -> tuple[int, str]:
    """Return the status of a message without data, as (503, "No Responders"); (0, "") if it has none."""
    line = block.partition(b"\r\n")[0][len(_PREAMBLE) :].strip()
    code, _, description = line.partition(b" ")
    return (int(code), description.decode("utf-8", "replace")) if code.isdigit() else (0, "")
