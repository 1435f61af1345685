"""Whether a collection takes documents now: its stream says so, and only chronology makes streams."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from chronology_contracts.subjects import REASON_KEY, STATE_KEY, ingest_stream, is_collection_name
from chronology_runtime.errors import StreamNotFound
from chronology_runtime.jetstream import Bus, StreamInfo
from msgspec import Struct

from .refusals import BadCollection, CollectionClosed, CollectionHalted, NoCollection

FRESH_SECONDS: Final = 1.0
"""How old an answer of the stream may be. A halt is thus obeyed a second late, which loses nothing."""
KNOWN_MAX: Final = 10_000
INFO_SECONDS_MAX: Final = 5.0


class _Known(Struct, frozen=True, kw_only=True):
    info: StreamInfo
    at: float


def check_name(collection: str) -> None:
    """Raises `BadCollection`."""
    if not is_collection_name(collection):
        raise BadCollection(f"{collection[:100]!r} is not a name of a collection")


class Streams:
    """The state of collections, asked of NATS at most once a second each."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def check_open(self, collection: str) -> None:
        """Return if documents are taken.

        Raises `BadCollection`, `NoCollection`, `CollectionHalted`, `CollectionClosed`, and
        `Unavailable` where NATS does not answer.
        """
        check_name(collection)
        try:
            info = await self._info(ingest_stream(collection))
        except StreamNotFound:
            raise NoCollection(collection) from None
        metadata = info.config.metadata
        state = metadata.get(STATE_KEY, "open")
        if state == "new":
            # Its creation was cut short; chronology goes on with it when it is asked again.
            raise NoCollection(collection)
        if state == "halted":
            raise CollectionHalted(collection, metadata.get(REASON_KEY, ""))
        if state == "closed":
            raise CollectionClosed(collection)

    def forget(self, stream: str) -> None:
        self._known.pop(stream, None)

    async def _info(self, stream: str) -> StreamInfo:
        lock = self._asking.setdefault(stream, asyncio.Lock())
        try:
            async with lock:
                known = self._known.get(stream)
                if known is not None and time.monotonic() - known.at <= FRESH_SECONDS:
                    return known.info
                self.forget(stream)
                info = await self._bus.stream_info(stream, timeout_seconds=INFO_SECONDS_MAX)
                if len(self._known) >= KNOWN_MAX:
                    self._known.clear()
                self._known[stream] = _Known(info=info, at=time.monotonic())
                return info
        finally:
            if not lock.locked():
                self._asking.pop(stream, None)
