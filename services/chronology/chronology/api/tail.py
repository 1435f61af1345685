"""The newest records of a log, read and encoded once for everybody who follows it.

One task a collection reads the log as it grows, into a buffer of bounded size. A client
that is further behind than the buffer reaches reads pages of the log itself, so a slow
client costs memory to nobody and holds up nobody.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import msgspec
import structlog
from chronology_contracts import content_id
from msgspec import Struct

from ..database import Pool, acquired
from ..errors import ChronologyError
from ..log.read import History, read_batch, read_head, read_history
from ..log.record import Record
from ..wakeups import Wakeups

BUFFER_FRAMES_MAX: Final = 2_000
BUFFER_BYTES_MAX: Final = 8 * 2**20
BATCH_SIZE: Final = 100
LOOK_SECONDS: Final = 0.5
"""A wake-up comes from this process only; where another one appends, looking again finds the move."""

_log = structlog.get_logger(__name__)
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Frame(Struct, frozen=True, kw_only=True, gc=False):
    """A record as a stream sends it: its type, the type of its event ("" if it is none), and the block's lines."""

    position: int
    record_type: str
    event_type: str
    block: bytes


class Tails:
    """The tails of a process; each runs while somebody follows it."""

    def __init__(self, pool: Pool, wakeups: Wakeups, closing: asyncio.Event) -> None:
        self._pool = pool
        self._wakeups = wakeups
        self._closing = closing
        self._tails: dict[str, Tail] = {}

    @property
    def clients(self) -> int:
        return sum(tail.clients for tail in self._tails.values())

    @asynccontextmanager
    async def follow(self, collection: str, lineage: str) -> AsyncIterator[Tail]:
        tail = self._tails.get(collection)
        if tail is None or tail.lineage != lineage:
            tail = self._tails[collection] = Tail(collection, lineage, self._pool, self._wakeups, self._closing)
        tail.clients += 1
        try:
            yield tail
        finally:
            tail.clients -= 1
            if not tail.clients:
                tail.stop()
                if self._tails.get(collection) is tail:
                    del self._tails[collection]


class Tail:
    def __init__(self, collection: str, lineage: str, pool: Pool, wakeups: Wakeups, closing: asyncio.Event) -> None:
        self.collection = collection
        self.lineage = lineage
        self.clients = 0
        self.gone = False
        """The log has got another lineage: what stands behind the fork is not what was sent."""
        self._pool = pool
        self._wakeups = wakeups
        self._closing = closing
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self._last = 0
        self._moved = asyncio.Event()
        self._tasks = [
            asyncio.create_task(self._run(), name=f"tail of {collection}"),
            asyncio.create_task(self._wake_at_closing(), name=f"closing tail of {collection}"),
        ]

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    @property
    def closing(self) -> bool:
        return self._closing.is_set()

    def moved(self) -> asyncio.Event:
        """Set once there is more than there was at this call, or nothing will come any more."""
        return self._moved

    async def after(self, position: int) -> list[Frame]:
        """The next frames after a position, oldest first; none at the end of what has been read so far."""
        if position >= self._last > 0:
            return []
        if self._frames and position >= self._frames[0].position - 1:
            begin = position - self._frames[0].position + 1
            return [self._frames[at] for at in range(begin, min(begin + BATCH_SIZE, len(self._frames)))]
        async with acquired(self._pool) as connection:
            records = await read_batch(connection, self.collection, after=position, size_max=BATCH_SIZE)
            history = await read_history(connection, self.collection)
        return self._framed(records, history)

    async def _run(self) -> None:
        while True:
            token = self._wakeups.token(self.collection)
            try:
                grown = await self._read()
            except ChronologyError as error:
                _log.warning("the log cannot be followed for now", reason=str(error))
                grown = False
            if not grown:
                await self._wakeups.wait(self.collection, token, LOOK_SECONDS)

    async def _read(self) -> bool:
        async with acquired(self._pool) as connection:
            if not self._last:
                head = await read_head(connection, self.collection)
                self._last = head.position if head else 0
                self._signal()
            records = await read_batch(connection, self.collection, after=self._last, size_max=BATCH_SIZE)
            history = await read_history(connection, self.collection)
        for made in self._framed(records, history):
            self._keep(made)
        if records or self.gone:
            self._signal()
        return bool(records) and not self.gone

    def _framed(self, records: Sequence[Record], history: History) -> list[Frame]:
        if history.current and history.current != self.lineage:
            self.gone = True
            return []
        return [frame(record, self.collection, self.lineage, history.at(record.position)) for record in records]

    def _keep(self, frame: Frame) -> None:
        self._frames.append(frame)
        self._bytes += len(frame.block)
        self._last = frame.position
        while len(self._frames) > BUFFER_FRAMES_MAX or (self._bytes > BUFFER_BYTES_MAX and len(self._frames) > 1):
            self._bytes -= len(self._frames.popleft().block)

    def _signal(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def _wake_at_closing(self) -> None:
        await self._closing.wait()
        self._signal()


class _EventType(Struct, frozen=True, gc=False):
    type: str = ""


class _DocumentByAddress(Struct, frozen=True, gc=False):
    """A document without its text."""

    id: str = ""
    title: str = ""
    publisher: str = ""
    credit: str = ""
    url: str = ""
    published: str = ""
    published_basis: str = ""
    language: str = ""
    sha256: str = ""
    address: str = ""


_read_event_type = msgspec.json.Decoder(_EventType).decode
_read_document = msgspec.json.Decoder(_DocumentByAddress).decode
_encode = msgspec.json.Encoder().encode


def frame(record: Record, collection: str, current: str, lineage: str) -> Frame:
    """A record as a block of lines. A document comes by its address, not with its text.

    The cursor is of the `current` lineage, the record of that which its leaf was made with.
    """
    event_type = ""
    if record.type == "event.extracted" and record.body:
        event_type = _event_type(record.body)
    elif record.type == "document.received" and record.body:
        record = msgspec.structs.replace(record, body=_by_address(record, collection))
    data = b"".join(b"data: %b\n" % line for line in _LINE_END.split(record.encode(collection, lineage)))
    block = b"id: %b.%d\nevent: %b\n%b\n" % (
        current[:8].encode(), record.position, record.type.encode(), data
    )  # fmt: skip
    return Frame(position=record.position, record_type=record.type, event_type=event_type, block=block)


def _event_type(body: bytes) -> str:
    try:
        return _read_event_type(body).type
    except msgspec.DecodeError:
        return ""  # The log keeps what it is given; whether it is an event is for projections to find.


def _by_address(record: Record, collection: str) -> bytes:
    id = content_id.to_text(record.id)
    try:
        document = _read_document(record.body)
    except msgspec.DecodeError:
        document = _DocumentByAddress()
    address = f"/v1/collections/{collection}/documents/{id}"
    return _encode(msgspec.structs.replace(document, id=id, address=address))
